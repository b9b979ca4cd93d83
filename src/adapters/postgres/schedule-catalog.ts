import { type DatabasePool, type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import { pageOf } from '../../application/ports/page.ts'
import {
  asExpected,
  type ProviderNotFound,
  type ScheduleCatalog,
} from '../../application/ports/schedule-catalog.ts'
import type { VersionMismatch } from '../../application/ports/service-catalog.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { ok, type Result, reject } from '../../domain/result.ts'
import type { Schedule } from '../../domain/schedule.ts'
import { roomForOverride, roomForTimeOff, type TooManyOverrides } from '../../domain/schedule-exceptions.ts'
import { underKey } from './answers.ts'
import { guarded } from './faults.ts'
import { scheduleColumns, scheduleFields, toSchedule } from './schedule-rows.ts'
import { deleteOverride, replaceOverride, replaceWeek } from './schedule-writes.ts'
import { deleteTimeOff, findTimeOff, insertTimeOff, timeOffPage } from './time-off.ts'
import { timestamp } from './values.ts'

const nothing = z.object({})

const findSchedule = (providerId: UserId) => sql.type(z.object(scheduleFields).transform(toSchedule))`
  select ${scheduleColumns}
  from schedules
  where schedules.provider_id = ${providerId}
`

/** Schedules with their hours, breaks, overrides and time off. */
export function postgresScheduleCatalog({ pool }: { readonly pool: DatabasePool }): ScheduleCatalog {
  const change = changeIn(pool)
  const find = async (providerId: UserId) =>
    (await guarded(pool.maybeOne(findSchedule(providerId)))) ?? undefined

  return {
    find,

    replaceWeek: (providerId, week, expectedVersion, now) =>
      change(providerId, now, async (transaction, recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        if (!expected.ok) return expected
        await replaceWeek(transaction, providerId, week)
        return ok(true)
      }),

    putOverride: (providerId, day, override, expectedVersion, now) =>
      change<VersionMismatch | TooManyOverrides>(providerId, now, async (transaction, recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        if (!expected.ok) return expected
        const room = roomForOverride(recorded, day, now)
        if (!room.ok) return room
        await replaceOverride(transaction, providerId, day, override)
        return ok(true)
      }),

    removeOverride: (providerId, day, expectedVersion, now) =>
      change(providerId, now, async (transaction, recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        return expected.ok ? ok(await deleteOverride(transaction, providerId, day)) : expected
      }),

    addTimeOff: (providerId, timeOff, now, recording) =>
      guarded(
        pool.transaction((transaction) =>
          underKey(transaction, recording, () =>
            changeWithin(transaction, providerId, now, async (recorded) => {
              const room = roomForTimeOff(recorded, timeOff, now)
              if (!room.ok) return room
              await insertTimeOff(transaction, providerId, timeOff, now)
              return ok(true)
            }),
          ),
        ),
      ),

    removeTimeOff: (providerId, id, now) =>
      change(providerId, now, async (transaction) =>
        (await deleteTimeOff(transaction, providerId, id))
          ? ok(true)
          : reject({ code: 'time-off-not-found' }),
      ),

    findTimeOff: async (providerId, id) =>
      (await guarded(pool.maybeOne(findTimeOff(providerId, id)))) ?? undefined,

    async listTimeOff(providerId, page) {
      const rows = await guarded(pool.any(timeOffPage(providerId, page)))
      if (rows.length === 0 && !(await find(providerId))) return undefined
      return pageOf(rows, page.limit, ({ start, id }) => ({ value: String(start), id }))
    },
  }
}

/** Makes the next version of a schedule in a transaction of its own. */
const changeIn =
  (pool: DatabasePool) =>
  <R = never>(
    providerId: UserId,
    now: Instant,
    write: (transaction: DatabaseTransactionConnection, recorded: Schedule) => Promise<Result<boolean, R>>,
  ): Promise<Result<Schedule, ProviderNotFound | R>> =>
    guarded(
      pool.transaction((transaction) =>
        changeWithin(transaction, providerId, now, (recorded) => write(transaction, recorded)),
      ),
    )

/**
 * Makes the next version of a schedule. `write` says no before it has written anything, or whether it has changed
 * something.
 */
async function changeWithin<R = never>(
  transaction: DatabaseTransactionConnection,
  providerId: UserId,
  now: Instant,
  write: (recorded: Schedule) => Promise<Result<boolean, R>>,
): Promise<Result<Schedule, ProviderNotFound | R>> {
  // The row lock makes changes to one schedule wait for each other; a statement after it sees what the change before
  // has written.
  const locked = await transaction.query(sql.type(nothing)`
    select
    from schedules
    where provider_id = ${providerId}
    for update
  `)
  if (locked.rowCount === 0) return reject({ code: 'provider-not-found' })
  const recorded = await transaction.one(findSchedule(providerId))
  const written = await write(recorded)
  if (!written.ok) return written
  if (!written.value) return ok(recorded)
  await transaction.query(sql.type(nothing)`
    update schedules
    set
      version = version + 1,
      updated_at = ${timestamp(now)}
    where provider_id = ${providerId}
  `)
  return ok(await transaction.one(findSchedule(providerId)))
}
