import { type Actor, isSelfOrAdmin } from '../domain/actor.ts'
import type { Booking } from '../domain/booking.ts'
import type { EpochDay } from '../domain/calendar.ts'
import type { BookingId, ServiceId, UserId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import { type Interval, overlaps } from '../domain/interval.ts'
import { type Claim, occupiedRange } from '../domain/occupancy.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { timeZoneViolations } from '../domain/schedule.ts'
import { type RangeBound, searchRange } from '../domain/search-range.ts'
import type { Offer } from '../domain/service.ts'
import { type Slot, slotsIn } from '../domain/slots.ts'
import { type InvalidInput, invalidInput } from '../domain/violation.ts'
import { dayInterval, zoneOf } from '../domain/zone.ts'
import type { BookingArchive, BookingLedger } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { Offers } from './ports/service-catalog.ts'
import type { ServiceNotFound } from './services.ts'

export interface AvailabilityPorts {
  readonly offers: Offers
  readonly ledger: BookingLedger
  readonly clock: Clock
}

export interface AvailabilityQuery {
  readonly serviceId: ServiceId
  readonly from: RangeBound
  readonly to: RangeBound
  /** The zone of dates and of the answer; null for the provider's. */
  readonly timeZone: string | null
}

export interface Availability {
  readonly asOf: Instant
  readonly offer: Offer
  readonly timeZone: string
  readonly slots: readonly Slot[]
}

export type SearchAvailability = (
  query: AvailabilityQuery,
) => Promise<Result<Availability, ServiceNotFound | InvalidInput>>

/** The slots of a service, each with the reason why it cannot be booked or none. */
export const searchAvailability =
  ({ offers, ledger, clock }: AvailabilityPorts): SearchAvailability =>
  async (query) => {
    const violations = query.timeZone === null ? [] : timeZoneViolations(query.timeZone)
    if (violations.length > 0) return reject(invalidInput(violations))
    const [offer] = await offers.current([query.serviceId])
    if (!offer) return reject({ code: 'service-not-found' })
    const timeZone = query.timeZone ?? offer.schedule.timeZone
    const range = searchRange(query.from, query.to, zoneOf(timeZone))
    if (!range.ok) return range
    const asOf = clock()
    const claims = await claimsFor(ledger, offer, range.value)
    return ok({ asOf, offer, timeZone, slots: slotsIn(offer, range.value, claims, asOf) })
  }

/** What a search needs to know of other bookings to judge the slots of a range. */
export async function claimsFor(
  ledger: BookingLedger,
  offer: Offer,
  range: Interval,
): Promise<readonly Claim[]> {
  const claims = await ledger.claims([offer.providerNumber], occupiedRange(offer, range))
  return claims.get(offer.providerNumber) ?? []
}

export interface BoardSlot extends Slot {
  /** The booking behind a slot, for those who may see all of the provider's bookings; else null. */
  readonly booking: Booking | null
}

export interface DayBoard {
  readonly asOf: Instant
  readonly offer: Offer
  readonly date: EpochDay
  readonly slots: readonly BoardSlot[]
}

export type ReadDayBoard = (
  actor: Actor | null,
  providerId: UserId,
  serviceId: ServiceId,
  date: EpochDay,
) => Promise<Result<DayBoard, ServiceNotFound>>

/** One local day of a provider: every slot with its status, and for the provider the booking behind it. */
export const readDayBoard =
  ({
    offers,
    ledger,
    archive,
    clock,
  }: AvailabilityPorts & { readonly archive: BookingArchive }): ReadDayBoard =>
  async (actor, providerId, serviceId, date) => {
    const [offer] = await offers.current([serviceId])
    if (!offer || offer.service.providerId !== providerId) return reject({ code: 'service-not-found' })
    const range = dayInterval(zoneOf(offer.schedule.timeZone), date)
    const asOf = clock()
    const claims = await claimsFor(ledger, offer, range)
    const bookings = actor && isSelfOrAdmin(actor, providerId) ? await bookingsOf(archive, claims) : []
    const slots = slotsIn(offer, range, claims, asOf).map((slot) => ({
      ...slot,
      booking: bookings.find((booking) => overlaps(booking, slot)) ?? null,
    }))
    return ok({ asOf, offer, date, slots })
  }

const bookingsOf = (archive: BookingArchive, claims: readonly Claim[]) =>
  archive.findMany(claims.map((claim) => claim.bookingId).filter((id): id is BookingId => id !== null))
