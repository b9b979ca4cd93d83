import type { Booking } from '../domain/booking.ts'
import { termsFor } from '../domain/booking-move.ts'
import type { Instant } from '../domain/instant.ts'
import type { Interval } from '../domain/interval.ts'
import { searchWindows } from '../domain/next-free.ts'
import { withoutBooking } from '../domain/occupancy.ts'
import type { Offer } from '../domain/service.ts'
import { slotsIn } from '../domain/slots.ts'
import type { Occupancy } from './ports/occupancy.ts'

/**
 * The first free slots of a service that start at `after` or later, at most `limit`, however far away within the
 * horizon; undefined when there is no such service any more. Looks through windows that double, so that a calendar that is
 * full for a year costs a handful of reads.
 *
 * @param offer as it was a moment ago; what is found is of the offer as it is
 * @param moving the booking for which another slot is looked for: under its terms, and never in its own way
 */
export async function firstFreeSlots(
  occupancy: Occupancy,
  offer: Offer,
  after: Instant,
  now: Instant,
  limit: number,
  moving: Booking | null = null,
): Promise<readonly Interval[] | undefined> {
  const found: Interval[] = []
  for (const window of searchWindows(offer, after, now)) {
    const [searched] = await occupancy.read([offer.service.id], () => window, termsFor(moving))
    if (!searched) return undefined
    const claims = withoutBooking(searched.claims, moving?.id ?? null)
    for (const { start, end, reason } of slotsIn(searched.offer, window, claims, now)) {
      if (reason === null) found.push({ start, end })
      if (found.length === limit) return found
    }
  }
  return found
}
