import { type Actor, isSelfOrAdmin } from '../domain/actor.ts'
import type { TimeOffId, UserId } from '../domain/ids.ts'
import type { Interval } from '../domain/interval.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { Schedule } from '../domain/schedule.ts'
import { concernedPart, type TimeOff, type TooMuchTimeOff, timeOff } from '../domain/schedule-exceptions.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { AnsweredBefore, Recording } from './ports/answers.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { ProviderNotFound, ScheduleCatalog, TimeOffNotFound } from './ports/schedule-catalog.ts'
import {
  conflictsIn,
  type ExceptionMade,
  occasionOf,
  type ScheduleChangePorts,
} from './schedule-conflicts.ts'
import type { Forbidden } from './services.ts'

export interface TimeOffAdded extends ExceptionMade {
  readonly timeOff: TimeOff
}

export type AddTimeOff = (
  actor: Actor,
  providerId: UserId,
  interval: Interval,
  reason: string | null,
  recording: Recording<TimeOffAdded> | null,
) => Promise<
  Result<TimeOffAdded, ProviderNotFound | Forbidden | InvalidInput | TooMuchTimeOff | AnsweredBefore>
>

/**
 * Takes a provider out of a stretch of time. No booking is changed by it. The bookings it collides with are read before it is
 * written, because the answer, which names them, is written with it.
 */
export const addTimeOff =
  ({ schedules, ...ports }: ScheduleChangePorts): AddTimeOff =>
  async (actor, providerId, interval, reason, recording) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const added = timeOff(ports.newId() as TimeOffId, interval, reason)
    if (!added.ok) return added
    const occasion = occasionOf(ports, actor)
    const recorded = await schedules.find(providerId)
    if (!recorded) return reject({ code: 'provider-not-found' })
    const off = { ...recorded, timeOff: [interval] }
    const conflicts = await conflictsIn(ports, off, concernedPart(interval, occasion.now))
    const made = ({ version }: Schedule): TimeOffAdded => ({
      timeOff: added.value,
      scheduleVersion: version,
      ...conflicts,
    })
    const own = recording && {
      key: recording.key,
      answer: (schedule: Schedule) => recording.answer(made(schedule)),
    }
    const changed = await schedules.addTimeOff(providerId, added.value, occasion, own)
    return changed.ok ? ok(made(changed.value)) : changed
  }

export type RemoveTimeOff = (
  actor: Actor,
  providerId: UserId,
  id: TimeOffId,
) => Promise<Result<null, ProviderNotFound | Forbidden | TimeOffNotFound>>

/** Takes time off back. */
export const removeTimeOff =
  ({ schedules, ...ports }: Pick<ScheduleChangePorts, 'schedules' | 'clock' | 'newId'>): RemoveTimeOff =>
  async (actor, providerId, id) => {
    if (!isSelfOrAdmin(actor, providerId)) return reject({ code: 'forbidden' })
    const changed = await schedules.removeTimeOff(providerId, id, occasionOf(ports, actor))
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
