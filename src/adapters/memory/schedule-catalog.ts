import {
  asExpected,
  type ProviderNotFound,
  type ScheduleCatalog,
} from '../../application/ports/schedule-catalog.ts'
import type { VersionMismatch } from '../../application/ports/service-catalog.ts'
import type { UserId } from '../../domain/ids.ts'
import { ok, type Result, reject } from '../../domain/result.ts'
import type { Schedule } from '../../domain/schedule.ts'
import {
  roomForOverride,
  roomForTimeOff,
  type TimeOff,
  type TooManyOverrides,
} from '../../domain/schedule-exceptions.ts'
import { underKey } from './answers.ts'
import type { MemoryDatabase } from './database.ts'
import { pageIn } from './page.ts'

/** Schedules for as long as the process lives. */
export function memoryScheduleCatalog(database: MemoryDatabase): ScheduleCatalog {
  const change = changeIn(database)
  const timeOffOf = (providerId: UserId) => database.timeOff.get(providerId) ?? []
  const find = (providerId: UserId) => database.schedules.get(providerId)

  const keepTimeOff = (providerId: UserId, kept: readonly TimeOff[]): Partial<Schedule> => {
    database.timeOff.set(providerId, kept)
    const periods = kept.map(({ start, end }) => ({ start, end }))
    return { timeOff: periods.sort((left, right) => left.start - right.start) }
  }

  return {
    find: async (providerId) => find(providerId),

    replaceWeek: async (providerId, week, expectedVersion) =>
      change(providerId, (recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        return expected.ok ? ok(week) : expected
      }),

    putOverride: async (providerId, day, override, expectedVersion, now) =>
      change<VersionMismatch | TooManyOverrides>(providerId, (recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        if (!expected.ok) return expected
        const room = roomForOverride(recorded, day, now)
        return room.ok ? ok({ overrides: new Map([...recorded.overrides, [day, override]]) }) : room
      }),

    removeOverride: async (providerId, day, expectedVersion) =>
      change(providerId, (recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        if (!expected.ok) return expected
        if (!recorded.overrides.has(day)) return ok(null)
        return ok({ overrides: new Map([...recorded.overrides].filter(([other]) => other !== day)) })
      }),

    addTimeOff: (providerId, timeOff, now, recording) =>
      underKey(database, recording, () =>
        change(providerId, (recorded) => {
          const room = roomForTimeOff(recorded, timeOff, now)
          return room.ok ? ok(keepTimeOff(providerId, [...timeOffOf(providerId), timeOff])) : room
        }),
      ),

    removeTimeOff: async (providerId, id) =>
      change(providerId, () => {
        const kept = timeOffOf(providerId).filter((timeOff) => timeOff.id !== id)
        if (kept.length === timeOffOf(providerId).length) return reject({ code: 'time-off-not-found' })
        return ok(keepTimeOff(providerId, kept))
      }),

    findTimeOff: async (providerId, id) => timeOffOf(providerId).find((timeOff) => timeOff.id === id),

    listTimeOff: async (providerId, page) =>
      find(providerId) &&
      pageIn(timeOffOf(providerId), { value: ({ start }) => start, descending: false }, page),
  }
}

/** Makes the next version of a schedule; null for one that stays as it is. */
const changeIn =
  ({ schedules }: MemoryDatabase) =>
  <R = never>(
    providerId: UserId,
    decide: (recorded: Schedule) => Result<Partial<Schedule> | null, R>,
  ): Result<Schedule, ProviderNotFound | R> => {
    const recorded = schedules.get(providerId)
    if (!recorded) return reject({ code: 'provider-not-found' })
    const decided = decide(recorded)
    if (!decided.ok) return decided
    if (decided.value === null) return ok(recorded)
    const changed: Schedule = { ...recorded, ...decided.value, version: recorded.version + 1 }
    schedules.set(providerId, changed)
    return ok(changed)
  }
