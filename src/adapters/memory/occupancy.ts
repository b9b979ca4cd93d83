import type { Occupancy } from '../../application/ports/occupancy.ts'
import { occupiedRange } from '../../domain/occupancy.ts'
import type { Offer } from '../../domain/service.ts'
import { liveClaimsIn } from './claims.ts'
import type { MemoryDatabase } from './database.ts'
import { memoryOffers } from './offers.ts'

const asRecorded = (offer: Offer) => offer

/** Occupancy of one process, as it is at this moment. */
export function memoryOccupancy(database: MemoryDatabase): Occupancy {
  const offers = memoryOffers(database)
  return {
    remembered: (offer, range) => liveClaimsIn(database, offer.providerNumber, occupiedRange(offer, range)),

    async read(ids, rangeOf, termsOf = asRecorded) {
      const found = await offers.current(ids)
      return found.map(termsOf).flatMap((offer) => {
        const range = rangeOf(offer)
        if (range === null) return []
        const claims = liveClaimsIn(database, offer.providerNumber, occupiedRange(offer, range))
        return [{ offer, range, claims }]
      })
    },
  }
}
