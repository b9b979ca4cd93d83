import { DAY_MINUTES, FIRST_YEAR, type Instant, LAST_YEAR, MINUTE } from './instant.ts'

/** A local date, as the number of days since 1970-01-01. */
export type EpochDay = number & { readonly unit: 'epoch-day' }

/** Minutes since midnight on the wall clock, 0 to 1440; 1440 is `24:00`, the end of a day. */
export type WallMinutes = number & { readonly unit: 'wall-minutes' }

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const
export type Weekday = (typeof WEEKDAYS)[number]

export const DAY = DAY_MINUTES * MINUTE

/** 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday. */
export const weekdayIndex = (day: EpochDay) => (((day + 3) % 7) + 7) % 7

export const weekdayOf = (day: EpochDay) => WEEKDAYS[weekdayIndex(day)] as Weekday

export const plusDays = (day: EpochDay, days: number) => (day + days) as EpochDay

/** Reads `YYYY-MM-DD`; undefined for 30 February and for years outside FIRST_YEAR to LAST_YEAR. */
export function parseDate(text: string): EpochDay | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const [year, month, date] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))]
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12) return undefined
  const milliseconds = Date.UTC(year, month - 1, date)
  // 30 February has become a day of March.
  return new Date(milliseconds).getUTCDate() === date ? ((milliseconds / DAY) as EpochDay) : undefined
}

export const formatDate = (day: EpochDay) => new Date(day * DAY).toISOString().slice(0, 10)

/** Reads `HH:MM`, and `24:00` as the end of the day. */
export function parseWallTime(text: string): WallMinutes | undefined {
  const match = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text)
  if (!match) return undefined
  return (match[1] === undefined ? DAY_MINUTES : Number(match[1]) * 60 + Number(match[2])) as WallMinutes
}

export function formatWallTime(minutes: WallMinutes): string {
  const hours = Math.floor(minutes / 60)
  return `${String(hours).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** The instant that a clock showing UTC would show as this wall time: the raw material of a zone conversion. */
export const asIfUtc = (day: EpochDay, minutes: WallMinutes) => (day * DAY + minutes * MINUTE) as Instant
