import { WEEKDAYS, type Weekday } from '../../../src/domain/calendar.ts'
import type { Instant } from '../../../src/domain/instant.ts'
import type { Interval } from '../../../src/domain/interval.ts'
import type { WallInterval } from '../../../src/domain/weekly-hours.ts'

type Date = Temporal.PlainDate

/** Local days as Temporal has them, for tests that check the engine's own tables against it. */
export const dateAt = (zone: string, instant: number): Date =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate()

/** Every date from two days before the first to two days after the last. */
export function datesFrom(first: Date, last: Date): Date[] {
  const dates: Date[] = []
  const end = last.add({ days: 2 })
  for (let date = first.subtract({ days: 2 }); Temporal.PlainDate.compare(date, end) <= 0; ) {
    dates.push(date)
    date = date.add({ days: 1 })
  }
  return dates
}

export const weekdayName = (date: Date) => WEEKDAYS[date.dayOfWeek - 1] as Weekday

const TIMES = Array.from(
  { length: 1440 },
  (_, minute) => new Temporal.PlainTime(Math.floor(minute / 60), minute % 60),
)

/**
 * The instant of a wall time, 1440 being the next midnight. A date and a time without more to say are `compatible`:
 * forward in a gap and the earlier one in an overlap.
 */
export function wallInstant(zone: string, date: Date, minutes: number): Instant {
  const day = minutes === 1440 ? date.add({ days: 1 }) : date
  const plainTime = TIMES[minutes % 1440]
  if (plainTime === undefined) throw new RangeError(`No time of day: ${minutes}`)
  return day.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds as Instant
}

export const localMidnight = (zone: string, date: Date) => wallInstant(zone, date, 0)

/** A date of a zone, from its midnight to the next. */
export interface LocalDate extends Interval {
  readonly zone: string
  readonly date: Date
}

export const localDate = (zone: string, date: Date): LocalDate => ({
  zone,
  date,
  start: localMidnight(zone, date),
  end: localMidnight(zone, date.add({ days: 1 })),
})

/** Hours of one local date as instants, cut to the date's own midnights. */
export const onDate = ({ zone, date, ...day }: LocalDate, hours: readonly WallInterval[]): Interval[] =>
  hours
    .map(({ start, end }) => ({
      start: Math.max(day.start, wallInstant(zone, date, start)) as Instant,
      end: Math.min(day.end, wallInstant(zone, date, end)) as Instant,
    }))
    .filter(({ start, end }) => start < end)

/** The same wall time so many local days later. */
export const plusWallDays = (zone: string, instant: number, days: number) =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).add({ days }).epochMilliseconds
