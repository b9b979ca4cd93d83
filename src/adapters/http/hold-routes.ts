import { Type } from 'typebox'
import type { HoldSlot, ReadHold, ReleaseHold } from '../../application/holds.ts'
import type { Answers } from '../../application/ports/answers.ts'
import { ROLES } from '../../domain/actor.ts'
import { DEFAULT_HOLD_SECONDS, type Hold as HoldValue } from '../../domain/hold.ts'
import type { HoldId, ServiceId } from '../../domain/ids.ts'
import { formatInstant, type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { answerOnce, type Wording } from './idempotency.ts'
import { presentHold } from './present.ts'
import { holdCodes } from './schemas/booking-codes.ts'
import { Answer, Repeatable } from './schemas/common.ts'
import { CreateHoldBody, Hold, HoldParams } from './schemas/holds.ts'
import { BODY_CODES, problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'
import { sendRefusal } from './send-problem.ts'

export interface HoldUseCases {
  readonly holdSlot: HoldSlot
  readonly readHold: ReadHold
  readonly releaseHold: ReleaseHold
  readonly answers: Answers
}

/** Slots kept for a while. */
export async function holdRoutes(app: App, useCases: HoldUseCases): Promise<void> {
  createRoute(app, useCases)
  readRoute(app, useCases)
  releaseRoute(app, useCases)
}

const held: Wording<HoldValue> = {
  status: 201,
  present: presentHold,
  location: ({ id }) => `/v1/holds/${id}`,
  told: ['"expires_at":"', formatInstant(0 as Instant)],
}

function createRoute(app: App, { holdSlot, answers }: HoldUseCases): void {
  const schema = {
    operationId: 'holdSlot',
    tags: ['Holds'],
    summary: 'Hold a slot',
    description:
      'Keeps a slot from everyone else until `expires_at`, by the clock of the database. Book it with `hold_id` before that, or let it go. The booking is made under the terms of the hold, whatever has become of the service meanwhile.',
    headers: Repeatable,
    body: CreateHoldBody,
    response: {
      201: Answer('The hold that has been made.', Hold, 'Location', 'Idempotency-Replayed'),
      ...problemResponses(holdCodes, [...BODY_CODES, ...ROLE_CODES]),
    },
  }
  app.post('/v1/holds', { config: { access: ROLES }, schema }, async (request, reply) => {
    const { service_id: serviceId, start, ttl_seconds: ttlSeconds = DEFAULT_HOLD_SECONDS } = request.body
    const command = {
      serviceId: serviceId as ServiceId,
      start: parseInstant(start) as Instant,
      ttlSeconds,
    }
    return answerOnce(request, reply, { answers, wording: held, asked: command }, (recording) =>
      holdSlot(actorOf(request), command, recording),
    )
  })
}

function readRoute(app: App, { readHold }: HoldUseCases): void {
  const schema = {
    operationId: 'readHold',
    tags: ['Holds'],
    summary: 'Read a hold',
    params: HoldParams,
    response: {
      200: Answer('The hold.', Hold),
      ...problemResponses({ 'hold-not-found': true, 'hold-expired': true }, ROLE_CODES),
    },
  }
  app.get('/v1/holds/:id', { config: { access: ROLES }, schema }, async (request, reply) => {
    const outcome = await readHold(actorOf(request), request.params.id as HoldId)
    return outcome.ok ? reply.send(presentHold(outcome.value)) : sendRefusal(reply, outcome.rejection)
  })
}

function releaseRoute(app: App, { releaseHold }: HoldUseCases): void {
  const schema = {
    operationId: 'releaseHold',
    tags: ['Holds'],
    summary: 'Release a hold',
    description: 'The slot is free again at the same instant.',
    params: HoldParams,
    response: {
      204: Type.Null({ description: 'It is gone.' }),
      ...problemResponses({ 'hold-not-found': true }, ROLE_CODES),
    },
  }
  app.delete('/v1/holds/:id', { config: { access: ROLES }, schema }, async (request, reply) => {
    const outcome = await releaseHold(actorOf(request), request.params.id as HoldId)
    return outcome.ok ? reply.code(204).send(null) : sendRefusal(reply, outcome.rejection)
  })
}
