import { mayLogIn } from '../domain/account.ts'
import type { Actor } from '../domain/actor.ts'
import type { NewBooking } from '../domain/booking.ts'
import {
  aboutCustomer,
  type BookingRejection,
  type BookingRequest,
  instantRange,
  mayBookFor,
  requestBooking,
} from '../domain/booking-request.ts'
import { bookingViolations } from '../domain/booking-violations.ts'
import { type RedeemRejection, redeemHold, redeemViolations } from '../domain/hold.ts'
import type { BookingId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { Offer } from '../domain/service.ts'
import type { BookSlotCommand, BookSlotRejection } from './book-slot.ts'
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
    const isThere = account !== undefined && mayLogIn(account.user)
    const now = ports.clock()
    const request: BookingRequest = { id: ports.newId() as BookingId, customerId, start, notes, metadata }
    const decision: Decision = held
      ? redeemHold(request, held.value, offer, now)
      : requestBooking(request, offer, claims, now)
    if (decision.ok && isThere) return ok(decision.value)
    const ruled: readonly Ruled[] = held
      ? redeemViolations(request, held.value, offer, now)
      : bookingViolations(request, offer, claims, now)
    const violations = await Promise.all(ruled.map((rejection) => worded(ports, offer, start, rejection)))
    // The ledger looks at the account, and it comes after the rules.
    if (!isThere) violations.push(aboutCustomer({ code: 'account-inactive' }, actor, customerId))
    const [first, ...others] = violations
    if (!first) throw new Error('A booking was refused and nothing is in the way')
    return refused(first, ...others)
  }

type Ruled = BookingRejection | RedeemRejection
type Decision = Result<NewBooking, Ruled>

const worded = async (
  ports: ClaimSlotPorts,
  offer: Offer,
  start: Instant,
  rejection: Ruled,
): Promise<BookSlotRejection> =>
  rejection.code === 'slot-taken'
    ? { code: 'slot-taken', alternatives: await alternativesTo(ports, offer, start) }
    : rejection
