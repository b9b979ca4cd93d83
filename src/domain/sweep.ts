import type { Interval } from './interval.ts'

/**
 * Questions about a list of intervals, asked in ascending order of start with plain numbers. What has gone by is
 * never looked at again, so that all questions together cost no more than the list and themselves.
 */
export class Sweep {
  readonly #intervals: readonly Interval[]
  #next = 0

  /** @param intervals in order of start and without overlaps, as `union` gives them */
  constructor(intervals: readonly Interval[]) {
    this.#intervals = intervals
  }

  /** The first interval that has not ended at `start`. */
  from(start: number): Interval | undefined {
    const intervals = this.#intervals
    let next = this.#next
    while (next < intervals.length && (intervals[next] as Interval).end <= start) next++
    this.#next = next
    return intervals[next]
  }

  /** Whether one of the intervals contains [start, end). */
  contains(start: number, end: number): boolean {
    const interval = this.from(start)
    return interval !== undefined && interval.start <= start && end <= interval.end
  }

  /** Whether one of the intervals overlaps [start, end). */
  overlaps(start: number, end: number): boolean {
    const interval = this.from(start)
    return interval !== undefined && interval.start < end
  }
}
