import { LRUCache } from 'lru-cache'
import type { Offers } from '../../application/ports/service-catalog.ts'
import type { ServiceId } from '../../domain/ids.ts'
import type { Offer } from '../../domain/service.ts'

export interface CachedOffersOptions {
  /** How many offers are kept; the one unused for longest leaves first. */
  readonly max: number
}

interface Entry {
  readonly offer: Offer
  /** Which read it came from, counted from the start of the process. */
  readonly read: number
}

/**
 * Answers `recent` from memory. However many ask at once for an offer that is not there, the source is asked
 * once; that there is none is not remembered. `current` always asks the source, and what it learns is what
 * `recent` says from then on.
 */
export function cachedOffers(source: Offers, { max }: CachedOffersOptions): Offers {
  const cache = new LRUCache<ServiceId, Entry>({ max })
  const loading = new Map<ServiceId, Promise<Offer | undefined>>()
  let reads = 0

  // Of two reads that overlap in time, what the one that began later saw is newer.
  const keep = (id: ServiceId, offer: Offer | undefined, read: number) => {
    if ((cache.peek(id)?.read ?? 0) > read) return
    if (offer) cache.set(id, { offer, read })
    else cache.delete(id)
  }

  const load = (id: ServiceId) => {
    const read = ++reads
    const shared = source
      .recent(id)
      .then((offer) => {
        if (loading.get(id) === shared) keep(id, offer, read)
        return offer
      })
      .finally(() => {
        if (loading.get(id) === shared) loading.delete(id)
      })
    loading.set(id, shared)
    return shared
  }

  return {
    async recent(id) {
      return cache.get(id)?.offer ?? loading.get(id) ?? load(id)
    },

    async current(ids) {
      const read = ++reads
      const offers = await source.current(ids)
      const found = new Map(offers.map((offer) => [offer.service.id, offer]))
      for (const id of ids) {
        // What is being loaded may be older than this, and must not take its place.
        loading.delete(id)
        keep(id, found.get(id), read)
      }
      return offers
    },
  }
}
