import { parseWallTime, type WallMinutes, WEEKDAYS, type Weekday } from '../../domain/calendar.ts'
import type { WallInterval } from '../../domain/weekly-hours.ts'

interface WrittenInterval {
  readonly start: string
  readonly end: string
  readonly label?: string
}

type WrittenWeek = { readonly [Day in Weekday]?: readonly WrittenInterval[] | undefined }

/** The wall time of a text that its schema has checked. */
const minutesOf = (text: string) => parseWallTime(text) as WallMinutes

const readInterval = ({ start, end }: WrittenInterval): WallInterval => ({
  start: minutesOf(start),
  end: minutesOf(end),
})

const readBreak = (interval: WrittenInterval) => ({
  ...readInterval(interval),
  label: interval.label ?? null,
})

const readDays = <T>(
  week: WrittenWeek,
  read: (interval: WrittenInterval) => T,
): Partial<Record<Weekday, T[]>> =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, (week[day] ?? []).map(read)]))

export const readDayHours = (hours: readonly WrittenInterval[]) => hours.map(readInterval)

export const readHours = (week: WrittenWeek) => readDays(week, readInterval)

export const readBreaks = (week: WrittenWeek) => readDays(week, readBreak)
