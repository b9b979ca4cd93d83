import { type Actor, isSelfOrAdmin } from '../domain/actor.ts'
import type { TimeOffId, UserId } from '../domain/ids.ts'
import type { Interval } from '../domain/interval.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { type TimeOff, type TooMuchTimeOff, timeOff } from '../domain/schedule-exceptions.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { NewId } from './ports/ids.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { ProviderNotFound, ScheduleCatalog, TimeOffNotFound } from './ports/schedule-catalog.ts'
import { type ExceptionMade, exceptionMade, type ScheduleChangePorts } from './schedule-conflicts.ts'
import type { Forbidden } from './services.ts'

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
