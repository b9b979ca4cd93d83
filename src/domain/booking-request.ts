import { type Actor, isSelfOrAdmin } from './actor.ts'
import { type BookingRemarks, type BookingTerms, type NewBooking, termsOf } from './booking.ts'
import type { BookingId, UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import { plusMinutes } from './instant.ts'
import type { Interval } from './interval.ts'
import type { Claim } from './occupancy.ts'
import { ok, type Result, reject } from './result.ts'
import { isDayOff } from './schedule.ts'
import { isOnSale, type Offer, type Service } from './service.ts'
import { type Slot, type SlotReason, slotsIn } from './slots.ts'
import { type InvalidInput, invalidInput, type Violation } from './violation.ts'
import { dayInterval, localDay, plusLocalDays, zoneOf } from './zone.ts'

export interface BookingRequest extends BookingRemarks {
  readonly id: BookingId
  readonly customerId: UserId
  readonly start: Instant
}

/** Why a start was refused; `reason` is the word that a search shows for the same slot. */
export type BookingRejection =
  | { readonly code: 'service-retired' }
  | { readonly code: 'own-service' }
  | { readonly code: 'in-the-past'; readonly now: Instant }
  | { readonly code: 'off-grid'; readonly slotIntervalMinutes: number }
  | { readonly code: 'outside-hours'; readonly reason: 'day-off' | 'override' | 'service-hours' | null }
  | { readonly code: 'in-break' }
  | { readonly code: 'time-off' }
  | { readonly code: 'notice-too-short'; readonly earliestStart: Instant; readonly now: Instant }
  | { readonly code: 'beyond-horizon'; readonly latestStart: Instant; readonly now: Instant }
  | { readonly code: 'daily-limit-reached'; readonly dailyLimit: number }
  | { readonly code: 'slot-taken'; readonly reason: 'booked' | 'held' | 'buffer' }

/** A customer that someone else books for has to have an account that is active. */
export interface CustomerNotFound {
  readonly code: 'customer-not-found'
}

/** There is no such customer, or the account has been deactivated. */
export interface AccountInactive {
  readonly code: 'account-inactive'
}

/** That an account is gone is told of one's own; of someone else's, that there is no such customer. */
export const aboutCustomer = <R extends { readonly code: string }>(
  rejection: R | AccountInactive,
  actor: Actor,
  customerId: UserId,
): R | AccountInactive | CustomerNotFound =>
  rejection.code === 'account-inactive' && customerId !== actor.userId
    ? { code: 'customer-not-found' }
    : rejection

/** Everyone books for themselves; providers their own services, and admins any, for someone else too. */
export const mayBookFor = (actor: Actor, customerId: UserId, { providerId }: Service) =>
  actor.userId === customerId || isSelfOrAdmin(actor, providerId)

/** What someone takes a slot to be who says more of it than its start. */
export interface DescribedSlot {
  readonly providerId: UserId
  readonly endTime: Instant
}

/** Whether a slot of the service is what it was taken for: whoever expects another provider or another end wants something else. */
export function describedRightly(
  { providerId, endTime }: DescribedSlot,
  { service }: Offer,
  start: Instant,
): Result<null, InvalidInput> {
  const violations: Violation[] = []
  if (providerId !== service.providerId) {
    violations.push({
      path: ['providerId'],
      code: 'mismatch',
      message: 'is not the provider of this service',
    })
  }
  if (endTime !== plusMinutes(start, service.durationMinutes)) {
    const message = `must be ${service.durationMinutes} minutes after the start, which is how long this service takes`
    violations.push({ path: ['endTime'], code: 'mismatch', message })
  }
  return violations.length > 0 ? reject(invalidInput(violations)) : ok(null)
}

/** The one instant of a start, as a range to look for slots in. */
export const instantRange = (start: Instant): Interval => ({ start, end: (start + 1) as Instant })

/**
 * The rule of what can be had: yes for exactly the slots that a search shows as available.
 *
 * @param claims the claims to judge by; none when the ledger is to refuse what is taken, which it does in any case
 */
export function judgeSlot(
  offer: Offer,
  start: Instant,
  claims: readonly Claim[],
  now: Instant,
): Result<Interval, BookingRejection> {
  if (!isOnSale(offer)) return reject({ code: 'service-retired' })
  const slot = slotsIn(offer, instantRange(start), claims, now)[0]
  if (!slot) return reject(noSuchSlot(offer, start, now))
  return slot.reason === null ? ok(slot) : reject(refusalOf(slot.reason, slot, offer, now))
}

/** The rule of booking: a slot that can be had, for anyone but the provider. */
export function requestBooking(
  request: BookingRequest,
  offer: Offer,
  claims: readonly Claim[],
  now: Instant,
): Result<NewBooking, BookingRejection> {
  const { service } = offer
  if (!isOnSale(offer)) return reject({ code: 'service-retired' })
  if (request.customerId === service.providerId) return reject({ code: 'own-service' })
  const slot = judgeSlot(offer, request.start, claims, now)
  return slot.ok ? ok(newBooking(request, slot.value, termsOf(service, request.start), service, now)) : slot
}

/** A booking as it begins: pending where the provider wants to be asked. */
export const newBooking = (
  { id, customerId, notes, metadata }: BookingRequest,
  { start, end }: Interval,
  terms: BookingTerms,
  service: Service,
  now: Instant,
): NewBooking => ({
  id,
  customerId,
  notes,
  metadata,
  ...terms,
  status: service.requiresConfirmation ? 'pending' : 'confirmed',
  start,
  end,
  version: 1,
  serviceId: service.id,
  providerId: service.providerId,
  createdAt: now,
  updatedAt: now,
})

/** The local day whose standing bookings a daily limit counts. */
export const limitedDay = ({ schedule }: Offer, start: Instant): Interval => {
  const zone = zoneOf(schedule.timeZone)
  return dayInterval(zone, localDay(zone, start))
}

function noSuchSlot(offer: Offer, start: Instant, now: Instant): BookingRejection {
  if (start < now) return { code: 'in-the-past', now }
  const { schedule, service } = offer
  const zone = zoneOf(schedule.timeZone)
  // A grid of every minute has a slot wherever the hours allow one, whatever the service's own step is.
  const anyMinute = { ...offer, service: { ...service, slotIntervalMinutes: 1 } }
  const [open] = slotsIn(anyMinute, minuteOf(start), [], now)
  if (open && open.reason !== 'override')
    return { code: 'off-grid', slotIntervalMinutes: service.slotIntervalMinutes }
  const day = localDay(zone, start)
  if (isDayOff(schedule, day)) return { code: 'outside-hours', reason: 'day-off' }
  return { code: 'outside-hours', reason: schedule.overrides.has(day) ? 'override' : null }
}

const minuteOf = (start: Instant): Interval => {
  const minute = (start - (((start % 60_000) + 60_000) % 60_000)) as Instant
  return { start: minute, end: plusMinutes(minute, 1) }
}

function refusalOf(
  reason: SlotReason,
  slot: Slot,
  { service, schedule }: Offer,
  now: Instant,
): BookingRejection {
  switch (reason) {
    case 'override':
    case 'service-hours':
      return { code: 'outside-hours', reason }
    case 'break':
      return { code: 'in-break' }
    case 'time-off':
      return { code: 'time-off' }
    case 'booked':
    case 'held':
    case 'buffer':
      return { code: 'slot-taken', reason }
    case 'notice': {
      if (slot.start < now) return { code: 'in-the-past', now }
      return { code: 'notice-too-short', earliestStart: plusMinutes(now, service.minNoticeMinutes), now }
    }
    case 'horizon': {
      const latestStart = plusLocalDays(zoneOf(schedule.timeZone), now, service.maxHorizonDays)
      return { code: 'beyond-horizon', latestStart, now }
    }
    case 'daily-limit':
      return { code: 'daily-limit-reached', dailyLimit: service.dailyLimit ?? 0 }
  }
}
