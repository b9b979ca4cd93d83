import { type Actor, isSelfOrAdmin } from '../domain/actor.ts'
import type { EpochDay } from '../domain/calendar.ts'
import type { TimeOffId, UserId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import type { Interval } from '../domain/interval.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { Schedule, ScheduleOverride } from '../domain/schedule.ts'
import {
  concernedPart,
  overriddenDay,
  scheduleOverride,
  type TimeOff,
  type TooManyOverrides,
  type TooMuchTimeOff,
  timeOff,
} from '../domain/schedule-exceptions.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { WallInterval } from '../domain/weekly-hours.ts'
import type { NewId } from './ports/ids.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { ProviderNotFound, ScheduleCatalog, TimeOffNotFound } from './ports/schedule-catalog.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import {
  type ConflictPorts,
  type Conflicts,
  conflictsIn,
  type ScheduleChangePorts,
} from './schedule-conflicts.ts'
import type { Forbidden } from './services.ts'

/** What an exception has made of a schedule. */
export interface ExceptionMade extends Conflicts {
  readonly scheduleVersion: number
}

const exceptionMade = async (
  ports: ConflictPorts,
  schedule: Schedule,
  changed: Interval,
  now: Instant,
): Promise<ExceptionMade> => ({
  scheduleVersion: schedule.version,
  ...(await conflictsIn(ports, schedule, concernedPart(changed, now))),
})

export interface OverridePut extends ExceptionMade {
  readonly override: ScheduleOverride
}

export type PutOverrideRejection =
  | ProviderNotFound
  | Forbidden
  | InvalidInput
  | VersionMismatch
  | TooManyOverrides

export type PutOverride = (
  actor: Actor,
  providerId: UserId,
  day: EpochDay,
  draft: { readonly hours: readonly WallInterval[]; readonly reason: string | null },
  expectedVersion: number | null,
) => Promise<Result<OverridePut, PutOverrideRejection>>

/** Gives a date hours of its own, or none. No booking is changed by it. */
export const putOverride =
  ({ schedules, clock, ...ports }: ScheduleChangePorts): PutOverride =>
  async (actor, providerId, day, draft, expectedVersion) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const override = scheduleOverride(draft.hours, draft.reason)
    if (!override.ok) return override
    const now = clock()
    const changed = await schedules.putOverride(providerId, day, override.value, expectedVersion, now)
    if (!changed.ok) return changed
    const made = await exceptionMade(ports, changed.value, overriddenDay(changed.value, day), now)
    return ok({ override: override.value, ...made })
  }

export type RemoveOverride = (
  actor: Actor,
  providerId: UserId,
  day: EpochDay,
  expectedVersion: number | null,
) => Promise<Result<ExceptionMade, ProviderNotFound | Forbidden | VersionMismatch>>

/** Gives a date the hours of its weekday back, if it has others. No booking is changed by it. */
export const removeOverride =
  ({ schedules, clock, ...ports }: ScheduleChangePorts): RemoveOverride =>
  async (actor, providerId, day, expectedVersion) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const now = clock()
    const changed = await schedules.removeOverride(providerId, day, expectedVersion, now)
    if (!changed.ok) return changed
    return ok(await exceptionMade(ports, changed.value, overriddenDay(changed.value, day), now))
  }

export interface TimeOffAdded extends ExceptionMade {
  readonly timeOff: TimeOff
}

export type AddTimeOff = (
  actor: Actor,
  providerId: UserId,
  interval: Interval,
  reason: string | null,
) => Promise<Result<TimeOffAdded, ProviderNotFound | Forbidden | InvalidInput | TooMuchTimeOff>>

/** Takes a provider out of a stretch of time. No booking is changed by it. */
export const addTimeOff =
  ({ schedules, clock, newId, ...ports }: ScheduleChangePorts & { readonly newId: NewId }): AddTimeOff =>
  async (actor, providerId, interval, reason) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const added = timeOff(newId() as TimeOffId, interval, reason)
    if (!added.ok) return added
    const now = clock()
    const changed = await schedules.addTimeOff(providerId, added.value, now)
    if (!changed.ok) return changed
    return ok({ timeOff: added.value, ...(await exceptionMade(ports, changed.value, interval, now)) })
  }

export type RemoveTimeOff = (
  actor: Actor,
  providerId: UserId,
  id: TimeOffId,
) => Promise<Result<null, ProviderNotFound | Forbidden | TimeOffNotFound>>

/** Takes time off back. */
export const removeTimeOff =
  ({ schedules, clock }: Pick<ScheduleChangePorts, 'schedules' | 'clock'>): RemoveTimeOff =>
  async (actor, providerId, id) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const changed = await schedules.removeTimeOff(providerId, id, clock())
    return changed.ok ? ok(null) : changed
  }

/** Time off as its reader may see it; without the reason for those whom it does not concern. */
export type ShownTimeOff = Omit<TimeOff, 'reason'> & Partial<Pick<TimeOff, 'reason'>>

const shownTo =
  (actor: Actor | null, providerId: UserId) =>
  ({ reason, ...rest }: TimeOff): ShownTimeOff =>
    actor && isSelfOrAdmin(actor, providerId) ? { ...rest, reason } : rest

export type ReadTimeOff = (
  actor: Actor | null,
  providerId: UserId,
  id: TimeOffId,
) => Promise<Result<ShownTimeOff, TimeOffNotFound>>

/** One stretch of a provider's time off. */
export const readTimeOff =
  ({ schedules }: { schedules: ScheduleCatalog }): ReadTimeOff =>
  async (actor, providerId, id) => {
    const found = await schedules.findTimeOff(providerId, id)
    return found ? ok(shownTo(actor, providerId)(found)) : reject({ code: 'time-off-not-found' })
  }

export type ListTimeOff = (
  actor: Actor | null,
  providerId: UserId,
  page: PageRequest,
) => Promise<Result<Page<ShownTimeOff>, ProviderNotFound>>

/** When a provider is away, which everyone may know; why, only the provider and admins. */
export const listTimeOff =
  ({ schedules }: { schedules: ScheduleCatalog }): ListTimeOff =>
  async (actor, providerId, page) => {
    const found = await schedules.listTimeOff(providerId, page)
    if (!found) return reject({ code: 'provider-not-found' })
    return ok({ ...found, items: found.items.map(shownTo(actor, providerId)) })
  }
