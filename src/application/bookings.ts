import { type Actor, isAdmin } from '../domain/actor.ts'
import { type Booking, type BookingStatus, maySeeBooking } from '../domain/booking.ts'
import type { BookingHistoryEntry } from '../domain/event.ts'
import type { BookingId, ServiceId, UserId } from '../domain/ids.ts'
import { earlierOf, type Instant, laterOf } from '../domain/instant.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { BookingArchive } from './ports/booking-ledger.ts'
import type { BookingPages, NumberedPage, PageNumber } from './ports/booking-pages.ts'
import type { Clock } from './ports/clock.ts'
import type { Page, PageRequest } from './ports/page.ts'

export interface BookingNotFound {
  readonly code: 'booking-not-found'
}

export type ReadBooking = (actor: Actor, id: BookingId) => Promise<Result<Booking, BookingNotFound>>

/** A booking, for those who may see it; to everyone else it does not exist. */
export const readBooking =
  ({ archive }: { archive: BookingArchive }): ReadBooking =>
  async (actor, id) => {
    const booking = await archive.find(id)
    return booking && maySeeBooking(actor, booking) ? ok(booking) : reject({ code: 'booking-not-found' })
  }

export const BOOKING_VIEWS = ['upcoming', 'past', 'all'] as const
export type BookingView = (typeof BOOKING_VIEWS)[number]

export interface BookingsQuery {
  /** By start: `upcoming` from now on in ascending order, `past` before now in descending order. */
  readonly view: BookingView
  readonly status: BookingStatus | null
  readonly serviceId: ServiceId | null
  readonly providerId: UserId | null
  readonly customerId: UserId | null
  readonly from: Instant | null
  readonly to: Instant | null
}

export type ListBookings = (actor: Actor, query: BookingsQuery, page: PageRequest) => Promise<Page<Booking>>

/** The actor's own bookings, as customer and as provider; an admin's list has everyone's. */
export const listBookings =
  ({ archive, clock }: { archive: BookingArchive; clock: Clock }): ListBookings =>
  (actor, { view, from, to, ...query }, page) => {
    const now = clock()
    return archive.list(
      {
        ...query,
        participant: isAdmin(actor) ? null : actor.userId,
        from: view === 'upcoming' ? laterOf(from ?? now, now) : from,
        to: view === 'past' ? earlierOf(to ?? now, now) : to,
        order: view === 'past' ? 'descending' : 'ascending',
      },
      page,
    )
  }

export type PageBookings = (
  actor: Actor,
  view: Exclude<BookingView, 'all'>,
  page: PageNumber,
) => Promise<NumberedPage<Booking>>

/** The same bookings by the number of a page, for those who show numbers to turn to. */
export const pageBookings =
  ({ pages, clock }: { pages: BookingPages; clock: Clock }): PageBookings =>
  (actor, view, page) =>
    pages.read({ participant: isAdmin(actor) ? null : actor.userId, view, now: clock() }, page)

export type ReadBookingHistory = (
  actor: Actor,
  id: BookingId,
  page: PageRequest,
) => Promise<Result<Page<BookingHistoryEntry>, BookingNotFound>>

/** Everything that happened to a booking, for those who may see it, in order of version. */
export const readBookingHistory =
  ({ archive }: { archive: BookingArchive }): ReadBookingHistory =>
  async (actor, id, page) => {
    const booking = await archive.find(id)
    if (!booking || !maySeeBooking(actor, booking)) return reject({ code: 'booking-not-found' })
    return ok(await archive.listHistory(id, page))
  }
