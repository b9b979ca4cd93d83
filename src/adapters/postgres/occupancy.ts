import { LRUCache } from 'lru-cache'
import type { Occupancy } from '../../application/ports/occupancy.ts'
import type { Offers } from '../../application/ports/service-catalog.ts'
import { Unavailable } from '../../application/ports/unavailable.ts'
import type { ServiceId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Interval } from '../../domain/interval.ts'
import { type Claim, occupiedRange } from '../../domain/occupancy.ts'
import type { Offer } from '../../domain/service.ts'
import { type ChangeFeed, openChangeFeed } from './change-feed.ts'
import { type ClaimList, type ListWish, wishOf, withoutExpired } from './claim-lists.ts'
import type { PostgresDatabase } from './database.ts'
import { type KnownOffer, knownOffers } from './known-offers.ts'
import { sharedReads } from './shared-reads.ts'

/** How often a search begins anew because an offer has just changed. */
const MOST_READINGS = 10

/** How many claims are remembered, and how many a list counts for that has none: some 100 MB at most. */
const MOST_CLAIMS = 250_000
const CLAIMS_OF_EMPTY_LIST = 8

/** A service that is asked for, what is known of it, and where to look. */
interface Look {
  readonly place: number
  readonly offer: Offer
  /** Of which reading the offer is. */
  readonly since: number
  readonly range: Interval | null
  /** Null where there is nothing to look at. */
  readonly wish: ListWish | null
}

type RangeOf = (offer: Offer) => Interval | null
type TermsOf = (offer: Offer) => Offer

const asRecorded: TermsOf = (offer) => offer

interface Seen {
  readonly offer: Offer
  readonly range: Interval | null
  readonly claims: readonly Claim[]
}

/**
 * Offers and occupancy from memory, held against the log of changes by one small statement, which all searches that
 * wait for it share (docs/decisions/0007-what-a-search-remembers.md).
 */
export function postgresOccupancy({ pool, feedPipeline }: PostgresDatabase): {
  readonly offers: Offers
  readonly occupancy: Occupancy
} {
  const feed = openChangeFeed(feedPipeline)
  const offers = knownOffers(pool, feed)
  const lists = knownLists(feed)

  async function settle(ids: readonly ServiceId[], rangeOf: RangeOf, termsOf: TermsOf = asRecorded) {
    const seen: Seen[] = []
    let open = ids.map((_, place) => place)
    for (let readings = 0; readings < MOST_READINGS; readings++) {
      const looks = looksAt(
        ids,
        open,
        await offers.find(open.map((place) => ids[place] as ServiceId)),
        rangeOf,
        termsOf,
      )
      if (looks.length === 0) return seen
      // Begins after the offers were known, and so sees whatever they are too old for.
      const found = await lists.read(looks.flatMap(({ wish }) => wish ?? []))
      open = []
      for (const { place, offer, since, range, wish } of looks) {
        const claims = wish === null ? [] : found(wish)
        if (claims === undefined || !feed.isUnchanged('offer', offer.providerNumber, since)) open.push(place)
        else seen[place] = { offer, range, claims }
      }
      if (open.length === 0) return seen
    }
    throw new Unavailable('The services change faster than they can be searched')
  }

  return {
    offers: {
      recent: offers.recent,
      current: async (ids) => (await settle(ids, () => null)).flatMap(({ offer }) => offer),
    },
    occupancy: {
      remembered: (offer, range) =>
        lists.remembered(wishOf(offer.providerNumber, occupiedRange(offer, range))),
      read: async (ids, rangeOf, termsOf) =>
        (await settle(ids, rangeOf, termsOf)).flatMap(({ offer, range, claims }) =>
          range === null ? [] : [{ offer, range, claims }],
        ),
    },
  }
}

const looksAt = (
  ids: readonly ServiceId[],
  open: readonly number[],
  offers: ReadonlyMap<ServiceId, KnownOffer>,
  rangeOf: RangeOf,
  termsOf: TermsOf,
): Look[] =>
  open.flatMap((place) => {
    const known = offers.get(ids[place] as ServiceId)
    if (!known) return []
    const offer = termsOf(known.offer)
    const range = rangeOf(offer)
    const wish = range && wishOf(offer.providerNumber, occupiedRange(offer, range))
    return { place, offer, since: known.since, range, wish }
  })

/** The lists of claims that are remembered. */
function knownLists(feed: ChangeFeed) {
  const known = new LRUCache<string, ClaimList>({
    maxSize: MOST_CLAIMS,
    sizeCalculation: ({ claims }) => claims.length + CLAIMS_OF_EMPTY_LIST,
  })

  const find = ({ key, provider }: ListWish): ClaimList | undefined => {
    const list = known.get(key)
    return list && feed.isUnchanged('claims', provider, list.since) ? list : undefined
  }

  const readThrough = sharedReads(async (wishes: readonly (readonly ListWish[])[]) => {
    const wanted = [...new Map(wishes.flat().map((wish) => [wish.key, wish])).values()]
    const { clock, lists } = await feed.read(wanted)
    const fresh = new Map<string, ClaimList>()
    for (const [index, wish] of wanted.entries()) {
      // Another search may have brought the same meanwhile: what was made of that need not be made again.
      const list = find(wish) ?? (lists[index] as ClaimList)
      known.set(wish.key, list)
      fresh.set(wish.key, list)
    }
    return { clock, fresh }
  })

  const liveAt = ({ key }: ListWish, list: ClaimList, clock: Instant): readonly Claim[] => {
    const live = withoutExpired(list, clock)
    if (live !== list) known.set(key, live)
    return live.claims
  }

  return {
    remembered: ({ key }: ListWish): readonly Claim[] => known.get(key)?.claims ?? [],

    /** Reads what has changed, with the lists that are not known. Of those that were known, one may be gone then. */
    async read(wishes: readonly ListWish[]): Promise<(wish: ListWish) => readonly Claim[] | undefined> {
      const { clock, fresh } = await readThrough(wishes.filter((wish) => find(wish) === undefined))
      return (wish) => {
        const list = fresh.get(wish.key) ?? find(wish)
        return list && liveAt(wish, list, clock)
      }
    },
  }
}
