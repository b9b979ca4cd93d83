import type { BookSlot, BookSlotRejection } from '../../application/book-slot.ts'
import type { CancelBooking, ListBookings, ReadBooking } from '../../application/bookings.ts'
import { ROLES } from '../../domain/actor.ts'
import type { BookingId, ServiceId, UserId } from '../../domain/ids.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { pageRequest, sendablePage } from './cursor.ts'
import { presentBooking } from './present.ts'
import { Booking, BookingsQuery, CancelBookingBody, CreateBookingBody } from './schemas/bookings.ts'
import {
  BODY_CODES,
  IfMatch,
  NOT_MODIFIED,
  PageOf,
  problemResponses,
  Reference,
  ROLE_CODES,
  Strict,
  Uuid,
} from './schemas/common.ts'
import { sendRefusal } from './send-problem.ts'

export interface BookingUseCases {
  readonly bookSlot: BookSlot
  readonly readBooking: ReadBooking
  readonly listBookings: ListBookings
  readonly cancelBooking: CancelBooking
}

const BookingParams = Strict({ id: Uuid('The booking.') })
const isEpochMilliseconds = (value: string) => /^\d{1,13}$/.test(value)
const readInstant = (text: string | undefined) =>
  text === undefined ? null : (parseInstant(text) as Instant)

const bookCodes: Record<BookSlotRejection['code'], true> = {
  'service-not-found': true,
  'account-inactive': true,
  'slot-taken': true,
  'service-retired': true,
  'own-service': true,
  'in-the-past': true,
  'off-grid': true,
  'outside-hours': true,
  'in-break': true,
  'time-off': true,
  'notice-too-short': true,
  'beyond-horizon': true,
  'daily-limit-reached': true,
}

/** Bookings: made, read, listed and cancelled. */
export async function bookingRoutes(app: App, useCases: BookingUseCases): Promise<void> {
  const { bookSlot, readBooking, listBookings, cancelBooking } = useCases

  app.post(
    '/v1/bookings',
    {
      config: { access: ROLES },
      schema: {
        operationId: 'bookSlot',
        tags: ['Bookings'],
        summary: 'Book a slot',
        description:
          'Of everyone who books a slot at once, one gets it. The others are told the next free ones.',
        body: CreateBookingBody,
        response: {
          201: Reference(Booking),
          ...problemResponses(bookCodes, [...BODY_CODES, ...ROLE_CODES]),
        },
      },
    },
    async (request, reply) => {
      const { service_id: serviceId, start, notes, metadata } = request.body
      const outcome = await bookSlot(actorOf(request), {
        serviceId: serviceId as ServiceId,
        start: parseInstant(start) as Instant,
        notes: notes ?? null,
        metadata: metadata ?? {},
      })
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      reply.code(201).header('location', `/v1/bookings/${outcome.value.id}`)
      return sendVersioned(request, reply, outcome.value.version, presentBooking(outcome.value))
    },
  )

  app.get(
    '/v1/bookings',
    {
      config: { access: ROLES },
      schema: {
        operationId: 'listBookings',
        tags: ['Bookings'],
        summary: 'List bookings',
        description: 'Yours, as customer or provider; for admins everyone’s.',
        querystring: BookingsQuery,
        response: {
          200: PageOf(Booking, 'by start, then id; past descending, else ascending'),
          ...problemResponses({}, ROLE_CODES),
        },
      },
    },
    async (request, reply) => {
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
    },
  )

  app.get(
    '/v1/bookings/:id',
    {
      config: { access: ROLES },
      schema: {
        operationId: 'readBooking',
        tags: ['Bookings'],
        summary: 'Read a booking',
        params: BookingParams,
        response: {
          200: Reference(Booking),
          ...NOT_MODIFIED,
          ...problemResponses({ 'booking-not-found': true }, ROLE_CODES),
        },
      },
    },
    async (request, reply) => {
      const outcome = await readBooking(actorOf(request), request.params.id as BookingId)
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      return sendVersioned(request, reply, outcome.value.version, presentBooking(outcome.value))
    },
  )

  app.post(
    '/v1/bookings/:id/cancel',
    {
      config: { access: ROLES },
      // A cancellation without a reason may come without a body.
      preValidation: async (request) => {
        request.body ??= {}
      },
      schema: {
        operationId: 'cancelBooking',
        tags: ['Bookings'],
        summary: 'Cancel a booking',
        description: 'Frees the slot at the same instant. The customer may until `cancellable_until`.',
        params: BookingParams,
        headers: IfMatch,
        body: CancelBookingBody,
        response: {
          200: Reference(Booking),
          ...problemResponses(
            {
              'booking-not-found': true,
              'invalid-transition': true,
              'cancellation-window-closed': true,
              'version-mismatch': true,
            },
            [...BODY_CODES, ...ROLE_CODES],
          ),
        },
      },
    },
    async (request, reply) => {
      const outcome = await cancelBooking(
        actorOf(request),
        request.params.id as BookingId,
        request.body.reason ?? null,
        expectedVersion(request),
      )
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      return sendVersioned(request, reply, outcome.value.version, presentBooking(outcome.value))
    },
  )
}
