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
import {
  roomForOverride,
  roomForTimeOff,
  type TimeOff,
  type TooManyOverrides,
} from '../../domain/schedule-exceptions.ts'
import { underKey } from './answers.ts'
import { loggedSchedule } from './catalog-events.ts'
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

    replaceWeek: async (providerId, week, expectedVersion, occasion) =>
      change(providerId, occasion, (recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        return expected.ok ? ok({ after: week, change: { kind: 'week-replaced' } }) : expected
      }),

    putOverride: async (providerId, day, override, expectedVersion, occasion) =>
      change<VersionMismatch | TooManyOverrides>(providerId, occasion, (recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        if (!expected.ok) return expected
        const room = roomForOverride(recorded, day, occasion.now)
        if (!room.ok) return room
        const overrides = new Map([...recorded.overrides, [day, override]])
        return ok({ after: { overrides }, change: { kind: 'override-put', day } })
      }),

    removeOverride: async (providerId, day, expectedVersion, occasion) =>
      change(providerId, occasion, (recorded) => {
        const expected = asExpected(recorded, expectedVersion)
        if (!expected.ok) return expected
        if (!recorded.overrides.has(day)) return ok(null)
        const overrides = new Map([...recorded.overrides].filter(([other]) => other !== day))
        return ok({ after: { overrides }, change: { kind: 'override-removed', day } })
      }),

    addTimeOff: (providerId, timeOff, occasion, recording) =>
      underKey(database, recording, () =>
        change(providerId, occasion, (recorded) => {
          const room = roomForTimeOff(recorded, timeOff, occasion.now)
          if (!room.ok) return room
          const after = keepTimeOff(providerId, [...timeOffOf(providerId), timeOff])
          return ok({ after, change: { kind: 'time-off-added', timeOff } })
        }),
      ),

    removeTimeOff: async (providerId, id, occasion) =>
      change(providerId, occasion, () => {
        const timeOff = timeOffOf(providerId).find((kept) => kept.id === id)
        if (!timeOff) return reject({ code: 'time-off-not-found' })
        const others = timeOffOf(providerId).filter((kept) => kept !== timeOff)
        return ok({
          after: keepTimeOff(providerId, others),
          change: { kind: 'time-off-removed', timeOff },
        })
      }),

    findTimeOff: async (providerId, id) => timeOffOf(providerId).find((timeOff) => timeOff.id === id),

    listTimeOff: async (providerId, page) =>
      find(providerId) &&
      pageIn(timeOffOf(providerId), { value: ({ start }) => start, descending: false }, page),
  }
}

interface Decided {
  /** What is other than before. */
  readonly after: Partial<Schedule>
  readonly change: ScheduleChange
}

/** Makes the next version of a schedule, and its event; null for one that stays as it is. */
const changeIn =
  ({ schedules, log }: MemoryDatabase) =>
  <R = never>(
    providerId: UserId,
    occasion: Occasion,
    decide: (recorded: Schedule) => Result<Decided | null, R>,
  ): Result<Schedule, ProviderNotFound | R> => {
    const recorded = schedules.get(providerId)
    if (!recorded) return reject({ code: 'provider-not-found' })
    const decided = decide(recorded)
    if (!decided.ok) return decided
    if (decided.value === null) return ok(recorded)
    const { after, change } = decided.value
    const changed: Schedule = { ...recorded, ...after, version: recorded.version + 1 }
    schedules.set(providerId, changed)
    log.events.push(loggedSchedule(scheduleChanged(occasion, changed, change)))
    return ok(changed)
  }
