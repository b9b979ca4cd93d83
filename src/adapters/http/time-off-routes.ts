import { Type } from 'typebox'
import type {
  AddTimeOff,
  ListTimeOff,
  ReadTimeOff,
  RemoveTimeOff,
} from '../../application/schedule-exceptions.ts'
import type { TimeOffId, UserId } from '../../domain/ids.ts'
import { type Instant, parseInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { pageRequest, sendablePage } from './cursor.ts'
import { presentConflicts, presentTimeOff } from './present.ts'
import {
  BODY_CODES,
  PageOf,
  PageQuery,
  problemResponses,
  Reference,
  Strict,
  TOKEN_CODES,
  Uuid,
} from './schemas/common.ts'
import { AddedTimeOff, TimeOff, TimeOffBody, TimeOffParams } from './schemas/schedule-exceptions.ts'
import { sendRefusal } from './send-problem.ts'

export interface TimeOffUseCases {
  readonly addTimeOff: AddTimeOff
  readonly readTimeOff: ReadTimeOff
  readonly listTimeOff: ListTimeOff
  readonly removeTimeOff: RemoveTimeOff
}

const ProviderParams = Strict({ id: Uuid('The provider.') })
const isEpochMilliseconds = (value: string) => /^\d{1,13}$/.test(value)
const instantOf = (text: string) => parseInstant(text) as Instant

/** Stretches of time in which a provider is away. */
export async function timeOffRoutes(app: App, useCases: TimeOffUseCases): Promise<void> {
  const { addTimeOff, readTimeOff, listTimeOff, removeTimeOff } = useCases

  app.post(
    '/v1/providers/:id/time-off',
    {
      config: { access: ['provider', 'admin'] },
      schema: {
        operationId: 'addTimeOff',
        tags: ['Schedules'],
        summary: 'Take a provider out of a stretch of time',
        description:
          'Every slot that overlaps it is closed. No booking is changed by it: those that it collides with are in the answer.',
        params: ProviderParams,
        body: TimeOffBody,
        response: {
          201: Reference(AddedTimeOff),
          ...problemResponses(
            { 'provider-not-found': true, forbidden: true, 'invalid-input': true, 'too-much-time-off': true },
            [...BODY_CODES, ...TOKEN_CODES],
          ),
        },
      },
    },
    async (request, reply) => {
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
    },
  )

  app.get(
    '/v1/providers/:id/time-off',
    {
      config: { access: 'optional' },
      schema: {
        operationId: 'listTimeOff',
        tags: ['Schedules'],
        summary: 'List when a provider is away',
        description: 'Past time off too. The provider and admins also see the reasons.',
        params: ProviderParams,
        querystring: Strict(PageQuery),
        response: {
          200: PageOf(TimeOff, 'by start, then by id, ascending'),
          ...problemResponses({ 'provider-not-found': true }, TOKEN_CODES),
        },
      },
    },
    async ({ actor, params, query }, reply) => {
      const outcome = await listTimeOff(actor, params.id as UserId, pageRequest(query, isEpochMilliseconds))
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      return reply.send(sendablePage(outcome.value, presentTimeOff))
    },
  )

  app.get(
    '/v1/providers/:id/time-off/:time_off_id',
    {
      config: { access: 'optional' },
      schema: {
        operationId: 'readTimeOff',
        tags: ['Schedules'],
        summary: 'Read a stretch of time off',
        description: 'The provider and admins also see the reason.',
        params: TimeOffParams,
        response: {
          200: Reference(TimeOff),
          ...problemResponses({ 'time-off-not-found': true }, TOKEN_CODES),
        },
      },
    },
    async ({ actor, params }, reply) => {
      const outcome = await readTimeOff(actor, params.id as UserId, params.time_off_id as TimeOffId)
      return outcome.ok ? reply.send(presentTimeOff(outcome.value)) : sendRefusal(reply, outcome.rejection)
    },
  )

  app.delete(
    '/v1/providers/:id/time-off/:time_off_id',
    {
      config: { access: ['provider', 'admin'] },
      schema: {
        operationId: 'removeTimeOff',
        tags: ['Schedules'],
        summary: 'Take time off back',
        params: TimeOffParams,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses(
            { 'provider-not-found': true, forbidden: true, 'time-off-not-found': true },
            TOKEN_CODES,
          ),
        },
      },
    },
    async (request, reply) => {
      const { id, time_off_id: timeOffId } = request.params
      const outcome = await removeTimeOff(actorOf(request), id as UserId, timeOffId as TimeOffId)
      return outcome.ok ? reply.code(204).send(null) : sendRefusal(reply, outcome.rejection)
    },
  )
}
