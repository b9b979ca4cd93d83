import type { AccountInactive } from '../../domain/booking-request.ts'
import type { Hold, NewHold } from '../../domain/hold.ts'
import type { EventId, HoldId, UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'
import type { AnsweredBefore, Recording } from './answers.ts'
import type { HoldExpired, HoldNotFound, JudgedBy, SlotRefused } from './booking-ledger.ts'

/** A decided hold with all that is written together with it. */
export interface HoldEntry {
  readonly hold: NewHold
  readonly judgedBy: JudgedBy
  readonly ttlSeconds: number
  readonly mostHolds: number
  readonly eventId: EventId
}

export interface TooManyHolds {
  readonly code: 'too-many-holds'
  readonly limit: number
}

/** Claims that expire, all by one clock: the ledger's own, which is the same for everyone. */
export interface HoldLedger {
  /**
   * Writes the hold, its claim, its event and the answer to its key, or nothing at all; it competes for its slot with
   * bookings and other holds as a booking does. Of concurrent holds of one user no more live than `mostHolds`.
   */
  place(
    entry: HoldEntry,
    recording: Recording<Hold> | null,
  ): Promise<Result<Hold, SlotRefused | AccountInactive | TooManyHolds | AnsweredBefore>>

  /** A live hold of this holder; one of someone else is not found. */
  find(id: HoldId, holderId: UserId): Promise<Result<Hold, HoldNotFound | HoldExpired>>

  /** Gives the slot back and writes the event. */
  release(id: HoldId, holderId: UserId, eventId: EventId): Promise<Result<null, HoldNotFound>>

  /**
   * Tidies up holds that have expired, at most as many as there are ids for their events, and tells how many there
   * were. They block nothing before; this writes down that they are over. Each is written down once.
   */
  expire(eventIds: readonly EventId[]): Promise<number>
}
