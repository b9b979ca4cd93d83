import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { PageRequest } from '../../application/ports/page.ts'
import type { TimeOffId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { TimeOff } from '../../domain/schedule-exceptions.ts'
import { branded, instantColumn, timestamp } from './values.ts'

const nothing = z.object({})

const timeOffRow = z
  .object({
    id: branded<TimeOffId>(),
    reason: z.string().nullable(),
    starts_at: instantColumn,
    ends_at: instantColumn,
  })
  .transform((row): TimeOff => ({ id: row.id, reason: row.reason, start: row.starts_at, end: row.ends_at }))

const timeOffColumns = sql.fragment`
  time_off.id,
  time_off.reason,
  lower(time_off.period) as starts_at,
  upper(time_off.period) as ends_at
`

export const findTimeOff = (providerId: UserId, id: TimeOffId) => sql.type(timeOffRow)`
  select ${timeOffColumns}
  from time_off
  where time_off.provider_id = ${providerId}
    and time_off.id = ${id}
`

/** One row more than the page takes, in order of start, then of id. */
export function timeOffPage(providerId: UserId, { limit, after }: PageRequest) {
  const beyond = after
    ? sql.fragment`
        (lower(time_off.period), time_off.id)
          > (${timestamp(Number(after.value) as Instant)}::timestamptz, ${after.id}::uuid)
      `
    : sql.fragment`true`
  return sql.type(timeOffRow)`
    select ${timeOffColumns}
    from time_off
    where time_off.provider_id = ${providerId}
      and ${beyond}
    order by lower(time_off.period), time_off.id
    limit ${limit + 1}
  `
}

export async function insertTimeOff(
  transaction: DatabaseTransactionConnection,
  providerId: UserId,
  { id, start, end, reason }: TimeOff,
  now: Instant,
): Promise<void> {
  await transaction.query(sql.type(nothing)`
    insert into time_off (id, provider_id, period, reason, created_at)
    values (
      ${id},
      ${providerId},
      tstzrange(${timestamp(start)}, ${timestamp(end)}),
      ${reason},
      ${timestamp(now)}
    )
  `)
}

/** Takes time off of the provider away and tells what it was; undefined where there is none. */
export async function deleteTimeOff(
  transaction: DatabaseTransactionConnection,
  providerId: UserId,
  id: TimeOffId,
): Promise<TimeOff | undefined> {
  const deleted = await transaction.maybeOne(sql.type(timeOffRow)`
    delete from time_off
    where time_off.provider_id = ${providerId}
      and time_off.id = ${id}
    returning ${timeOffColumns}
  `)
  return deleted ?? undefined
}
