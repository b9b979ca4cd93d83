import type { Instant } from '../domain/instant.ts'
import type { Interval } from '../domain/interval.ts'
import { searchWindows } from '../domain/next-free.ts'
import type { Offer } from '../domain/service.ts'
import { slotsIn } from '../domain/slots.ts'
import { claimsFor } from './availability.ts'
import type { BookingLedger } from './ports/booking-ledger.ts'

/** The first free slots of an offer that start at `after` or later, at most `limit`, however far away. */
export async function nextFreeSlots(
  ledger: BookingLedger,
  offer: Offer,
  after: Instant,
  now: Instant,
  limit: number,
): Promise<Interval[]> {
  const found: Interval[] = []
  for (const window of searchWindows(offer, after, now)) {
    const slots = slotsIn(offer, window, await claimsFor(ledger, offer, window), now)
    for (const { start, end, reason } of slots) {
      if (reason === null) found.push({ start, end })
      if (found.length === limit) return found
    }
  }
  return found
}
