import { mayLogIn } from '../domain/account.ts'
import type { Actor } from '../domain/actor.ts'
import type { NewBooking } from '../domain/booking.ts'
import { type BookingRequest, instantRange, mayBookFor, requestBooking } from '../domain/booking-request.ts'
import { bookingViolations } from '../domain/booking-violations.ts'
import { redeemHold } from '../domain/hold.ts'
import type { BookingId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { aboutCustomer, type BookSlotCommand, type BookSlotRejection } from './book-slot.ts'
import { alternativesTo, type ClaimSlotPorts } from './claim-slot.ts'
import type { Accounts } from './ports/accounts.ts'
import type { HoldLedger } from './ports/hold-ledger.ts'
import type { NewId } from './ports/ids.ts'

export interface JudgeBookingPorts extends ClaimSlotPorts {
  readonly accounts: Accounts
  readonly holds: HoldLedger
  readonly newId: NewId
}

/** A booking that would be refused. */
export interface WouldBeRefused {
  /** In the order in which they would be told: booking gives the first. There is at least one. */
  readonly violations: readonly [BookSlotRejection, ...BookSlotRejection[]]
}

export type JudgeBooking = (
  actor: Actor,
  command: BookSlotCommand,
) => Promise<Result<NewBooking, WouldBeRefused>>

const refused = (...violations: WouldBeRefused['violations']) => reject({ violations })

/** Says what booking would say, and all that is in the way, and does nothing. */
export const judgeBooking =
  (ports: JudgeBookingPorts): JudgeBooking =>
  async (actor, command) => {
    const { serviceId, start, holdId, notes, metadata } = command
    const customerId = command.customerId ?? actor.userId
    const held = holdId && (await ports.holds.find(holdId, actor.userId))
    if (held && !held.ok) return refused(held.rejection)
    const [occupied] = await ports.occupancy.read([serviceId], () => instantRange(start))
    if (!occupied) return refused({ code: 'service-not-found' })
    const { offer, claims } = occupied
    if (!mayBookFor(actor, customerId, offer.service)) return refused({ code: 'forbidden' })
    const account = await ports.accounts.find(customerId)
    if (!account || !mayLogIn(account.user)) {
      return refused(aboutCustomer({ code: 'account-inactive' }, actor, customerId))
    }
    const now = ports.clock()
    const request: BookingRequest = { id: ports.newId() as BookingId, customerId, start, notes, metadata }
    const decision = held
      ? redeemHold(request, held.value, offer, now)
      : requestBooking(request, offer, claims, now)
    if (decision.ok) return ok(decision.value)
    const found = held ? [decision.rejection] : bookingViolations(request, offer, claims, now)
    const alternatives = await alternativesTo(ports, serviceId, start)
    const [first = decision.rejection, ...others] = found
    const worded = (rejection: typeof first): BookSlotRejection =>
      rejection.code === 'slot-taken' ? { code: 'slot-taken', alternatives } : rejection
    return refused(worded(first), ...others.map(worded))
  }
