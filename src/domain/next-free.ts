import { plusDays } from './calendar.ts'
import type { Instant } from './instant.ts'
import type { Interval } from './interval.ts'
import type { Offer } from './service.ts'
import { localDay, plusLocalDays, startOfDay, zoneOf } from './zone.ts'

/** The first window looked through; each further one is twice as long, so that a full year takes six of them. */
const FIRST_WINDOW_DAYS = 8

/** The windows, one after the other, in which the next free slots from `after` to the end of the horizon lie. */
export function* searchWindows(
  { service, schedule }: Offer,
  after: Instant,
  now: Instant,
): Generator<Interval> {
  const zone = zoneOf(schedule.timeZone)
  const end = (plusLocalDays(zone, now, service.maxHorizonDays) + 1) as Instant
  let start = Math.max(after, now) as Instant
  for (let days = FIRST_WINDOW_DAYS; start < end; days *= 2) {
    const windowEnd = startOfDay(zone, plusDays(localDay(zone, start), days))
    const window = { start, end: Math.min(windowEnd, end) as Instant }
    yield window
    start = window.end
  }
}
