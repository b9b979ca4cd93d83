import { type Actor, isSelfOrAdmin } from '../domain/actor.ts'
import type { UserId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { type Schedule, type WorkingWeekDraft, workingWeek } from '../domain/schedule.ts'
import { comingOverrides, concernedRange, type DatedOverride } from '../domain/schedule-exceptions.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { Clock } from './ports/clock.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { Provider, ProviderDirectory } from './ports/provider-directory.ts'
import type { ProviderNotFound, ScheduleCatalog } from './ports/schedule-catalog.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import { type Conflicts, conflictsIn, occasionOf, type ScheduleChangePorts } from './schedule-conflicts.ts'
import type { Forbidden } from './services.ts'

/** A schedule with those of its overrides that are still to come, in order of date. */
export interface ShownSchedule {
  readonly schedule: Schedule
  readonly overrides: readonly DatedOverride[]
}

export type ReadSchedule = (providerId: UserId) => Promise<Result<ShownSchedule, ProviderNotFound>>

/** When a provider works. */
export const readSchedule =
  ({ schedules, clock }: { schedules: ScheduleCatalog; clock: Clock }): ReadSchedule =>
  async (providerId) => {
    const schedule = await schedules.find(providerId)
    if (!schedule) return reject({ code: 'provider-not-found' })
    return ok({ schedule, overrides: comingOverrides(schedule, clock()) })
  }

export type ReplaceWeek = (
  actor: Actor,
  providerId: UserId,
  draft: WorkingWeekDraft,
  expectedVersion: number | null,
) => Promise<Result<ShownSchedule & Conflicts, ProviderNotFound | Forbidden | InvalidInput | VersionMismatch>>

/** Gives a provider another working week. No booking is changed by it. */
export const replaceWeek =
  ({ schedules, ...ports }: ScheduleChangePorts): ReplaceWeek =>
  async (actor, providerId, draft, expectedVersion) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const week = workingWeek(draft)
    if (!week.ok) return week
    const occasion = occasionOf(ports, actor)
    const changed = await schedules.replaceWeek(providerId, week.value, expectedVersion, occasion)
    if (!changed.ok) return changed
    const { now } = occasion
    const schedule = changed.value
    const conflicts = await conflictsIn(ports, schedule, concernedRange(now))
    return ok({ schedule, overrides: comingOverrides(schedule, now), ...conflicts })
  }

export type ReadProvider = (id: UserId) => Promise<Result<Provider, ProviderNotFound>>

/** What everyone may know about a provider. */
export const readProvider =
  ({ directory }: { directory: ProviderDirectory }): ReadProvider =>
  async (id) => {
    const provider = await directory.find(id)
    return provider ? ok(provider) : reject({ code: 'provider-not-found' })
  }

export type ListProviders = (page: PageRequest) => Promise<Page<Provider>>

export const listProviders =
  ({ directory }: { directory: ProviderDirectory }): ListProviders =>
  (page) =>
    directory.list(page)
