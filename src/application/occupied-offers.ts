import type { BookingId, ServiceId } from '../domain/ids.ts'
import type { Interval } from '../domain/interval.ts'
import { type Claim, occupiedRange } from '../domain/occupancy.ts'
import type { Offer } from '../domain/service.ts'
import type { Occupancy } from './ports/occupancy.ts'
import type { Offers } from './ports/service-catalog.ts'
import { Unavailable } from './ports/unavailable.ts'

export interface OccupiedOffersPorts {
  readonly offers: Offers
  readonly occupancy: Occupancy
}

/** An offer with a range to look at, and what is taken in it. */
export interface OccupiedOffer {
  readonly offer: Offer
  readonly range: Interval
  readonly claims: readonly Claim[]
}

/** How often a search begins anew because a service or schedule has just changed. */
const MOST_READINGS = 5

/**
 * Offers as they are recorded with the claims around their ranges, all of one moment: one reading as long as
 * nothing about the offers has changed since they were last read. Services that do not exist are left out.
 *
 * @param rangeOf the range of an offer, or null for one that is of no interest
 */
export async function occupiedOffers(
  { offers, occupancy }: OccupiedOffersPorts,
  ids: readonly ServiceId[],
  rangeOf: (offer: Offer) => Interval | null,
): Promise<OccupiedOffer[]> {
  const recent = await Promise.all(ids.map(offers.recent))
  let known = recent.every((offer) => offer !== undefined) ? recent : await offers.current(ids)
  for (let readings = 0; readings < MOST_READINGS; readings++) {
    const searched = known.flatMap((offer) => {
      const range = rangeOf(offer)
      return range === null ? [] : [{ offer, range }]
    })
    const [first, ...others] = searched.map(({ offer, range }) => occupiedRange(offer, range))
    if (!first) return []
    const reading = await occupancy.read(
      searched.map(({ offer }) => offer),
      others.reduce(covering, first),
    )
    if (reading.isCurrent) {
      return searched.map((search) => ({
        ...search,
        claims: reading.claims.get(search.offer.providerNumber) ?? [],
      }))
    }
    known = await offers.current(ids)
  }
  throw new Unavailable('The services change faster than they can be searched')
}

const covering = (a: Interval, b: Interval): Interval => ({
  start: a.start < b.start ? a.start : b.start,
  end: a.end > b.end ? a.end : b.end,
})

/** The claims without those of one booking, which is about to be moved and so never in its own way. */
export const withoutBooking = (claims: readonly Claim[], id: BookingId | null): readonly Claim[] =>
  id === null ? claims : claims.filter(({ bookingId }) => bookingId !== id)
