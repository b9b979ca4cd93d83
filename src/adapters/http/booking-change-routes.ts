import type { AnnotateBooking, RescheduleBooking, TransitBooking } from '../../application/booking-changes.ts'
import type { Answers } from '../../application/ports/answers.ts'
import { ROLES } from '../../domain/actor.ts'
import type { Booking as BookingValue } from '../../domain/booking.ts'
import { TRANSITIONS, type Transition } from '../../domain/booking-life.ts'
import type { BookingId } from '../../domain/ids.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion } from './conditional.ts'
import { answerOnce, type Wording } from './idempotency.ts'
import { presentBooking } from './present.ts'
import { annotateCodes, changeCodes, ownChangeCodes, rescheduleCodes } from './schemas/booking-codes.ts'
import {
  AnnotateBookingBody,
  Booking,
  BookingParams,
  ReasonBody,
  RescheduleBody,
} from './schemas/bookings.ts'
import { Answer, RepeatableChange } from './schemas/common.ts'
import { BODY_CODES, problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'

export interface BookingChangeUseCases {
  readonly transitBooking: TransitBooking
  readonly annotateBooking: AnnotateBooking
  readonly rescheduleBooking: RescheduleBooking
  readonly answers: Answers
}

/** Bookings confirmed, declined, cancelled, completed, missed, moved and annotated. */
export function bookingChangeRoutes(app: App, useCases: BookingChangeUseCases): void {
  for (const transition of Object.keys(TRANSITIONS) as Transition[])
    transitionRoute(app, useCases, transition)
  rescheduleRoute(app, useCases)
  annotateRoute(app, useCases)
}

const changed: Wording<BookingValue> = {
  status: 200,
  present: presentBooking,
  version: ({ version }) => version,
}

interface TransitionText {
  readonly operationId: string
  readonly summary: string
  readonly description: string
}

const texts: Record<Transition, TransitionText> = {
  confirm: {
    operationId: 'confirmBooking',
    summary: 'Confirm a booking',
    description: 'The provider says yes to a pending booking, before it begins.',
  },
  decline: {
    operationId: 'declineBooking',
    summary: 'Decline a booking',
    description: 'The provider says no to a pending booking. Frees the slot at the same instant.',
  },
  cancel: {
    operationId: 'cancelBooking',
    summary: 'Cancel a booking',
    description:
      'Frees the slot at the same instant. The customer may until `cancellable_until`, the provider always.',
  },
  complete: {
    operationId: 'completeBooking',
    summary: 'Complete a booking',
    description:
      'The provider says that the customer was there, from its start on. What is over is completed by itself.',
  },
  'no-show': {
    operationId: 'missBooking',
    summary: 'Say that the customer did not come',
    description: 'For the provider, from the start of the booking on.',
  },
}

function transitionRoute(
  app: App,
  { transitBooking, answers }: BookingChangeUseCases,
  transition: Transition,
): void {
  const schema = {
    ...texts[transition],
    tags: ['Bookings'],
    params: BookingParams,
    headers: RepeatableChange,
    body: ReasonBody,
    response: {
      200: Answer('The booking as it is now.', Booking, 'ETag', 'Idempotency-Replayed'),
      ...problemResponses(changeCodes, [...ownChangeCodes[transition], ...BODY_CODES, ...ROLE_CODES]),
    },
  }
  const options = {
    config: { access: ROLES },
    // A change without a reason may come without a body.
    preValidation: async (request: { body: unknown }) => {
      request.body ??= {}
    },
    schema,
  }
  app.post(`/v1/bookings/:id/${transition}`, options, async (request, reply) => {
    const expected = { id: request.params.id as BookingId, version: expectedVersion(request) }
    const reason = request.body.reason ?? null
    const asked = { expected, reason }
    return answerOnce(request, reply, { answers, wording: changed, asked }, (recording) =>
      transitBooking(actorOf(request), expected, transition, reason, recording),
    )
  })
}

function rescheduleRoute(app: App, { rescheduleBooking, answers }: BookingChangeUseCases): void {
  const schema = {
    operationId: 'rescheduleBooking',
    tags: ['Bookings'],
    summary: 'Move a booking to another slot',
    description:
      'The same booking under the terms it was made under. The old slot is free at the instant at which the new one is taken, and never in its own way: search with `exclude_booking_id`. The customer may until `cancellable_until`.',
    params: BookingParams,
    headers: RepeatableChange,
    body: RescheduleBody,
    response: {
      200: Answer('The booking in its new slot.', Booking, 'ETag', 'Idempotency-Replayed'),
      ...problemResponses(rescheduleCodes, [...BODY_CODES, ...ROLE_CODES]),
    },
  }
  app.post('/v1/bookings/:id/reschedule', { config: { access: ROLES }, schema }, async (request, reply) => {
    const expected = { id: request.params.id as BookingId, version: expectedVersion(request) }
    const start = parseInstant(request.body.start) as Instant
    const asked = { expected, start }
    return answerOnce(request, reply, { answers, wording: changed, asked }, (recording) =>
      rescheduleBooking(actorOf(request), expected, start, recording),
    )
  })
}

function annotateRoute(app: App, { annotateBooking, answers }: BookingChangeUseCases): void {
  const schema = {
    operationId: 'annotateBooking',
    tags: ['Bookings'],
    summary: 'Change the notes or the metadata of a booking',
    description:
      'What is left out stays. In whatever state the booking is. What says nothing new makes no version and no event.',
    params: BookingParams,
    headers: RepeatableChange,
    body: AnnotateBookingBody,
    response: {
      200: Answer('The booking as it is now.', Booking, 'ETag', 'Idempotency-Replayed'),
      ...problemResponses(annotateCodes, [...BODY_CODES, ...ROLE_CODES]),
    },
  }
  app.patch('/v1/bookings/:id', { config: { access: ROLES }, schema }, async (request, reply) => {
    const { params, body } = request
    const expected = { id: params.id as BookingId, version: expectedVersion(request) }
    const asked = { expected, body }
    return answerOnce(request, reply, { answers, wording: changed, asked }, (recording) =>
      annotateBooking(actorOf(request), expected, body, recording),
    )
  })
}
