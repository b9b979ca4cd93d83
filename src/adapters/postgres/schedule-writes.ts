import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import { type EpochDay, formatDate, WEEKDAYS } from '../../domain/calendar.ts'
import type { UserId } from '../../domain/ids.ts'
import type { ScheduleOverride, WorkingWeek } from '../../domain/schedule.ts'
import type { WallInterval } from '../../domain/weekly-hours.ts'

const nothing = z.object({})

const minutesRange = ({ start, end }: WallInterval) => `[${start},${end})`

/** Puts a week in place of the recorded one. */
export async function replaceWeek(
  transaction: DatabaseTransactionConnection,
  providerId: UserId,
  week: WorkingWeek,
): Promise<void> {
  const hours = WEEKDAYS.flatMap((name, index) =>
    week.weeklyHours[name].map((interval) => [providerId, index + 1, minutesRange(interval)]),
  )
  const breaks = WEEKDAYS.flatMap((name, index) =>
    week.breaks[name].map((pause) => [providerId, index + 1, minutesRange(pause), pause.label]),
  )
  await transaction.query(sql.type(nothing)`
    update schedules
    set time_zone = ${week.timeZone}
    where provider_id = ${providerId}
  `)
  await transaction.query(sql.type(nothing)`delete from weekly_hours where provider_id = ${providerId}`)
  await transaction.query(sql.type(nothing)`delete from weekly_breaks where provider_id = ${providerId}`)
  await transaction.query(sql.type(nothing)`
    insert into weekly_hours (provider_id, weekday, minutes)
    select provider_id, weekday, minutes
    from ${sql.unnest(hours, ['uuid', 'int2', 'int4range'])} as hours (provider_id, weekday, minutes)
  `)
  await transaction.query(sql.type(nothing)`
    insert into weekly_breaks (provider_id, weekday, minutes, label)
    select provider_id, weekday, minutes, label
    from ${sql.unnest(breaks, ['uuid', 'int2', 'int4range', 'text'])} as breaks (provider_id, weekday, minutes, label)
  `)
}

/** Sets the hours of a date, in place of others that it may have. */
export async function replaceOverride(
  transaction: DatabaseTransactionConnection,
  providerId: UserId,
  day: EpochDay,
  { hours, reason }: ScheduleOverride,
): Promise<void> {
  const date = formatDate(day)
  const rows = hours.map((interval) => [providerId, date, minutesRange(interval)])
  await transaction.query(sql.type(nothing)`
    insert into schedule_overrides (provider_id, date, reason)
    values (${providerId}, ${date}, ${reason})
    on conflict on constraint schedule_overrides_pkey
    do update set reason = excluded.reason
  `)
  await transaction.query(sql.type(nothing)`
    delete from override_hours
    where provider_id = ${providerId}
      and date = ${date}
  `)
  await transaction.query(sql.type(nothing)`
    insert into override_hours (provider_id, date, minutes)
    select provider_id, date, minutes
    from ${sql.unnest(rows, ['uuid', 'date', 'int4range'])} as hours (provider_id, date, minutes)
  `)
}

/** Takes the hours of a date away; whether it had any of its own. */
export async function deleteOverride(
  transaction: DatabaseTransactionConnection,
  providerId: UserId,
  day: EpochDay,
): Promise<boolean> {
  const { rowCount } = await transaction.query(sql.type(nothing)`
    delete from schedule_overrides
    where provider_id = ${providerId}
      and date = ${formatDate(day)}
  `)
  return rowCount > 0
}
