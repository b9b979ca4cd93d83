import { Type } from 'typebox'
import type { Answers } from '../../application/ports/answers.ts'
import type { AddTimeOff, RemoveTimeOff, TimeOffAdded } from '../../application/time-off.ts'
import type { TimeOffId, UserId } from '../../domain/ids.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { answerOnce, type Wording } from './idempotency.ts'
import { presentConflicts, presentTimeOff } from './present.ts'
import { Answer, Repeatable } from './schemas/common.ts'
import { BODY_CODES, problemResponses, TOKEN_CODES } from './schemas/problem-responses.ts'
import { AddedTimeOff, TimeOffBody, TimeOffParams } from './schemas/schedule-exceptions.ts'
import { ProviderParams } from './schemas/schedules.ts'
import { sendRefusal } from './send-problem.ts'

export interface TimeOffChangeUseCases {
  readonly addTimeOff: AddTimeOff
  readonly removeTimeOff: RemoveTimeOff
  readonly answers: Answers
}

const instantOf = (text: string) => parseInstant(text) as Instant

const addCodes = {
  'provider-not-found': true,
  forbidden: true,
  'invalid-input': true,
  'too-much-time-off': true,
  'idempotency-key-reused': true,
} as const

const removeCodes = { 'provider-not-found': true, forbidden: true, 'time-off-not-found': true } as const

/** Time off taken, and taken back. */
export function timeOffChangeRoutes(app: App, useCases: TimeOffChangeUseCases): void {
  addRoute(app, useCases)
  removeRoute(app, useCases)
}

const config = { access: ['provider', 'admin'] } as const

const addedTo = (providerId: string): Wording<TimeOffAdded> => ({
  status: 201,
  present: ({ timeOff, scheduleVersion, ...conflicts }) => ({
    ...presentTimeOff(timeOff),
    schedule_version: scheduleVersion,
    ...presentConflicts(conflicts),
  }),
  location: ({ timeOff }) => `/v1/providers/${providerId}/time-off/${timeOff.id}`,
})

function addRoute(app: App, { addTimeOff, answers }: TimeOffChangeUseCases): void {
  const schema = {
    operationId: 'addTimeOff',
    tags: ['Schedules'],
    summary: 'Take a provider out of a stretch of time',
    description:
      'Every slot that overlaps it is closed. No booking is changed by it: those that it collides with are in the answer.',
    params: ProviderParams,
    headers: Repeatable,
    body: TimeOffBody,
    response: {
      201: Answer(
        'The time off, with the bookings it collides with.',
        AddedTimeOff,
        'Location',
        'Idempotency-Replayed',
      ),
      ...problemResponses(addCodes, [...BODY_CODES, ...TOKEN_CODES]),
    },
  }
  app.post('/v1/providers/:id/time-off', { config, schema }, async (request, reply) => {
    const { params, body } = request
    const interval = { start: instantOf(body.start), end: instantOf(body.end) }
    const reason = body.reason ?? null
    const asked = { providerId: params.id, interval, reason }
    return answerOnce(request, reply, { answers, wording: addedTo(params.id), asked }, (recording) =>
      addTimeOff(actorOf(request), params.id as UserId, interval, reason, recording),
    )
  })
}

function removeRoute(app: App, { removeTimeOff }: TimeOffChangeUseCases): void {
  const schema = {
    operationId: 'removeTimeOff',
    tags: ['Schedules'],
    summary: 'Take time off back',
    params: TimeOffParams,
    response: {
      204: Type.Null({ description: 'It is gone.' }),
      ...problemResponses(removeCodes, TOKEN_CODES),
    },
  }
  app.delete('/v1/providers/:id/time-off/:time_off_id', { config, schema }, async (request, reply) => {
    const { id, time_off_id: timeOffId } = request.params
    const outcome = await removeTimeOff(actorOf(request), id as UserId, timeOffId as TimeOffId)
    return outcome.ok ? reply.code(204).send(null) : sendRefusal(reply, outcome.rejection)
  })
}
