import { Type } from 'typebox'
import type { AddTimeOff, RemoveTimeOff } from '../../application/time-off.ts'
import type { TimeOffId, UserId } from '../../domain/ids.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { presentConflicts, presentTimeOff } from './present.ts'
import { Answer } from './schemas/common.ts'
import { BODY_CODES, problemResponses, TOKEN_CODES } from './schemas/problem-responses.ts'
import { AddedTimeOff, TimeOffBody, TimeOffParams } from './schemas/schedule-exceptions.ts'
import { ProviderParams } from './schemas/schedules.ts'
import { sendRefusal } from './send-problem.ts'

export interface TimeOffChangeUseCases {
  readonly addTimeOff: AddTimeOff
  readonly removeTimeOff: RemoveTimeOff
}

const instantOf = (text: string) => parseInstant(text) as Instant

const addCodes = {
  'provider-not-found': true,
  forbidden: true,
  'invalid-input': true,
  'too-much-time-off': true,
} as const

const removeCodes = { 'provider-not-found': true, forbidden: true, 'time-off-not-found': true } as const

/** Time off taken, and taken back. */
export function timeOffChangeRoutes(app: App, useCases: TimeOffChangeUseCases): void {
  addRoute(app, useCases)
  removeRoute(app, useCases)
}

const config = { access: ['provider', 'admin'] } as const

function addRoute(app: App, { addTimeOff }: TimeOffChangeUseCases): void {
  const schema = {
    operationId: 'addTimeOff',
    tags: ['Schedules'],
    summary: 'Take a provider out of a stretch of time',
    description:
      'Every slot that overlaps it is closed. No booking is changed by it: those that it collides with are in the answer.',
    params: ProviderParams,
    body: TimeOffBody,
    response: {
      201: Answer('The time off, with the bookings it collides with.', AddedTimeOff, 'Location'),
      ...problemResponses(addCodes, [...BODY_CODES, ...TOKEN_CODES]),
    },
  }
  app.post('/v1/providers/:id/time-off', { config, schema }, async (request, reply) => {
    const { params, body } = request
    const interval = { start: instantOf(body.start), end: instantOf(body.end) }
    const reason = body.reason ?? null
    const outcome = await addTimeOff(actorOf(request), params.id as UserId, interval, reason)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    const { timeOff, scheduleVersion } = outcome.value
    reply.code(201).header('location', `/v1/providers/${params.id}/time-off/${timeOff.id}`)
    return reply.send({
      ...presentTimeOff(timeOff),
      reason,
      schedule_version: scheduleVersion,
      ...presentConflicts(outcome.value),
    })
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
