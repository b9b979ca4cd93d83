import { LRUCache } from 'lru-cache'
import type { DatabasePool } from 'slonik'
import type { ServiceId } from '../../domain/ids.ts'
import type { Offer } from '../../domain/service.ts'
import type { ChangeFeed } from './change-feed.ts'
import { readOffers } from './offers.ts'
import { sharedReads } from './shared-reads.ts'

export interface KnownOffer {
  readonly offer: Offer
  /** As of which reading of the log it is known. */
  readonly since: number
}

export interface KnownOffers {
  /** An offer that may be out of date. */
  recent(id: ServiceId): Promise<Offer | undefined>
  /**
   * Offers that are not known to have changed, whether a reading that begins now will say so or not. One that is
   * missing did not exist after the call.
   */
  find(ids: readonly ServiceId[]): Promise<ReadonlyMap<ServiceId, KnownOffer>>
}

const MOST_OFFERS = 10_000

export function knownOffers(pool: DatabasePool, feed: ChangeFeed): KnownOffers {
  const known = new LRUCache<ServiceId, KnownOffer>({ max: MOST_OFFERS })
  const holds = ({ offer, since }: KnownOffer) => feed.isUnchanged('offer', offer.providerNumber, since)

  const load = sharedReads(async (wishes: readonly (readonly ServiceId[])[]) => {
    const since = feed.lastReading()
    const ids = [...new Set(wishes.flat())]
    const found = new Map<ServiceId, KnownOffer>()
    for (const offer of await readOffers(pool, ids)) {
      const before = known.get(offer.service.id)
      found.set(offer.service.id, before && holds(before) ? before : { offer, since })
    }
    for (const id of ids) known.set(id, found.get(id))
    return found
  })

  return {
    recent: async (id) => (known.get(id) ?? (await load([id])).get(id))?.offer,

    async find(ids) {
      const found = new Map<ServiceId, KnownOffer>()
      const missing: ServiceId[] = []
      for (const id of ids) {
        const before = known.get(id)
        if (before && holds(before)) found.set(id, before)
        else missing.push(id)
      }
      if (missing.length === 0) return found
      const loaded = await load(missing)
      for (const id of missing) {
        const entry = loaded.get(id)
        if (entry) found.set(id, entry)
      }
      return found
    },
  }
}
