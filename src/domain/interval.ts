import type { Instant } from './instant.ts'

/** Half-open, [start, end): a 10:00 end and a 10:00 start touch without overlapping. */
export interface Interval {
  readonly start: Instant
  readonly end: Instant
}

export const overlaps = (a: Interval, b: Interval) => a.start < b.end && b.start < a.end

export const contains = (outer: Interval, inner: Interval) =>
  outer.start <= inner.start && inner.end <= outer.end

export const isEmpty = ({ start, end }: Interval) => end <= start

/** The same set of instants in order, with touching and overlapping intervals made one and empty ones left out. */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  if (isUnion(intervals)) return intervals
  const sorted = intervals.filter((interval) => !isEmpty(interval)).sort((a, b) => a.start - b.start)
  const merged: { start: Instant; end: Instant }[] = []
  for (const { start, end } of sorted) {
    const last = merged.at(-1)
    if (last === undefined || start > last.end) merged.push({ start, end })
    else if (end > last.end) last.end = end
  }
  return merged
}

function isUnion(intervals: readonly Interval[]): boolean {
  let previousEnd = Number.NEGATIVE_INFINITY
  for (const { start, end } of intervals) {
    if (start <= previousEnd || end <= start) return false
    previousEnd = end
  }
  return true
}

/** What lies in both; each side as `union` gives it. */
export function intersection(left: readonly Interval[], right: readonly Interval[]): Interval[] {
  const common: Interval[] = []
  let next = 0
  for (const a of left) {
    for (; next < right.length; next++) {
      const b = right[next] as Interval
      const start = Math.max(a.start, b.start) as Instant
      const end = Math.min(a.end, b.end) as Instant
      if (start < end) common.push({ start, end })
      if (b.end > a.end) break
    }
  }
  return common
}

/** What lies in the first and not in the second; each side as `union` gives it. */
export function subtraction(from: readonly Interval[], removed: readonly Interval[]): Interval[] {
  const rest: Interval[] = []
  let next = 0
  for (const { start, end } of from) {
    let open = start
    while (next < removed.length && (removed[next] as Interval).end <= open) next++
    for (let index = next; index < removed.length; index++) {
      const cut = removed[index] as Interval
      if (cut.start >= end) break
      if (cut.start > open) rest.push({ start: open, end: cut.start })
      if (cut.end > open) open = cut.end
    }
    if (open < end) rest.push({ start: open, end })
  }
  return rest
}
