import type { BookDescribedSlot } from '../../../application/book-slot.ts'
import type { PageBookings, ReadBooking } from '../../../application/bookings.ts'
import { ROLES, type Role } from '../../../domain/actor.ts'
import type { BookingId, ServiceId, UserId } from '../../../domain/ids.ts'
import { type Instant, parseInstant } from '../../../domain/instant.ts'
import { pageCount } from '../../../domain/page-count.ts'
import { type DoorApp, signedIn } from '../door.ts'
import { presentBooking } from './present.ts'
import {
  answer,
  BODY_CODES,
  BOOK_CODES,
  BookBody,
  Booking,
  BookingPage,
  BookingParams,
  PageQuery,
  ROLE_CODES,
} from './schemas.ts'
import { type SocketUseCases, socketRoutes } from './socket-routes.ts'

export interface BookingsUseCases extends SocketUseCases {
  readonly bookDescribedSlot: BookDescribedSlot
  readonly pageBookings: PageBookings
  readonly readBooking: ReadBooking
}

export const BOOKINGS_TAG = {
  name: 'Bookings service',
  description:
    'The front door `bookings`: bookings as the front end of a booking service knows them. Tokens that another system has signed with `JWT_SECRET` are taken here, too. The same bookings are told of over Socket.IO, on the same port.',
}

const tags = [BOOKINGS_TAG.name]

/** Whoever only books may not look. */
const READERS: readonly Role[] = ['provider', 'admin']
const forReaders = { access: READERS, takesSharedTokens: true } as const
const forEveryone = { access: ROLES, takesSharedTokens: true } as const

/** Bookings in the words of the booking service, and what happens to them over Socket.IO. */
export async function bookingsDoor(app: DoorApp, useCases: BookingsUseCases): Promise<void> {
  bookRoute(app, useCases)
  readRoute(app, useCases)
  listRoute(app, useCases, 'upcoming', 'The next one first.')
  listRoute(app, useCases, 'past', 'The last one first.')
  socketRoutes(app, useCases)
}

function bookRoute(app: DoorApp, { bookDescribedSlot }: BookingsUseCases): void {
  const schema = {
    operationId: 'bookingsBook',
    tags,
    summary: 'Book a slot',
    description: 'For whoever asks. Provider and end have to be those of the service.',
    body: BookBody,
    response: {
      201: answer('The booking that has been made.', Booking, { Location: { type: 'string' } }),
      ...app.problemResponses(BOOK_CODES, [...BODY_CODES, ...ROLE_CODES]),
    },
  }
  app.post('/bookings', { config: forEveryone, schema }, async (request, reply) => {
    const { body } = request
    const command = {
      serviceId: body.service_id as ServiceId,
      start: parseInstant(body.start_time) as Instant,
      described: {
        providerId: body.provider_id as UserId,
        endTime: parseInstant(body.end_time) as Instant,
      },
      notes: null,
      metadata: {},
      holdId: null,
      customerId: null,
    }
    const outcome = await bookDescribedSlot(signedIn(request), command, null)
    if (outcome.ok) {
      return reply
        .code(201)
        .header('location', `/bookings/${outcome.value.id}`)
        .send(presentBooking(outcome.value))
    }
    const { rejection } = outcome
    if (rejection.code === 'answered-before') throw new Error('Nothing is kept under a key here')
    return reply.refuse(rejection)
  })
}

function readRoute(app: DoorApp, { readBooking }: BookingsUseCases): void {
  const schema = {
    operationId: 'bookingsRead',
    tags,
    summary: 'Read a booking',
    description: 'Of yours, as provider or customer; admins read everyone’s.',
    params: BookingParams,
    response: {
      200: answer('The booking.', Booking),
      ...app.problemResponses({ 'booking-not-found': true }, ROLE_CODES),
    },
  }
  app.get('/bookings/:id', { config: forReaders, schema }, async (request, reply) => {
    const outcome = await readBooking(signedIn(request), request.params.id as BookingId)
    return outcome.ok ? reply.send(presentBooking(outcome.value)) : reply.refuse(outcome.rejection)
  })
}

function listRoute(
  app: DoorApp,
  { pageBookings }: BookingsUseCases,
  view: 'upcoming' | 'past',
  order: string,
): void {
  const schema = {
    operationId: view === 'past' ? 'bookingsListPast' : 'bookingsListUpcoming',
    tags,
    summary: `List ${view} bookings`,
    description: `Of yours, as provider or customer; of admins everyone’s. ${order}`,
    querystring: PageQuery,
    response: {
      200: answer('A page, which is empty beyond the last.', BookingPage),
      ...app.problemResponses({}, ROLE_CODES),
    },
  }
  app.get(`/bookings/${view}`, { config: forReaders, schema }, async (request, reply) => {
    const { page = 1, limit = 10 } = request.query
    const { items, total } = await pageBookings(signedIn(request), view, { number: page, size: limit })
    const data = items.map(presentBooking)
    return reply.send({ data, page, limit, total, total_pages: pageCount(total, limit) })
  })
}
