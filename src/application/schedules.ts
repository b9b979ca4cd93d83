import { type Actor, isSelfOrAdmin } from '../domain/actor.ts'
import type { UserId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { type Schedule, type WorkingWeekDraft, workingWeek } from '../domain/schedule.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { Clock } from './ports/clock.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { Provider, ProviderDirectory } from './ports/provider-directory.ts'
import type { ProviderNotFound, ScheduleCatalog } from './ports/schedule-catalog.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import type { Forbidden } from './services.ts'

export type ReadSchedule = (providerId: UserId) => Promise<Result<Schedule, ProviderNotFound>>

/** When a provider works. */
export const readSchedule =
  ({ schedules }: { schedules: ScheduleCatalog }): ReadSchedule =>
  async (providerId) => {
    const schedule = await schedules.find(providerId)
    return schedule ? ok(schedule) : reject({ code: 'provider-not-found' })
  }

export type ReplaceWeek = (
  actor: Actor,
  providerId: UserId,
  draft: WorkingWeekDraft,
  expectedVersion: number | null,
) => Promise<Result<Schedule, ProviderNotFound | Forbidden | InvalidInput | VersionMismatch>>

/** Gives a provider another working week. No booking is changed by it. */
export const replaceWeek =
  ({ schedules, clock }: { schedules: ScheduleCatalog; clock: Clock }): ReplaceWeek =>
  async (actor, providerId, draft, expectedVersion) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const week = workingWeek(draft)
    if (!week.ok) return week
    return schedules.replaceWeek(providerId, week.value, expectedVersion, clock())
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
