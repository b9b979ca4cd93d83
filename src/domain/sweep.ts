import type { Interval } from './interval.ts'

/**
 * Questions about a list of intervals, asked in ascending order of start. What has gone by is never looked at
 * again, so that all questions together cost no more than the list and themselves.
 */
export interface Sweep {
  /** Whether one of the intervals contains [start, end). */
  contains(start: number, end: number): boolean
  /** Whether one of the intervals overlaps [start, end). */
  overlaps(start: number, end: number): boolean
}

/** @param intervals in order of start and without overlaps, as `union` gives them */
export function sweep(intervals: readonly Interval[]): Sweep {
  let next = 0
  const first = (start: number): Interval | undefined => {
    let candidate = intervals[next]
    while (candidate !== undefined && candidate.end <= start) candidate = intervals[++next]
    return candidate
  }
  return {
    contains(start, end) {
      const interval = first(start)
      return interval !== undefined && interval.start <= start && end <= interval.end
    },
    overlaps(start, end) {
      const interval = first(start)
      return interval !== undefined && interval.start < end
    },
  }
}
