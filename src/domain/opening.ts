import { DAY, type EpochDay, plusDays, type WallMinutes, weekdayIndex } from './calendar.ts'
import { type Instant, MINUTE } from './instant.ts'
import { type Interval, intersection, union } from './interval.ts'
import { onDay, type Schedule } from './schedule.ts'
import { minutesOf, type WallInterval, type WeeklyHours } from './weekly-hours.ts'
import { localDay, steadyOffsets, type Zone, zoneOf } from './zone.ts'

/** The opening times around a range as instants, each list in order of start. */
export interface Opening {
  /** Each interval of hours by itself: where a grid of slots starts. */
  readonly grids: readonly Interval[]
  /** The hours that count, as one set of instants. */
  readonly open: readonly Interval[]
  /** Weekly hours that an override took away, with the grids they would have had. */
  readonly overriddenGrids: readonly Interval[]
  readonly overridden: readonly Interval[]
  /** What the service's own hours leave of `open`; null when it has none. */
  readonly served: readonly Interval[] | null
  readonly breaks: readonly Interval[]
}

/**
 * Turns the wall time of a schedule into instants, for every local day that the range touches.
 *
 * @param serviceHours weekly hours that narrow those of the schedule, or null
 */
export function openingOf(schedule: Schedule, serviceHours: WeeklyHours | null, range: Interval): Opening {
  const zone = zoneOf(schedule.timeZone)
  const offsetOf = steadyOffsets(zone)
  const weekly = minutesOf(schedule.weeklyHours)
  const pauses = minutesOf(schedule.breaks)
  const narrowing = serviceHours && minutesOf(serviceHours)
  const grids: Interval[] = []
  const overriddenGrids: Interval[] = []
  const narrower: Interval[] = []
  const breaks: Interval[] = []
  const last = localDay(zone, range.end)
  for (let day = localDay(zone, range.start); day <= last; day = plusDays(day, 1)) {
    const weekday = weekdayIndex(day)
    const today = { zone, day, offset: offsetOf(day) }
    const override = schedule.overrides.size > 0 ? schedule.overrides.get(day) : undefined
    if (override) grids.push(...onDay(zone, day, override.hours))
    lay(today, weekly[weekday], override ? overriddenGrids : grids)
    lay(today, pauses[weekday], breaks)
    if (narrowing) lay(today, narrowing[weekday], narrower)
  }
  const open = union(grids)
  return {
    grids,
    open,
    overriddenGrids,
    overridden: union(overriddenGrids),
    served: serviceHours && intersection(open, union(narrower)),
    breaks: union(breaks),
  }
}

interface LocalDay {
  readonly zone: Zone
  readonly day: EpochDay
  /** Undefined where a transition is near. */
  readonly offset: number | undefined
}

/** Appends the hours of a day as instants. A day without a transition takes one subtraction for each end. */
function lay({ zone, day, offset }: LocalDay, minutes: Int16Array | undefined, into: Interval[]): void {
  if (minutes === undefined || minutes.length === 0) return
  if (offset === undefined) {
    into.push(...onDay(zone, day, wallIntervals(minutes)))
    return
  }
  const midnight = day * DAY - offset
  for (let index = 0; index < minutes.length; index += 2) {
    const start = (midnight + (minutes[index] as number) * MINUTE) as Instant
    const end = (midnight + (minutes[index + 1] as number) * MINUTE) as Instant
    into.push({ start, end })
  }
}

function wallIntervals(minutes: Int16Array): WallInterval[] {
  const intervals: WallInterval[] = []
  for (let index = 0; index < minutes.length; index += 2) {
    intervals.push({ start: minutes[index] as WallMinutes, end: minutes[index + 1] as WallMinutes })
  }
  return intervals
}
