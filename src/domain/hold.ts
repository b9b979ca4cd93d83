import { type NewBooking, termsOf } from './booking.ts'
import { type BookingRejection, type BookingRequest, judgeSlot, newBooking } from './booking-request.ts'
import type { HoldId, ServiceId, UserId } from './ids.ts'
import { type Instant, MINUTE } from './instant.ts'
import type { Interval } from './interval.ts'
import { type Claim, withBuffers } from './occupancy.ts'
import { ok, type Result, reject } from './result.ts'
import { isOnSale, type Offer, type Service } from './service.ts'

export const SHORTEST_HOLD_SECONDS = 30
export const LONGEST_HOLD_SECONDS = 1_800
export const DEFAULT_HOLD_SECONDS = 300

/** How many live holds a user may have: enough to choose from, too few to hoard. */
export const MOST_HOLDS = 5

/** What someone who holds a slot was shown of the service beside its length, and what a booking with the hold is made under. */
export interface HoldTerms
  extends Pick<Service, 'price' | 'cancellationWindowMinutes' | 'requiresConfirmation'> {
  readonly serviceVersion: number
}

/** A claim that expires by itself unless it is turned into a booking. */
export interface Hold extends Interval {
  readonly id: HoldId
  readonly serviceId: ServiceId
  readonly providerId: UserId
  readonly holderId: UserId
  /** The interval with the buffers that the service had when it was held. */
  readonly blocked: Interval
  readonly terms: HoldTerms
  /** By the clock of the database. */
  readonly expiresAt: Instant
}

/** A hold that has been decided but not recorded: the ledger's clock says when it expires. */
export type NewHold = Omit<Hold, 'expiresAt'>

export interface HoldRequest {
  readonly id: HoldId
  readonly holderId: UserId
  readonly start: Instant
}

/** What can be booked can be held; by the provider too, who may be about to book it for someone. */
export function requestHold(
  { id, holderId, start }: HoldRequest,
  offer: Offer,
  claims: readonly Claim[],
  now: Instant,
): Result<NewHold, BookingRejection> {
  const slot = judgeSlot(offer, start, claims, now)
  if (!slot.ok) return slot
  const { service } = offer
  const { end } = slot.value
  const blocked = withBuffers({ start, end }, service)
  const { id: serviceId, providerId } = service
  return ok({ id, holderId, start, end, blocked, serviceId, providerId, terms: holdTermsOf(service) })
}

/** The terms that a hold of this service takes along. */
export const holdTermsOf = (service: Service): HoldTerms => ({
  serviceVersion: service.version,
  price: service.price,
  cancellationWindowMinutes: service.cancellationWindowMinutes,
  requiresConfirmation: service.requiresConfirmation,
})

/** The service as it was held. */
const serviceOf = ({ start, end, blocked, terms }: Hold, service: Service): Service => ({
  ...service,
  version: terms.serviceVersion,
  price: terms.price,
  cancellationWindowMinutes: terms.cancellationWindowMinutes,
  requiresConfirmation: terms.requiresConfirmation,
  bufferBeforeMinutes: (start - blocked.start) / MINUTE,
  bufferAfterMinutes: (blocked.end - end) / MINUTE,
})

export type RedeemRejection =
  | Extract<BookingRejection, { code: 'service-retired' | 'own-service' | 'in-the-past' }>
  /** The hold is on another slot or service than the booking asks for. */
  | { readonly code: 'hold-mismatch'; readonly serviceId: ServiceId; readonly start: Instant }

/**
 * Turns a hold into a booking. The slot was judged when it was held and has been kept since: neither notice, nor
 * horizon, nor hours that have changed meanwhile take it away again. The terms are those that it was held under.
 */
export function redeemHold(
  request: BookingRequest,
  hold: Hold,
  offer: Offer,
  now: Instant,
): Result<NewBooking, RedeemRejection> {
  const [rejection] = redeemViolations(request, hold, offer, now)
  if (rejection) return reject(rejection)
  const held = serviceOf(hold, offer.service)
  return ok(newBooking(request, hold, termsOf(held, hold.start), held, now))
}

/** Everything that stands in the way of turning a hold into a booking, in the order in which it is told. */
export function redeemViolations(
  { customerId, start }: BookingRequest,
  hold: Hold,
  offer: Offer,
  now: Instant,
): RedeemRejection[] {
  const { service } = offer
  const violations: RedeemRejection[] = []
  if (hold.serviceId !== service.id || hold.start !== start) {
    violations.push({ code: 'hold-mismatch', serviceId: hold.serviceId, start: hold.start })
  }
  if (!isOnSale(offer)) violations.push({ code: 'service-retired' })
  if (customerId === service.providerId) violations.push({ code: 'own-service' })
  if (start < now) violations.push({ code: 'in-the-past', now })
  return violations
}
