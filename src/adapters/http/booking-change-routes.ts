import type { BookSlot, BookSlotRejection } from '../../application/book-slot.ts'
import type { CancelBooking } from '../../application/bookings.ts'
import { ROLES } from '../../domain/actor.ts'
import type { BookingId, ServiceId } from '../../domain/ids.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { presentBooking } from './present.ts'
import { Booking, BookingParams, CancelBookingBody, CreateBookingBody } from './schemas/bookings.ts'
import { Answer, IfMatch } from './schemas/common.ts'
import { BODY_CODES, problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface BookingChangeUseCases {
  readonly bookSlot: BookSlot
  readonly cancelBooking: CancelBooking
}

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

const cancelCodes = {
  'booking-not-found': true,
  'invalid-transition': true,
  'cancellation-window-closed': true,
  'version-mismatch': true,
} as const

/** Bookings made and cancelled. */
export function bookingChangeRoutes(app: App, useCases: BookingChangeUseCases): void {
  bookRoute(app, useCases)
  cancelRoute(app, useCases)
}

function bookRoute(app: App, { bookSlot }: BookingChangeUseCases): void {
  const schema = {
    operationId: 'bookSlot',
    tags: ['Bookings'],
    summary: 'Book a slot',
    description: 'Of everyone who books a slot at once, one gets it. The others are told the next free ones.',
    body: CreateBookingBody,
    response: {
      201: Answer('The booking that has been made.', Booking, 'ETag', 'Location'),
      ...problemResponses(bookCodes, [...BODY_CODES, ...ROLE_CODES]),
    },
  }
  app.post('/v1/bookings', { config: { access: ROLES }, schema }, async (request, reply) => {
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
  })
}

function cancelRoute(app: App, { cancelBooking }: BookingChangeUseCases): void {
  const schema = {
    operationId: 'cancelBooking',
    tags: ['Bookings'],
    summary: 'Cancel a booking',
    description: 'Frees the slot at the same instant. The customer may until `cancellable_until`.',
    params: BookingParams,
    headers: IfMatch,
    body: CancelBookingBody,
    response: {
      200: Answer('The booking, cancelled.', Booking, 'ETag'),
      ...problemResponses(cancelCodes, [...BODY_CODES, ...ROLE_CODES]),
    },
  }
  const options = {
    config: { access: ROLES },
    // A cancellation without a reason may come without a body.
    preValidation: async (request: { body: unknown }) => {
      request.body ??= {}
    },
    schema,
  }
  app.post('/v1/bookings/:id/cancel', options, async (request, reply) => {
    const { params, body } = request
    const version = expectedVersion(request)
    const outcome = await cancelBooking(
      actorOf(request),
      params.id as BookingId,
      body.reason ?? null,
      version,
    )
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentBooking(outcome.value))
  })
}
