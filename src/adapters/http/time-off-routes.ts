import type { ListTimeOff, ReadTimeOff } from '../../application/time-off.ts'
import type { TimeOffId, UserId } from '../../domain/ids.ts'
import type { App } from './app-types.ts'
import { sendHashed } from './conditional.ts'
import { isEpochMilliseconds, pageRequest, sendablePage } from './cursor.ts'
import { presentTimeOff } from './present.ts'
import { Answer, NOT_MODIFIED, PageOf, PageQuery, Strict } from './schemas/common.ts'
import { problemResponses, TOKEN_CODES } from './schemas/problem-responses.ts'
import { TimeOff, TimeOffParams } from './schemas/schedule-exceptions.ts'
import { ProviderParams } from './schemas/schedules.ts'
import { sendRefusal } from './send-problem.ts'
import { type TimeOffChangeUseCases, timeOffChangeRoutes } from './time-off-change-routes.ts'

export interface TimeOffUseCases extends TimeOffChangeUseCases {
  readonly readTimeOff: ReadTimeOff
  readonly listTimeOff: ListTimeOff
}

/** Stretches of time in which a provider is away. */
export async function timeOffRoutes(app: App, useCases: TimeOffUseCases): Promise<void> {
  timeOffChangeRoutes(app, useCases)
  listRoute(app, useCases)
  readRoute(app, useCases)
}

const config = { access: 'optional' } as const

function listRoute(app: App, { listTimeOff }: TimeOffUseCases): void {
  const schema = {
    operationId: 'listTimeOff',
    tags: ['Schedules'],
    summary: 'List when a provider is away',
    description: 'Past time off too. The provider and admins also see the reasons.',
    params: ProviderParams,
    querystring: Strict(PageQuery),
    response: {
      200: PageOf(TimeOff, 'by start, then by id, ascending'),
      ...NOT_MODIFIED,
      ...problemResponses({ 'provider-not-found': true }, TOKEN_CODES),
    },
  }
  app.get('/v1/providers/:id/time-off', { config, schema }, async (request, reply) => {
    const { actor, params, query } = request
    const outcome = await listTimeOff(actor, params.id as UserId, pageRequest(query, isEpochMilliseconds))
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    const page = sendablePage(outcome.value, presentTimeOff)
    return sendHashed(request, reply, page, page)
  })
}

function readRoute(app: App, { readTimeOff }: TimeOffUseCases): void {
  const schema = {
    operationId: 'readTimeOff',
    tags: ['Schedules'],
    summary: 'Read a stretch of time off',
    description: 'The provider and admins also see the reason.',
    params: TimeOffParams,
    response: {
      200: Answer('The time off.', TimeOff, 'ETag'),
      ...NOT_MODIFIED,
      ...problemResponses({ 'time-off-not-found': true }, TOKEN_CODES),
    },
  }
  app.get('/v1/providers/:id/time-off/:time_off_id', { config, schema }, async (request, reply) => {
    const { actor, params } = request
    const outcome = await readTimeOff(actor, params.id as UserId, params.time_off_id as TimeOffId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    const timeOff = presentTimeOff(outcome.value)
    return sendHashed(request, reply, timeOff, timeOff)
  })
}
