import { type Actor, isSelfOrAdmin } from '../domain/actor.ts'
import { type Booking, maySeeBooking } from '../domain/booking.ts'
import { termsFor } from '../domain/booking-move.ts'
import type { EpochDay } from '../domain/calendar.ts'
import type { BookingId, ServiceId, UserId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import { type Interval, overlaps } from '../domain/interval.ts'
import { type Claim, occupiedRange, withoutBooking } from '../domain/occupancy.ts'
import { recentSlots } from '../domain/recent-slots.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { timeZoneViolations } from '../domain/schedule.ts'
import { boundedSearch, type RangeBound, type SearchTooLarge, searchRange } from '../domain/search-range.ts'
import type { Offer } from '../domain/service.ts'
import { type Slot, slotsIn } from '../domain/slots.ts'
import { type InvalidInput, invalidInput } from '../domain/violation.ts'
import { windowsIn } from '../domain/windows.ts'
import { dayInterval, zoneOf } from '../domain/zone.ts'
import type { BookingNotFound } from './bookings.ts'
import { firstFreeSlots } from './next-free.ts'
import type { BookingArchive } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { Occupancy, OccupiedOffer } from './ports/occupancy.ts'
import type { Offers } from './ports/service-catalog.ts'
import type { ServiceNotFound } from './services.ts'

export interface AvailabilityPorts {
  readonly offers: Offers
  readonly occupancy: Occupancy
  readonly archive: BookingArchive
  readonly clock: Clock
}

export interface AvailabilityQuery {
  readonly serviceIds: readonly ServiceId[]
  readonly from: RangeBound
  readonly to: RangeBound
  /** The zone of dates and of the answer; null for the provider's. */
  readonly timeZone: string | null
  /** A booking that is about to be moved: its own slot is shown as free. */
  readonly excludeBookingId: BookingId | null
}

/** What is to be had of one service. */
export interface Availability<Found> {
  readonly offer: Offer
  readonly timeZone: string
  readonly found: readonly Found[]
}

export interface AvailabilityAnswer<Found> {
  readonly asOf: Instant
  /** In the order in which the services were asked for. */
  readonly data: readonly Availability<Found>[]
}

export type SearchRejection = ServiceNotFound | BookingNotFound | InvalidInput | SearchTooLarge

type Search<Found> = (
  actor: Actor | null,
  query: AvailabilityQuery,
) => Promise<Result<AvailabilityAnswer<Found>, SearchRejection>>
type Find<Found> = (offer: Offer, range: Interval, claims: readonly Claim[], now: Instant) => readonly Found[]

export type SearchAvailability = Search<Slot>

/** The slots of services, each with the reason why it cannot be booked or none. */
export const searchAvailability = (ports: AvailabilityPorts): SearchAvailability => search(ports, recentSlots)

export type SearchFreeTime = Search<Interval>

/** The continuous free time of services, wherever a slot fits into it. */
export const searchFreeTime = (ports: AvailabilityPorts): SearchFreeTime => search(ports, windowsIn)

const search =
  <Found>({ clock, archive, occupancy }: AvailabilityPorts, find: Find<Found>): Search<Found> =>
  async (actor, { serviceIds, from, to, timeZone, excludeBookingId }) => {
    const violations = timeZone === null ? [] : timeZoneViolations(timeZone)
    if (violations.length > 0) return reject(invalidInput(violations))
    const moving = excludeBookingId && (await movable(archive, actor, excludeBookingId))
    if (moving === undefined) return reject({ code: 'booking-not-found' })
    let misplaced: InvalidInput | null = null
    const rangeOf = ({ schedule }: Offer) => {
      const range = searchRange(from, to, zoneOf(timeZone ?? schedule.timeZone))
      if (!range.ok) misplaced = range.rejection
      return range.ok ? range.value : null
    }
    const searched = await occupancy.read(serviceIds, rangeOf, termsFor(moving))
    if (misplaced) return reject(misplaced)
    const missing = missingFrom(searched, serviceIds)
    if (missing.length > 0) return reject({ code: 'service-not-found', missing })
    const bounded = boundedSearch(searched)
    if (!bounded.ok) return bounded
    const asOf = clock()
    const data = searched.map(({ offer, range, claims }) => ({
      offer,
      timeZone: timeZone ?? offer.schedule.timeZone,
      found: find(offer, range, withoutBooking(claims, excludeBookingId), asOf),
    }))
    return ok({ asOf, data })
  }

/** The booking that is about to be moved, if it is the actor's to move. */
async function movable(
  archive: BookingArchive,
  actor: Actor | null,
  id: BookingId,
): Promise<Booking | undefined> {
  const booking = actor && (await archive.find(id))
  return booking && maySeeBooking(actor, booking) ? booking : undefined
}

function missingFrom(searched: readonly OccupiedOffer[], ids: readonly ServiceId[]): ServiceId[] {
  const found = new Set(searched.map(({ offer }) => offer.service.id))
  return ids.filter((id) => !found.has(id))
}

export type FindNextSlots = (
  serviceId: ServiceId,
  after: Instant | null,
  limit: number,
) => Promise<Result<AvailabilityAnswer<Interval>, ServiceNotFound>>

/** The first free slots of a service, however far away within its horizon. */
export const findNextSlots =
  ({ clock, offers, occupancy }: AvailabilityPorts): FindNextSlots =>
  async (serviceId, after, limit) => {
    const asOf = clock()
    const [offer] = await offers.current([serviceId])
    const found = offer && (await firstFreeSlots(occupancy, offer, after ?? asOf, asOf, limit))
    if (!found) return reject({ code: 'service-not-found' })
    return ok({ asOf, data: [{ offer, found, timeZone: offer.schedule.timeZone }] })
  }

export interface BoardSlot extends Slot {
  /** The first booking that overlaps the slot, for those who may see all of the provider's bookings; else null. */
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
  ({ archive, clock, occupancy }: AvailabilityPorts): ReadDayBoard =>
  async (actor, providerId, serviceId, date) => {
    const [searched] = await occupancy.read([serviceId], ({ service, schedule }) =>
      service.providerId === providerId ? dayInterval(zoneOf(schedule.timeZone), date) : null,
    )
    if (!searched) return reject({ code: 'service-not-found' })
    const { offer, range, claims } = searched
    const asOf = clock()
    const mayLook = actor !== null && isSelfOrAdmin(actor, providerId)
    const bookings = mayLook ? await bookingsOf(archive, claims, occupiedRange(offer, range)) : []
    const slots = slotsIn(offer, range, claims, asOf).map((slot) => ({
      ...slot,
      booking: bookings.find((booking) => overlaps(booking, slot)) ?? null,
    }))
    return ok({ asOf, offer, date, slots })
  }

/** In the order of their start, so that a slot which several of them touch shows the first. */
async function bookingsOf(
  archive: BookingArchive,
  claims: readonly Claim[],
  reach: Interval,
): Promise<Booking[]> {
  const ids = claims
    .filter((claim) => overlaps(claim, reach))
    .map(({ bookingId }) => bookingId)
    .filter((id) => id !== null)
  return (await archive.findMany(ids)).sort((a, b) => a.start - b.start)
}
