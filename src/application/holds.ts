import type { Actor } from '../domain/actor.ts'
import { type AccountInactive, type BookingRejection, instantRange } from '../domain/booking-request.ts'
import { type Hold, MOST_HOLDS, requestHold } from '../domain/hold.ts'
import type { EventId, HoldId, ServiceId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import type { Result } from '../domain/result.ts'
import { type ClaimSlotPorts, claimSlot, judgedBy, type SlotTaken } from './claim-slot.ts'
import { inBatches } from './in-batches.ts'
import type { AnsweredBefore, Recording } from './ports/answers.ts'
import type { HoldExpired, HoldNotFound, SlotRefused } from './ports/booking-ledger.ts'
import type { HoldLedger, TooManyHolds } from './ports/hold-ledger.ts'
import type { NewId } from './ports/ids.ts'
import type { ServiceNotFound } from './services.ts'

export interface HoldPorts {
  readonly holds: HoldLedger
  readonly newId: NewId
}

export interface HoldSlotCommand {
  readonly serviceId: ServiceId
  readonly start: Instant
  readonly ttlSeconds: number
}

export type HoldSlotRejection =
  | ServiceNotFound
  | AccountInactive
  | TooManyHolds
  | Exclude<BookingRejection, { code: 'slot-taken' }>
  | SlotTaken

/** All that an attempt may end with: the rules' no and the ledger's. */
type Attempted = BookingRejection | SlotRefused | AccountInactive | TooManyHolds | AnsweredBefore

export type HoldSlot = (
  actor: Actor,
  command: HoldSlotCommand,
  recording: Recording<Hold> | null,
) => Promise<Result<Hold, HoldSlotRejection | AnsweredBefore>>

/** Keeps a slot from everyone else for a while. */
export const holdSlot =
  (ports: HoldPorts & ClaimSlotPorts): HoldSlot =>
  (actor, { serviceId, start, ttlSeconds }, recording) => {
    const { holds, clock, newId } = ports
    const wanted = { serviceId, start, around: instantRange(start), moving: null }
    return claimSlot<Hold, Attempted>(ports, wanted, async (offer, claims) => {
      const id = newId() as HoldId
      const decision = requestHold({ id, holderId: actor.userId, start }, offer, claims, clock())
      if (!decision.ok) return decision
      const eventId = newId() as EventId
      const entry = { hold: decision.value, ttlSeconds, mostHolds: MOST_HOLDS, eventId }
      return holds.place({ ...entry, judgedBy: judgedBy(offer, start) }, recording)
    })
  }

export type ReadHold = (actor: Actor, id: HoldId) => Promise<Result<Hold, HoldNotFound | HoldExpired>>

/** A live hold, for whoever made it; to everyone else it does not exist. */
export const readHold =
  ({ holds }: Pick<HoldPorts, 'holds'>): ReadHold =>
  (actor, id) =>
    holds.find(id, actor.userId)

export type ReleaseHold = (actor: Actor, id: HoldId) => Promise<Result<null, HoldNotFound>>

/** Gives a held slot back before its time. */
export const releaseHold =
  ({ holds, newId }: HoldPorts): ReleaseHold =>
  (actor, id) =>
    holds.release(id, actor.userId, newId() as EventId)

export type ExpireHolds = () => Promise<number>

/** How many holds are tidied up at once. */
const EXPIRED_AT_ONCE = 1_000

/** Writes down that holds are over which have expired, until there are none; tells how many. */
export const expireHolds =
  ({ holds, newId }: HoldPorts): ExpireHolds =>
  () =>
    inBatches(EXPIRED_AT_ONCE, (most) => holds.expire(Array.from({ length: most }, () => newId() as EventId)))
