import type { EpochDay, WallMinutes, Weekday } from '../../../src/domain/calendar.ts'
import type { Instant } from '../../../src/domain/instant.ts'
import type { Interval } from '../../../src/domain/interval.ts'
import {
  byWeekday,
  type WallInterval,
  type WeeklyBreaks,
  type WeeklyHours,
} from '../../../src/domain/weekly-hours.ts'

/** `at('2026-03-08T07:00:00Z')`: Temporal reads it, not the code under test. */
export const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds as Instant

/** `between('2026-03-08T07:00:00Z', '2026-03-08T08:00:00Z')` */
export const between = (start: string, end: string): Interval => ({ start: at(start), end: at(end) })

/** `day('2026-03-08')` */
export const day = (text: string) => (Date.parse(`${text}T00:00:00Z`) / 86_400_000) as EpochDay

/** `time('09:30')`, and `time('24:00')` for the end of the day. */
export function time(text: string): WallMinutes {
  const [hours = Number.NaN, minutes = Number.NaN] = text.split(':').map(Number)
  return (hours * 60 + minutes) as WallMinutes
}

/** `hours('09:00-17:00')` */
export function hours(text: string): WallInterval {
  const [start = '', end = ''] = text.split('-')
  return { start: time(start), end: time(end) }
}

export const allHours = (texts: readonly string[]) => texts.map(hours)

export type WeekText = Partial<Record<Weekday, readonly string[]>>

/** The week as a draft words it: only the days named. */
export const weekDraft = (days: WeekText): Partial<Record<Weekday, readonly WallInterval[]>> =>
  Object.fromEntries(Object.entries(days).map(([weekday, texts]) => [weekday, allHours(texts)]))

/** `week({ monday: ['09:00-12:00', '13:00-17:00'] })`; days left out are closed. */
export const week = (days: WeekText): WeeklyHours => byWeekday(weekDraft(days))

export const breaks = (days: WeekText): WeeklyBreaks =>
  byWeekday(
    Object.fromEntries(
      Object.entries(days).map(([weekday, texts]) => [
        weekday,
        texts.map((text) => ({ ...hours(text), label: null })),
      ]),
    ),
  )

export const everyDay = (...texts: string[]): WeeklyHours =>
  week({
    monday: texts,
    tuesday: texts,
    wednesday: texts,
    thursday: texts,
    friday: texts,
    saturday: texts,
    sunday: texts,
  })

/** `['2026-03-08T07:00Z', ...]`: instants as one reads them, to the minute where they are whole minutes. */
export const minuteText = (instant: number) => new Date(instant).toISOString().replace(/:00\.000Z$/, 'Z')
