import type { BookSlot, BookSlotCommand } from '../../application/book-slot.ts'
import type { JudgeBooking, WouldBeRefused } from '../../application/judge-booking.ts'
import type { Answers } from '../../application/ports/answers.ts'
import { ROLES } from '../../domain/actor.ts'
import type { Booking as BookingValue } from '../../domain/booking.ts'
import type { HoldId, ServiceId, UserId } from '../../domain/ids.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { answerOnce, checkRequestKey, type Wording } from './idempotency.ts'
import { presentBooking, presentVerdict } from './present.ts'
import { factsOf } from './refusal-facts.ts'
import { bookCodes } from './schemas/booking-codes.ts'
import { Booking, CreateBookingBody, CreateBookingQuery, Verdict } from './schemas/bookings.ts'
import { Answer, Repeatable } from './schemas/common.ts'
import { BODY_CODES, problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'
import { sendProblem } from './send-problem.ts'

export interface BookSlotUseCases {
  readonly bookSlot: BookSlot
  readonly judgeBooking: JudgeBooking
  readonly answers: Answers
}

const booked: Wording<BookingValue> = {
  status: 201,
  present: presentBooking,
  version: ({ version }) => version,
  location: ({ id }) => `/v1/bookings/${id}`,
  told: ['"number":', '0'],
}

/** A slot booked, or the verdict on it. */
export function bookSlotRoute(app: App, { bookSlot, judgeBooking, answers }: BookSlotUseCases): void {
  const schema = {
    operationId: 'bookSlot',
    tags: ['Bookings'],
    summary: 'Book a slot',
    description:
      'Of everyone who books a slot at once, one gets it. The others are told the next free ones. With `dry_run=true` nothing is booked: the answer is what it would be, and a refusal has all `violations`.',
    querystring: CreateBookingQuery,
    headers: Repeatable,
    body: CreateBookingBody,
    response: {
      200: Answer('The verdict of a dry run: it can be booked.', Verdict),
      201: Answer('The booking that has been made.', Booking, 'ETag', 'Location', 'Idempotency-Replayed'),
      ...problemResponses(bookCodes, [...BODY_CODES, ...ROLE_CODES]),
    },
  }
  app.post('/v1/bookings', { config: { access: ROLES }, schema }, async (request, reply) => {
    const actor = actorOf(request)
    const command = readCommand(request.body)
    if (request.query.dry_run) {
      checkRequestKey(request)
      const verdict = await judgeBooking(actor, command)
      return verdict.ok
        ? reply.send(presentVerdict(verdict.value))
        : sendProblem(reply, verdict.rejection.violations[0].code, refusedFacts(verdict.rejection))
    }
    const options = { answers, wording: booked, asked: command }
    return answerOnce(request, reply, options, (recording) => bookSlot(actor, command, recording))
  })
}

interface CreateBooking {
  readonly service_id: string
  readonly start: string
  readonly notes?: string
  readonly metadata?: BookSlotCommand['metadata']
  readonly hold_id?: string
  readonly customer_id?: string
}

const readCommand = (body: CreateBooking): BookSlotCommand => ({
  serviceId: body.service_id as ServiceId,
  start: parseInstant(body.start) as Instant,
  notes: body.notes ?? null,
  metadata: body.metadata ?? {},
  holdId: (body.hold_id as HoldId | undefined) ?? null,
  customerId: (body.customer_id as UserId | undefined) ?? null,
})

/** The facts of the first violation, which is the answer that booking would give, and all of them. */
const refusedFacts = ({ violations }: WouldBeRefused) => ({
  ...factsOf(violations[0]),
  violations: violations.map((violation) => ({ code: violation.code, ...factsOf(violation) })),
})
