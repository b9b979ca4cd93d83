import type { ListBookings, ReadBooking, ReadBookingHistory } from '../../application/bookings.ts'
import { ROLES } from '../../domain/actor.ts'
import type { BookingId, ServiceId, UserId } from '../../domain/ids.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { type BookSlotUseCases, bookSlotRoute } from './book-slot-route.ts'
import { type BookingChangeUseCases, bookingChangeRoutes } from './booking-change-routes.ts'
import { sendVersioned } from './conditional.ts'
import { isEpochMilliseconds, isNumber, pageRequest, sendablePage } from './cursor.ts'
import { presentBooking, presentHistoryEntry } from './present.ts'
import { Booking, BookingHistoryEntry, BookingParams, BookingsQuery } from './schemas/bookings.ts'
import { Answer, NOT_MODIFIED, PageOf, PageQuery, Strict } from './schemas/common.ts'
import { problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface BookingUseCases extends BookSlotUseCases, BookingChangeUseCases {
  readonly readBooking: ReadBooking
  readonly listBookings: ListBookings
  readonly readBookingHistory: ReadBookingHistory
}

/** Bookings: made, read, listed and changed. */
export async function bookingRoutes(app: App, useCases: BookingUseCases): Promise<void> {
  bookSlotRoute(app, useCases)
  listRoute(app, useCases)
  readRoute(app, useCases)
  historyRoute(app, useCases)
  bookingChangeRoutes(app, useCases)
}

const readInstant = (text: string | undefined) =>
  text === undefined ? null : (parseInstant(text) as Instant)

function listRoute(app: App, { listBookings }: BookingUseCases): void {
  const schema = {
    operationId: 'listBookings',
    tags: ['Bookings'],
    summary: 'List bookings',
    description: 'Yours, as customer or provider; for admins everyone’s.',
    querystring: BookingsQuery,
    response: {
      200: PageOf(Booking, 'by start, then id; past descending, else ascending'),
      ...problemResponses({}, ROLE_CODES),
    },
  }
  app.get('/v1/bookings', { config: { access: ROLES }, schema }, async (request, reply) => {
    const { query } = request
    const page = await listBookings(
      actorOf(request),
      {
        view: query.view ?? 'all',
        status: query.status ?? null,
        serviceId: (query.service_id as ServiceId | undefined) ?? null,
        providerId: (query.provider_id as UserId | undefined) ?? null,
        customerId: (query.customer_id as UserId | undefined) ?? null,
        from: readInstant(query.from),
        to: readInstant(query.to),
      },
      pageRequest(query, isEpochMilliseconds),
    )
    return reply.send(sendablePage(page, presentBooking))
  })
}

function readRoute(app: App, { readBooking }: BookingUseCases): void {
  const schema = {
    operationId: 'readBooking',
    tags: ['Bookings'],
    summary: 'Read a booking',
    params: BookingParams,
    response: {
      200: Answer('The booking.', Booking, 'ETag'),
      ...NOT_MODIFIED,
      ...problemResponses({ 'booking-not-found': true }, ROLE_CODES),
    },
  }
  app.get('/v1/bookings/:id', { config: { access: ROLES }, schema }, async (request, reply) => {
    const outcome = await readBooking(actorOf(request), request.params.id as BookingId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentBooking(outcome.value))
  })
}

function historyRoute(app: App, { readBookingHistory }: BookingUseCases): void {
  const schema = {
    operationId: 'readBookingHistory',
    tags: ['Bookings'],
    summary: 'Read what happened to a booking',
    description: 'Every change: what, when, who and in which capacity, in order of version.',
    params: BookingParams,
    querystring: Strict(PageQuery),
    response: {
      200: PageOf(BookingHistoryEntry, 'by version'),
      ...problemResponses({ 'booking-not-found': true }, ROLE_CODES),
    },
  }
  app.get('/v1/bookings/:id/history', { config: { access: ROLES }, schema }, async (request, reply) => {
    const { params, query } = request
    const page = pageRequest(query, (value, id) => isNumber(value) && id === params.id)
    const outcome = await readBookingHistory(actorOf(request), params.id as BookingId, page)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply.send(sendablePage(outcome.value, presentHistoryEntry))
  })
}
