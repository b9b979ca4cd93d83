import type { TimeOffId } from './ids.ts'
import { DAY_MINUTES, type Instant, plusMinutes } from './instant.ts'
import { contains, type Interval, isEmpty, overlaps } from './interval.ts'
import { openingOf } from './opening.ts'
import { ok, type Result, reject } from './result.ts'
import type { Schedule, ScheduleOverride } from './schedule.ts'
import { LONGEST_HORIZON_DAYS } from './service.ts'
import { type InvalidInput, invalidInput } from './violation.ts'
import { inOrder, type WallInterval, wallIntervalViolations } from './weekly-hours.ts'

/** A stretch of real time in which a provider is away. */
export interface TimeOff extends Interval {
  readonly id: TimeOffId
  readonly reason: string | null
}

/** The hours of one date, or all that is wrong with them. No hours at all close the date. */
export function scheduleOverride(
  hours: readonly WallInterval[],
  reason: string | null,
): Result<ScheduleOverride, InvalidInput> {
  const violations = wallIntervalViolations(hours, ['hours'])
  return violations.length > 0 ? reject(invalidInput(violations)) : ok({ hours: inOrder(hours), reason })
}

/** Time off of more than no length; stretches may overlap. */
export function timeOff(
  id: TimeOffId,
  interval: Interval,
  reason: string | null,
): Result<TimeOff, InvalidInput> {
  if (isEmpty(interval)) {
    return reject(
      invalidInput([{ path: ['end'], code: 'range-reversed', message: 'must be later than start' }]),
    )
  }
  return ok({ id, reason, start: interval.start, end: interval.end })
}

/**
 * What a schedule no longer has room for: outside its hours, in a break or in time off. The bookings stand all the
 * same; it is for the provider to move or cancel them.
 */
export const conflictsWith = <T extends Interval>(schedule: Schedule, taken: readonly T[]): T[] =>
  taken.filter((interval) => {
    const { open, breaks } = openingOf(schedule, null, interval)
    return (
      !open.some((hours) => contains(hours, interval)) ||
      breaks.some((pause) => overlaps(pause, interval)) ||
      schedule.timeOff.some((off) => overlaps(off, interval))
    )
  })

/** From now on to beyond every horizon: where bookings can be that a change of a schedule may concern. */
export const concernedRange = (now: Instant): Interval => ({
  start: now,
  end: plusMinutes(now, (LONGEST_HORIZON_DAYS + 2) * DAY_MINUTES),
})
