import { type Actor, isSelfOrAdmin } from '../domain/actor.ts'
import type { EpochDay } from '../domain/calendar.ts'
import type { UserId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { ScheduleOverride } from '../domain/schedule.ts'
import { overriddenDay, scheduleOverride, type TooManyOverrides } from '../domain/schedule-exceptions.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { WallInterval } from '../domain/weekly-hours.ts'
import type { ProviderNotFound } from './ports/schedule-catalog.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import {
  type ExceptionMade,
  exceptionMade,
  occasionOf,
  type ScheduleChangePorts,
} from './schedule-conflicts.ts'
import type { Forbidden } from './services.ts'

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
  ({ schedules, ...ports }: ScheduleChangePorts): PutOverride =>
  async (actor, providerId, day, draft, expectedVersion) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const override = scheduleOverride(draft.hours, draft.reason)
    if (!override.ok) return override
    const occasion = occasionOf(ports, actor)
    const changed = await schedules.putOverride(providerId, day, override.value, expectedVersion, occasion)
    if (!changed.ok) return changed
    const made = await exceptionMade(ports, changed.value, overriddenDay(changed.value, day), occasion.now)
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
  ({ schedules, ...ports }: ScheduleChangePorts): RemoveOverride =>
  async (actor, providerId, day, expectedVersion) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const occasion = occasionOf(ports, actor)
    const changed = await schedules.removeOverride(providerId, day, expectedVersion, occasion)
    if (!changed.ok) return changed
    return ok(await exceptionMade(ports, changed.value, overriddenDay(changed.value, day), occasion.now))
  }
