import { sql } from 'slonik'
import { z } from 'zod'
import { type EpochDay, parseDate, type WallMinutes, WEEKDAYS, type Weekday } from '../../domain/calendar.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Schedule, ScheduleOverride } from '../../domain/schedule.ts'
import { MOST_RECKONED_OVERRIDES, MOST_RECKONED_TIME_OFF } from '../../domain/schedule-exceptions.ts'
import { byWeekday, inOrder, type WallInterval, type WeeklyBreak } from '../../domain/weekly-hours.ts'
import { branded } from './values.ts'

/** The columns of a whole schedule, its lists as JSON; needs `schedules` in the from clause. */
export const scheduleColumns = sql.fragment`
  schedules.provider_id,
  schedules.version as schedule_version,
  schedules.time_zone,
  (
    select coalesce(json_agg(json_build_array(weekday, lower(minutes), upper(minutes))), '[]')
    from weekly_hours
    where weekly_hours.provider_id = schedules.provider_id
  ) as weekly_hours,
  (
    select coalesce(json_agg(json_build_array(weekday, lower(minutes), upper(minutes), label)), '[]')
    from weekly_breaks
    where weekly_breaks.provider_id = schedules.provider_id
  ) as breaks,
  (
    select coalesce(
      json_agg(
        json_build_array(
          to_char(newest.date, 'YYYY-MM-DD'),
          newest.reason,
          (
            select coalesce(json_agg(json_build_array(lower(minutes), upper(minutes))), '[]')
            from override_hours
            where override_hours.provider_id = newest.provider_id
              and override_hours.date = newest.date
          )
        )
      ),
      '[]'
    )
    from (
      select
        provider_id,
        date,
        reason
      from schedule_overrides
      where schedule_overrides.provider_id = schedules.provider_id
      order by date desc
      limit ${MOST_RECKONED_OVERRIDES}
    ) as newest
  ) as overrides,
  (
    select coalesce(
      json_agg(
        json_build_array(
          round(extract(epoch from lower(period)) * 1000),
          round(extract(epoch from upper(period)) * 1000)
        )
        order by lower(period)
      ),
      '[]'
    )
    from (
      select period
      from time_off
      where time_off.provider_id = schedules.provider_id
      order by upper(period) desc, id
      limit ${MOST_RECKONED_TIME_OFF}
    ) as newest
  ) as time_off
`

const minutes = z.number().transform((value) => value as WallMinutes)
const instant = z.number().transform((value) => value as Instant)
const epochDay = z.string().transform((text) => parseDate(text) as EpochDay)

export const scheduleFields = {
  provider_id: branded<UserId>(),
  schedule_version: z.number(),
  time_zone: z.string(),
  weekly_hours: z.array(z.tuple([z.number(), minutes, minutes])),
  breaks: z.array(z.tuple([z.number(), minutes, minutes, z.string().nullable()])),
  overrides: z.array(z.tuple([epochDay, z.string().nullable(), z.array(z.tuple([minutes, minutes]))])),
  time_off: z.array(z.tuple([instant, instant])),
}

type ScheduleFields = z.output<z.ZodObject<typeof scheduleFields>>

export const toSchedule = (row: ScheduleFields): Schedule => ({
  providerId: row.provider_id,
  version: row.schedule_version,
  timeZone: row.time_zone,
  weeklyHours: byWeekday<WallInterval>(
    grouped(row.weekly_hours.map(([weekday, start, end]) => [weekday, { start, end }])),
  ),
  breaks: byWeekday<WeeklyBreak>(
    grouped(row.breaks.map(([weekday, start, end, label]) => [weekday, { start, end, label }])),
  ),
  overrides: new Map(
    row.overrides.map(([day, reason, hours]): [EpochDay, ScheduleOverride] => [
      day,
      { reason, hours: inOrder(hours.map(([start, end]) => ({ start, end }))) },
    ]),
  ),
  timeOff: row.time_off.map(([start, end]) => ({ start, end })),
})

/** ISO weekdays, 1 to 7, to the names of the domain. */
function grouped<T>(rows: readonly (readonly [number, T])[]): Partial<Record<Weekday, T[]>> {
  const days: Partial<Record<Weekday, T[]>> = {}
  for (const [weekday, value] of rows) {
    const name = WEEKDAYS[weekday - 1] as Weekday
    days[name] = [...(days[name] ?? []), value]
  }
  return days
}
