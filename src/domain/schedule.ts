import { type EpochDay, type Weekday, weekdayOf } from './calendar.ts'
import type { UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import { type Interval, isEmpty } from './interval.ts'
import { ok, type Result, reject } from './result.ts'
import { type InvalidInput, invalidInput, type Violation } from './violation.ts'
import {
  byWeekday,
  type WallInterval,
  type WeeklyBreak,
  type WeeklyBreaks,
  type WeeklyHours,
  weeklyViolations,
} from './weekly-hours.ts'
import { dayInterval, findZone, instantOf, type Zone } from './zone.ts'

/** The hours of one date, in place of the weekly ones; none at all closes the date. */
export interface ScheduleOverride {
  readonly hours: readonly WallInterval[]
  readonly reason: string | null
}

/** When a provider works. `version` grows by one with every change to any part of it. */
export interface Schedule {
  readonly providerId: UserId
  readonly version: number
  /** IANA name; the hours below are wall time in it. */
  readonly timeZone: string
  readonly weeklyHours: WeeklyHours
  readonly breaks: WeeklyBreaks
  readonly overrides: ReadonlyMap<EpochDay, ScheduleOverride>
  /** In order of their start. */
  readonly timeOff: readonly Interval[]
}

export interface WorkingWeekDraft {
  readonly timeZone: string
  readonly weeklyHours: Partial<Record<Weekday, readonly WallInterval[]>>
  readonly breaks: Partial<Record<Weekday, readonly WeeklyBreak[]>>
}

/** The part of a schedule that repeats every week. */
export type WorkingWeek = Pick<Schedule, 'timeZone' | 'weeklyHours' | 'breaks'>

/** A week whose zone exists and whose hours and breaks do not overlap among themselves. */
export function workingWeek(draft: WorkingWeekDraft): Result<WorkingWeek, InvalidInput> {
  const violations: Violation[] = [
    ...timeZoneViolations(draft.timeZone),
    ...weeklyViolations(draft.weeklyHours, ['weeklyHours']),
    ...weeklyViolations(draft.breaks, ['breaks']),
  ]
  if (violations.length > 0) return reject(invalidInput(violations))
  return ok({
    timeZone: draft.timeZone,
    weeklyHours: byWeekday(draft.weeklyHours),
    breaks: byWeekday(draft.breaks),
  })
}

export const timeZoneViolations = (name: string): Violation[] =>
  findZone(name)
    ? []
    : [
        {
          path: ['timeZone'],
          code: 'unknown-time-zone',
          message: 'must be an IANA time zone such as Europe/Berlin',
        },
      ]

/**
 * Wall hours of one local day as instants, in order of start: a gap may move one behind the next, and they may then
 * overlap. What a transition swallows is left out.
 */
export function onDay(zone: Zone, day: EpochDay, hours: readonly WallInterval[]): Interval[] {
  if (hours.length === 0) return []
  const bounds = dayInterval(zone, day)
  return hours
    .map(({ start, end }) => ({
      start: Math.max(instantOf(zone, day, start), bounds.start) as Instant,
      end: Math.min(instantOf(zone, day, end), bounds.end) as Instant,
    }))
    .filter((interval) => !isEmpty(interval))
    .sort((a, b) => a.start - b.start)
}

/** True where a local date has no hours at all of its own. */
export const isDayOff = (schedule: Schedule, day: EpochDay) =>
  !schedule.overrides.has(day) && schedule.weeklyHours[weekdayOf(day)].length === 0
