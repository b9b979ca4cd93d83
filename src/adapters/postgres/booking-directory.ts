import { LRUCache } from 'lru-cache'
import type { PagedBookings } from '../../application/ports/booking-pages.ts'
import type { Instant } from '../../domain/instant.ts'
import { type Anchor, countRows, type Origin, walk } from './booking-places.ts'
import type { PostgresDatabase } from './database.ts'

/** What is remembered of a long list: how long it was at an instant, and every `step`th row of it. */
export interface Directory {
  /** The list is the one of this instant. */
  readonly at: Instant
  readonly total: number
  readonly anchors: readonly Anchor[]
}

interface Remembered extends Directory {
  /** Of a clock that cannot be set. */
  readonly madeAt: number
  readonly tookMilliseconds: number
}

export interface DirectoryOptions {
  /** Rows from one that is remembered to the next: what a page skips at most. */
  readonly step: number
  /** Entries that one statement finds: none runs for long, however many there are. */
  readonly stretch: number
  readonly ages: Readonly<Record<PagedBookings['view'], Ages>>
}

/** How old what is remembered may get, in milliseconds. */
export interface Ages {
  /** Beyond it, it is made anew behind an answer. */
  readonly renewed: number
  /** Beyond it, it is made anew before an answer. */
  readonly usable: number
}

/** Making it may take this share of the time at most. */
const MOST_SHARE = 1 / 20
const MOST_ANCHORS = 100_000
/** A clock may be set back by so little without anyone noticing. */
const CLOCK_SLACK_MILLISECONDS = 60_000

/** The directories of long lists, each made when somebody turns its pages, and by one of all who do so at once. */
export function bookingDirectories(database: Pick<PostgresDatabase, 'pool'>, options: DirectoryOptions) {
  const known = new LRUCache<string, Remembered>({
    maxSize: MOST_ANCHORS,
    sizeCalculation: ({ anchors }) => anchors.length + 1,
  })
  const making = new Map<string, Promise<Directory>>()
  const keyOf = ({ participant, view }: PagedBookings) => `${view} ${participant}`

  async function make(list: PagedBookings): Promise<Directory> {
    const began = performance.now()
    const made = { at: list.now, ...(await walkAll(database, list, options)) }
    const madeAt = performance.now()
    known.set(keyOf(list), { ...made, madeAt, tookMilliseconds: madeAt - began })
    return made
  }

  const renew = (list: PagedBookings): Promise<Directory> => {
    const key = keyOf(list)
    const underWay = making.get(key)
    if (underWay) return underWay
    const begun = make(list).finally(() => making.delete(key))
    making.set(key, begun)
    return begun
  }

  return {
    renew,

    /** One that is recent enough, or undefined. One that is about to be too old is made anew meanwhile. */
    recent(list: PagedBookings): Directory | undefined {
      const found = known.get(keyOf(list))
      if (!found || list.now < found.at - CLOCK_SLACK_MILLISECONDS) return undefined
      const { renewed, usable } = options.ages[list.view]
      const age = performance.now() - found.madeAt
      const pause = Math.max(renewed, found.tookMilliseconds / MOST_SHARE)
      // When that fails, whoever comes when it is too old is told.
      if (age > pause) renew(list).catch(() => undefined)
      return age > Math.max(usable, 2 * pause) ? undefined : found
    },
  }
}

async function walkAll(
  database: Pick<PostgresDatabase, 'pool'>,
  list: PagedBookings,
  { step, stretch }: DirectoryOptions,
): Promise<Pick<Directory, 'total' | 'anchors'>> {
  const anchors: Anchor[] = []
  let origin: Origin = { at: list.now }
  for (;;) {
    const found = await walk(database, list, origin, { most: stretch, step })
    for (const anchor of found) anchors.push(anchor)
    const last = anchors.at(-1)
    if (last) origin = { behind: last }
    if (found.length < stretch) {
      return { total: anchors.length * step + (await countRows(database, list, origin, step)), anchors }
    }
  }
}
