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
import { ok, type Result, reject } from '../../domain/result.ts'
import type { Schedule } from '../../domain/schedule.ts'
import { type Occasion, type ScheduleChange, scheduleChanged } from '../../domain/schedule-event.ts'
import { roomForOverride, roomForTimeOff, type TooManyOverrides } from '../../domain/schedule-exceptions.ts'
import { underKey } from './answers.ts'
import { eventColumns, eventValues } from './event-rows.ts'
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

    replaceWeek: (providerId, week, expectedVersion, occasion) =>
      change(providerId, occasion, async (transaction, recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        if (!expected.ok) return expected
        await replaceWeek(transaction, providerId, week)
        return ok({ kind: 'week-replaced' })
      }),

    putOverride: (providerId, day, override, expectedVersion, occasion) =>
      change<VersionMismatch | TooManyOverrides>(providerId, occasion, async (transaction, recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        if (!expected.ok) return expected
        const room = roomForOverride(recorded, day, occasion.now)
        if (!room.ok) return room
        await replaceOverride(transaction, providerId, day, override)
        return ok({ kind: 'override-put', day })
      }),

    removeOverride: (providerId, day, expectedVersion, occasion) =>
      change(providerId, occasion, async (transaction, recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        if (!expected.ok) return expected
        const removed = await deleteOverride(transaction, providerId, day)
        return ok(removed ? { kind: 'override-removed', day } : null)
      }),

    addTimeOff: (providerId, timeOff, occasion, recording) =>
      guarded(
        pool.transaction((transaction) =>
          underKey(transaction, recording, () =>
            changeWithin(transaction, providerId, occasion, async (recorded) => {
              const room = roomForTimeOff(recorded, timeOff, occasion.now)
              if (!room.ok) return room
              await insertTimeOff(transaction, providerId, timeOff, occasion.now)
              return ok({ kind: 'time-off-added', timeOff })
            }),
          ),
        ),
      ),

    removeTimeOff: (providerId, id, occasion) =>
      change(providerId, occasion, async (transaction) => {
        const timeOff = await deleteTimeOff(transaction, providerId, id)
        return timeOff ? ok({ kind: 'time-off-removed', timeOff }) : reject({ code: 'time-off-not-found' })
      }),

    findTimeOff: async (providerId, id) =>
      (await guarded(pool.maybeOne(findTimeOff(providerId, id)))) ?? undefined,

    async listTimeOff(providerId, page) {
      const rows = await guarded(pool.any(timeOffPage(providerId, page)))
      if (rows.length === 0 && !(await find(providerId))) return undefined
      return pageOf(rows, page.limit, ({ start, id }) => ({ value: String(start), id }))
    },
  }
}

/** Says no before it has written anything, or what it has changed; null where it has changed nothing. */
type Write<R> = (
  transaction: DatabaseTransactionConnection,
  recorded: Schedule,
) => Promise<Result<ScheduleChange | null, R>>

/** Makes the next version of a schedule in a transaction of its own. */
const changeIn =
  (pool: DatabasePool) =>
  <R = never>(
    providerId: UserId,
    occasion: Occasion,
    write: Write<R>,
  ): Promise<Result<Schedule, ProviderNotFound | R>> =>
    guarded(
      pool.transaction((transaction) =>
        changeWithin(transaction, providerId, occasion, (recorded) => write(transaction, recorded)),
      ),
    )

/** Makes the next version of a schedule, and writes the event that tells of it. */
async function changeWithin<R = never>(
  transaction: DatabaseTransactionConnection,
  providerId: UserId,
  occasion: Occasion,
  write: (recorded: Schedule) => ReturnType<Write<R>>,
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
  if (written.value === null) return ok(recorded)
  await transaction.query(sql.type(nothing)`
    update schedules
    set
      version = version + 1,
      updated_at = ${timestamp(occasion.now)}
    where provider_id = ${providerId}
  `)
  const schedule = await transaction.one(findSchedule(providerId))
  await transaction.query(sql.type(nothing)`
    insert into events (${eventColumns})
    values (${eventValues(scheduleChanged(occasion, schedule, written.value))})
  `)
  return ok(schedule)
}
