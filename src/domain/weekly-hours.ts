import { type WallMinutes, WEEKDAYS, type Weekday } from './calendar.ts'
import type { Violation } from './violation.ts'

/** A stretch of the wall clock within one local day, [start, end); `end` may be 1440, the day's end. */
export interface WallInterval {
  readonly start: WallMinutes
  readonly end: WallMinutes
}

/** A stretch of every such weekday in which nothing can be booked. */
export interface WeeklyBreak extends WallInterval {
  readonly label: string | null
}

/** Intervals by weekday, each day's in order and apart from each other. */
export type ByWeekday<T extends WallInterval> = Readonly<Record<Weekday, readonly T[]>>
export type WeeklyHours = ByWeekday<WallInterval>
export type WeeklyBreaks = ByWeekday<WeeklyBreak>

export const inOrder = <T extends WallInterval>(intervals: readonly T[]) =>
  [...intervals].sort((a, b) => a.start - b.start)

export const byWeekday = <T extends WallInterval>(
  days: Partial<Record<Weekday, readonly T[]>>,
): ByWeekday<T> =>
  Object.fromEntries(
    WEEKDAYS.map((weekday) => [weekday, inOrder(days[weekday] ?? [])]),
  ) as unknown as ByWeekday<T>

export const NO_HOURS: ByWeekday<never> = byWeekday({})

const compiled = new WeakMap<WeeklyHours, readonly Int16Array[]>()

/**
 * A week as plain numbers: for Monday to Sunday the starts and ends of its intervals in turn, in minutes. Made once
 * for each week, because a search reads it for each of its days.
 */
export function minutesOf(week: WeeklyHours): readonly Int16Array[] {
  const known = compiled.get(week)
  if (known) return known
  const made = WEEKDAYS.map((weekday) =>
    Int16Array.from(week[weekday].flatMap(({ start, end }) => [start, end])),
  )
  compiled.set(week, made)
  return made
}

/** Every interval that ends before it begins or that overlaps another of its day, named by its place. */
export function wallIntervalViolations(
  intervals: readonly WallInterval[],
  path: readonly (string | number)[],
): Violation[] {
  const violations: Violation[] = []
  for (const [index, interval] of intervals.entries()) {
    const at = [...path, index]
    if (interval.end <= interval.start) {
      violations.push({ path: at, code: 'empty-interval', message: 'must end after it starts' })
    } else if (
      intervals.slice(0, index).some((other) => interval.start < other.end && other.start < interval.end)
    ) {
      violations.push({
        path: at,
        code: 'overlapping-interval',
        message: 'must not overlap another interval of its day',
      })
    }
  }
  return violations
}

export const weeklyViolations = (
  days: Partial<Record<Weekday, readonly WallInterval[]>>,
  path: readonly (string | number)[],
) => WEEKDAYS.flatMap((weekday) => wallIntervalViolations(days[weekday] ?? [], [...path, weekday]))
