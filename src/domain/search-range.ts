import type { EpochDay } from './calendar.ts'
import { DAY_MINUTES, type Instant, MINUTE } from './instant.ts'
import type { Interval } from './interval.ts'
import { ok, type Result, reject } from './result.ts'
import type { Offer } from './service.ts'
import { type InvalidInput, invalidInput } from './violation.ts'
import type { WallInterval } from './weekly-hours.ts'
import { plusLocalDays, startOfDay, type Zone } from './zone.ts'

/** A search is bounded before it is computed. */
export const MOST_SEARCH_DAYS = 62
export const MOST_SEARCHED_SERVICES = 100
export const MOST_SEARCHED_SLOTS = 200_000

export interface SearchTooLarge {
  readonly code: 'search-too-large'
  readonly mostSlots: number
}

/** An end of a search: an instant, or a date that stands for its local midnight. */
export type RangeBound = { readonly instant: Instant } | { readonly day: EpochDay }

const instantOfBound = (bound: RangeBound, zone: Zone) =>
  'instant' in bound ? bound.instant : startOfDay(zone, bound.day)

/** Of two dates the days tell: between those of a date that a zone skipped no time goes by. */
const inOrder = (from: RangeBound, to: RangeBound, { start, end }: Interval) =>
  'day' in from && 'day' in to ? from.day < to.day : start < end

/**
 * [from, to) as instants: in the right order, and at most MOST_SEARCH_DAYS local days long. Empty for a date that the
 * zone skipped.
 */
export function searchRange(from: RangeBound, to: RangeBound, zone: Zone): Result<Interval, InvalidInput> {
  const range = { start: instantOfBound(from, zone), end: instantOfBound(to, zone) }
  if (!inOrder(from, to, range)) {
    return reject(
      invalidInput([{ path: ['to'], code: 'range-reversed', message: 'must be later than from' }]),
    )
  }
  if (range.end > plusLocalDays(zone, range.start, MOST_SEARCH_DAYS)) {
    const message = `must be at most ${MOST_SEARCH_DAYS} days after from`
    return reject(invalidInput([{ path: ['to'], code: 'range-too-long', message }]))
  }
  return ok(range)
}

/** Refuses searches that would list more slots than anyone reads, before a single one is made. */
export function boundedSearch(
  searches: readonly { readonly offer: Offer; readonly range: Interval }[],
): Result<null, SearchTooLarge> {
  let slots = 0
  for (const { offer, range } of searches) {
    const days = (range.end - range.start) / (DAY_MINUTES * MINUTE) + 1
    slots += days * slotsOfBusiestDay(offer)
  }
  return slots > MOST_SEARCHED_SLOTS
    ? reject({ code: 'search-too-large', mostSlots: MOST_SEARCHED_SLOTS })
    : ok(null)
}

/** Of the offers that were searched: it is the same for all the searches of one. */
const busiestDays = new WeakMap<Offer, number>()

function slotsOfBusiestDay(offer: Offer): number {
  const known = busiestDays.get(offer)
  if (known !== undefined) return known
  const slots = countBusiestDay(offer)
  busiestDays.set(offer, slots)
  return slots
}

/** No day of an offer can list more: an override shows its own slots and those of the hours that it took away. */
function countBusiestDay({ service, schedule }: Offer): number {
  const slotsOf = (hours: readonly WallInterval[]) =>
    hours.reduce((sum, { start, end }) => sum + Math.ceil((end - start) / service.slotIntervalMinutes), 0)
  const busiest = (days: Iterable<readonly WallInterval[]>) =>
    Math.max(0, ...Iterator.from(days).map(slotsOf))
  return (
    busiest(Object.values(schedule.weeklyHours)) +
    busiest(schedule.overrides.values().map(({ hours }) => hours))
  )
}
