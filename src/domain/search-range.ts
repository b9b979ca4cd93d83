import type { EpochDay } from './calendar.ts'
import type { Instant } from './instant.ts'
import type { Interval } from './interval.ts'
import { ok, type Result, reject } from './result.ts'
import { type InvalidInput, invalidInput } from './violation.ts'
import { plusLocalDays, startOfDay, type Zone } from './zone.ts'

/** A search is bounded before it is computed. */
export const MOST_SEARCH_DAYS = 62

/** An end of a search: an instant, or a date that stands for its local midnight. */
export type RangeBound = { readonly instant: Instant } | { readonly day: EpochDay }

const instantOfBound = (bound: RangeBound, zone: Zone) =>
  'instant' in bound ? bound.instant : startOfDay(zone, bound.day)

/** [from, to) as instants: in the right order, and at most MOST_SEARCH_DAYS local days long. */
export function searchRange(from: RangeBound, to: RangeBound, zone: Zone): Result<Interval, InvalidInput> {
  const range = { start: instantOfBound(from, zone), end: instantOfBound(to, zone) }
  if (range.start >= range.end) {
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
