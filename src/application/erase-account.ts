import { type LastAdmin, userEvent } from '../domain/account-changes.ts'
import type { Actor } from '../domain/actor.ts'
import type { StandingBooking } from '../domain/booking.ts'
import { cancelForErasure } from '../domain/booking-life.ts'
import { bookingEvent } from '../domain/event.ts'
import type { EventId, UserId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import { ok, type Result } from '../domain/result.ts'
import { scheduleChanged } from '../domain/schedule-event.ts'
import { serviceChanged } from '../domain/service-event.ts'
import type { UserNotFound } from './ports/accounts.ts'
import type { BookingLedger } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { ErasureNews, Erasures } from './ports/erasures.ts'
import type { NewId } from './ports/ids.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import type { Standings } from './ports/standings.ts'

export interface EraseAccountPorts {
  readonly erasures: Erasures
  readonly ledger: BookingLedger
  readonly standings: Standings
  readonly clock: Clock
  readonly newId: NewId
}

export type EraseAccount = (
  actor: Actor,
  expectedVersion: number | null,
) => Promise<Result<null, UserNotFound | LastAdmin | VersionMismatch>>

/**
 * Erases a person. The account is gone at once; then what stands is cancelled, so that the others hear of it, and what is
 * left is taken out. A chore ends what was cut off.
 */
export const eraseAccount =
  (ports: EraseAccountPorts): EraseAccount =>
  async ({ userId }, expectedVersion) => {
    const { erasures, standings, clock, newId } = ports
    const begun = await erasures.begin(userId, expectedVersion, newsOf(userId, clock(), newId))
    if (!begun.ok) return begun
    await standings.settled()
    await finish(ports, userId)
    return ok(null)
  }

function newsOf(userId: UserId, now: Instant, newId: NewId): ErasureNews {
  const by: Actor = { userId, roles: [] }
  const nextId = () => newId() as EventId
  return {
    now,
    user: (version) => userEvent(nextId(), 'user.erased', { user: { id: userId }, version }, userId, now),
    service: (before, after) => serviceChanged(nextId(), before, after, by),
    schedule: (emptied) =>
      scheduleChanged({ eventId: nextId(), actorId: userId, now }, emptied, { kind: 'week-replaced' }),
  }
}

const FINISHED_AT_ONCE = 10

/** Ends the erasures that were begun and cut off; how many. */
export const finishErasures = (ports: EraseAccountPorts) => async (): Promise<number> => {
  const unfinished = await ports.erasures.unfinished(FINISHED_AT_ONCE)
  for (const userId of unfinished) await finish(ports, userId)
  return unfinished.length
}

const CANCELLED_AT_ONCE = 100

async function finish(ports: EraseAccountPorts, userId: UserId): Promise<void> {
  const { erasures, ledger, clock, newId } = ports
  for (;;) {
    const standing = await erasures.standing(userId, clock(), CANCELLED_AT_ONCE)
    if (standing.length === 0) break
    // One that somebody else changes meanwhile is found again, if it still stands.
    await Promise.all(standing.map(cancel))
  }
  await erasures.finish(userId)

  async function cancel(booking: StandingBooking): Promise<void> {
    const by: Actor = { userId, roles: [] }
    const cancelled = cancelForErasure(booking, by, clock())
    await ledger.change(bookingEvent(newId() as EventId, 'booking.cancelled', cancelled, by), null)
  }
}
