import { DAY, type EpochDay, plusDays, weekdayOf } from './calendar.ts'
import { type Instant, MINUTE } from './instant.ts'
import { type Interval, intersection, union } from './interval.ts'
import { onDay, type Schedule } from './schedule.ts'
import type { WallInterval, WeeklyHours } from './weekly-hours.ts'
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
  const toInstants = converter(zone)
  const grids: Interval[] = []
  const overriddenGrids: Interval[] = []
  const narrower: Interval[] = []
  const breaks: Interval[] = []
  const last = localDay(zone, range.end)
  for (let day = localDay(zone, range.start); day <= last; day = plusDays(day, 1)) {
    const weekday = weekdayOf(day)
    const override = schedule.overrides.size > 0 ? schedule.overrides.get(day) : undefined
    toInstants(day, override ? override.hours : schedule.weeklyHours[weekday], grids)
    if (override) toInstants(day, schedule.weeklyHours[weekday], overriddenGrids)
    if (serviceHours) toInstants(day, serviceHours[weekday], narrower)
    toInstants(day, schedule.breaks[weekday], breaks)
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

/** Appends the hours of a day as instants. A day without a transition takes one subtraction for each end. */
function converter(zone: Zone) {
  const offsetOf = steadyOffsets(zone)
  return (day: EpochDay, hours: readonly WallInterval[], into: Interval[]) => {
    if (hours.length === 0) return
    const offset = offsetOf(day)
    if (offset === undefined) {
      into.push(...onDay(zone, day, hours))
      return
    }
    const midnight = day * DAY - offset
    for (const { start, end } of hours) {
      into.push({ start: (midnight + start * MINUTE) as Instant, end: (midnight + end * MINUTE) as Instant })
    }
  }
}
