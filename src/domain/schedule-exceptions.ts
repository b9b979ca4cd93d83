import type { EpochDay } from './calendar.ts'
import type { TimeOffId } from './ids.ts'
import { DAY_MINUTES, earlierOf, type Instant, laterOf, plusMinutes } from './instant.ts'
import { type Interval, isEmpty, union } from './interval.ts'
import { openingOf } from './opening.ts'
import { ok, type Result, reject } from './result.ts'
import type { Schedule, ScheduleOverride } from './schedule.ts'
import { LONGEST_HORIZON_DAYS } from './service.ts'
import { Sweep } from './sweep.ts'
import { type InvalidInput, invalidInput } from './violation.ts'
import { inOrder, type WallInterval, wallIntervalViolations } from './weekly-hours.ts'
import { dayInterval, localDay, zoneOf } from './zone.ts'

/** How many overrides of today and later a provider may have. */
export const MOST_OVERRIDES = 1_000

/** How many stretches of time off that are not over yet a provider may have. */
export const MOST_TIME_OFF = 1_000

/**
 * How many of each a schedule reckons with, however many have been recorded over the years: all that are not over, and
 * the newest of those that are.
 */
export const MOST_RECKONED_OVERRIDES = 2 * MOST_OVERRIDES
export const MOST_RECKONED_TIME_OFF = 2 * MOST_TIME_OFF

/** Three years, however many leap days and changes of the clock are in them. */
export const LONGEST_TIME_OFF_DAYS = 3 * 366

/** A stretch of real time in which a provider is away. */
export interface TimeOff extends Interval {
  readonly id: TimeOffId
  readonly reason: string | null
}

/** An override with the date whose hours it replaces. */
export interface DatedOverride extends ScheduleOverride {
  readonly day: EpochDay
}

export interface TooManyOverrides {
  readonly code: 'too-many-overrides'
  readonly limit: number
}

export interface TooMuchTimeOff {
  readonly code: 'too-much-time-off'
  readonly limit: number
}

/** The hours of one date, or all that is wrong with them. No hours at all close the date. */
export function scheduleOverride(
  hours: readonly WallInterval[],
  reason: string | null,
): Result<ScheduleOverride, InvalidInput> {
  const violations = wallIntervalViolations(hours, ['hours'])
  return violations.length > 0 ? reject(invalidInput(violations)) : ok({ hours: inOrder(hours), reason })
}

/** Time off of more than no length and of three years at most; stretches may overlap. */
export function timeOff(
  id: TimeOffId,
  interval: Interval,
  reason: string | null,
): Result<TimeOff, InvalidInput> {
  const { start, end } = interval
  const refuse = (code: string, message: string) => reject(invalidInput([{ path: ['end'], code, message }]))
  if (isEmpty(interval)) return refuse('range-reversed', 'must be later than start')
  if (end > plusMinutes(start, LONGEST_TIME_OFF_DAYS * DAY_MINUTES)) {
    return refuse('range-too-long', `must be at most ${LONGEST_TIME_OFF_DAYS} days after start`)
  }
  return ok({ id, reason, start, end })
}

/** The overrides of the provider's own today and later, in order of date. */
export function comingOverrides({ overrides, timeZone }: Schedule, now: Instant): DatedOverride[] {
  const today = localDay(zoneOf(timeZone), now)
  return [...overrides]
    .filter(([day]) => day >= today)
    .map(([day, override]) => ({ day, ...override }))
    .sort((a, b) => a.day - b.day)
}

/** Takes an override of one more date if there is room. One in place of another and one of the past always fit. */
export function roomForOverride(
  schedule: Schedule,
  day: EpochDay,
  now: Instant,
): Result<null, TooManyOverrides> {
  const others = comingOverrides(schedule, now).filter((other) => other.day !== day)
  const isOver = day < localDay(zoneOf(schedule.timeZone), now)
  return isOver || others.length < MOST_OVERRIDES
    ? ok(null)
    : reject({ code: 'too-many-overrides', limit: MOST_OVERRIDES })
}

/** Takes one more stretch of time off if there is room; one that is over already always fits. */
export function roomForTimeOff(
  schedule: Schedule,
  added: Interval,
  now: Instant,
): Result<null, TooMuchTimeOff> {
  const coming = schedule.timeOff.filter(({ end }) => end > now)
  return added.end <= now || coming.length < MOST_TIME_OFF
    ? ok(null)
    : reject({ code: 'too-much-time-off', limit: MOST_TIME_OFF })
}

/**
 * What a schedule no longer has room for, in order of start: outside its hours, in a break or in time off. The bookings
 * stand all the same; it is for the provider to move or cancel them. Costs O(days + time off + taken).
 */
export function conflictsWith<T extends Interval>(schedule: Schedule, taken: readonly T[]): T[] {
  const sorted = taken.toSorted((a, b) => a.start - b.start)
  const [first] = sorted
  if (first === undefined) return []
  const end = sorted.reduce((latest, interval) => laterOf(latest, interval.end), first.end)
  const opening = openingOf(schedule, null, { start: first.start, end })
  const open = new Sweep(opening.open)
  const breaks = new Sweep(opening.breaks)
  const timeOff = new Sweep(union(schedule.timeOff))
  return sorted.filter(
    ({ start, end }) =>
      !open.contains(start, end) || breaks.overlaps(start, end) || timeOff.overlaps(start, end),
  )
}

/** From now on to beyond every horizon: where bookings can be that a change of a schedule may concern. */
export const concernedRange = (now: Instant): Interval => ({
  start: now,
  end: plusMinutes(now, (LONGEST_HORIZON_DAYS + 2) * DAY_MINUTES),
})

/** The part of the concerned range that a change of `changed` alone may concern; empty where there is none. */
export function concernedPart(changed: Interval, now: Instant): Interval {
  const whole = concernedRange(now)
  return { start: laterOf(changed.start, whole.start), end: earlierOf(changed.end, whole.end) }
}

/** The local date of an override, from midnight to midnight. */
export const overriddenDay = ({ timeZone }: Schedule, day: EpochDay): Interval =>
  dayInterval(zoneOf(timeZone), day)
