import { DAY, type EpochDay, weekdayOf } from './calendar.ts'
import { type Instant, MINUTE } from './instant.ts'
import type { Interval } from './interval.ts'
import { offsetAt, type Zone } from './zone.ts'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
const twoDigits = (value: number) => String(value).padStart(2, '0')

/** What calendar and clock on a wall of the zone show. */
function wallAt(zone: Zone, instant: Instant) {
  const local = new Date(instant + offsetAt(zone, instant))
  return {
    day: Math.floor(local.getTime() / DAY) as EpochDay,
    date: local.getUTCDate(),
    month: MONTHS[local.getUTCMonth()] as string,
    year: local.getUTCFullYear(),
    time: `${twoDigits(local.getUTCHours())}:${twoDigits(local.getUTCMinutes())}`,
  }
}

type Wall = ReturnType<typeof wallAt>

const dateWords = ({ day, date, month, year }: Wall) =>
  `${capitalised(weekdayOf(day))}, ${date} ${month} ${year}`

/** `UTC`, `UTC+2`, `UTC-3:30`: how far the clocks of a zone are from UTC at an instant. */
export function offsetWords(zone: Zone, instant: Instant): string {
  const minutes = Math.round(offsetAt(zone, instant) / MINUTE)
  if (minutes === 0) return 'UTC'
  const size = Math.abs(minutes)
  const rest = size % 60 === 0 ? '' : `:${twoDigits(size % 60)}`
  return `UTC${minutes < 0 ? '-' : '+'}${Math.floor(size / 60)}${rest}`
}

/**
 * An interval as someone in the zone says it: `Sunday, 8 March 2026, 01:30 (UTC-5) to 03:30 (UTC-4), America/New_York`. The
 * distance from UTC stands with each time where the clocks change in between, and with the zone where they do not.
 */
export function intervalWords(zone: Zone, { start, end }: Interval): string {
  const [from, to] = [wallAt(zone, start), wallAt(zone, end)]
  const [before, after] = [offsetWords(zone, start), offsetWords(zone, end)]
  const until = from.day === to.day ? to.time : `${dateWords(to)}, ${to.time}`
  return before === after
    ? `${dateWords(from)}, ${from.time} to ${until} (${zoneWords(zone, before)})`
    : `${dateWords(from)}, ${from.time} (${before}) to ${until} (${after}), ${zone.name}`
}

const zoneWords = ({ name }: Zone, offset: string) => (name === offset ? name : `${name}, ${offset}`)

/** An instant as someone in the zone says it: `Sunday, 8 March 2026, 01:30 (America/New_York, UTC-5)`. */
export function instantWords(zone: Zone, instant: Instant): string {
  const wall = wallAt(zone, instant)
  return `${dateWords(wall)}, ${wall.time} (${zoneWords(zone, offsetWords(zone, instant))})`
}

/** The short form, for where there is little room: `Sun 8 Mar 2026, 01:30`. */
export function shortInstantWords(zone: Zone, instant: Instant): string {
  const { day, date, month, year, time } = wallAt(zone, instant)
  const weekday = capitalised(weekdayOf(day)).slice(0, 3)
  return `${weekday} ${date} ${month.slice(0, 3)} ${year}, ${time}`
}
