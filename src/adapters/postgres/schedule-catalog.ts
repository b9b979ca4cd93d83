import { type DatabasePool, type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { ScheduleCatalog } from '../../application/ports/schedule-catalog.ts'
import { WEEKDAYS } from '../../domain/calendar.ts'
import type { UserId } from '../../domain/ids.ts'
import { ok, reject } from '../../domain/result.ts'
import type { WorkingWeek } from '../../domain/schedule.ts'
import { guarded } from './faults.ts'
import { scheduleColumns, scheduleFields, toSchedule } from './schedule-rows.ts'
import { timestamp } from './values.ts'

const nothing = z.object({})

const findSchedule = (providerId: UserId) => sql.type(z.object(scheduleFields).transform(toSchedule))`
  select ${scheduleColumns}
  from schedules
  where schedules.provider_id = ${providerId}
`

/** Schedules with their hours, breaks, overrides and time off. */
export const postgresScheduleCatalog = ({ pool }: { readonly pool: DatabasePool }): ScheduleCatalog => ({
  async find(providerId) {
    return (await guarded(pool.maybeOne(findSchedule(providerId)))) ?? undefined
  },

  replaceWeek: (providerId, week, expectedVersion, now) =>
    guarded(
      pool.transaction(async (transaction) => {
        // The row lock makes changes to one schedule wait for each other.
        const version = await transaction.maybeOneFirst(sql.type(z.object({ version: z.number() }))`
          select version
          from schedules
          where provider_id = ${providerId}
          for update
        `)
        if (version === null) return reject({ code: 'provider-not-found' })
        if (expectedVersion !== null && version !== expectedVersion) {
          return reject({ code: 'version-mismatch', version })
        }
        await transaction.query(sql.type(nothing)`
          update schedules
          set
            version = version + 1,
            time_zone = ${week.timeZone},
            updated_at = ${timestamp(now)}
          where provider_id = ${providerId}
        `)
        await replaceHours(transaction, providerId, week)
        return ok(await transaction.one(findSchedule(providerId)))
      }),
    ),
})

async function replaceHours(
  transaction: DatabaseTransactionConnection,
  providerId: UserId,
  week: WorkingWeek,
): Promise<void> {
  const hours = WEEKDAYS.flatMap((name, index) =>
    week.weeklyHours[name].map(({ start, end }) => [providerId, index + 1, `[${start},${end})`]),
  )
  const breaks = WEEKDAYS.flatMap((name, index) =>
    week.breaks[name].map(({ start, end, label }) => [providerId, index + 1, `[${start},${end})`, label]),
  )
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
