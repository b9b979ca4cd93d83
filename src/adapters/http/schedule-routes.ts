import type { ReadSchedule, ReplaceWeek } from '../../application/schedules.ts'
import type { UserId } from '../../domain/ids.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { presentConflicts, presentSchedule } from './present.ts'
import { type ProviderUseCases, providerRoutes } from './provider-routes.ts'
import { readBreaks, readHours } from './read-hours.ts'
import { Answer, IfMatch, NOT_MODIFIED } from './schemas/common.ts'
import { BODY_CODES, problemResponses, TOKEN_CODES } from './schemas/problem-responses.ts'
import { ChangedSchedule } from './schemas/schedule-exceptions.ts'
import { ProviderParams, Schedule, ScheduleBody } from './schemas/schedules.ts'
import { sendRefusal } from './send-problem.ts'

export interface ScheduleUseCases extends ProviderUseCases {
  readonly readSchedule: ReadSchedule
  readonly replaceWeek: ReplaceWeek
}

/** Providers and when they work. */
export async function scheduleRoutes(app: App, useCases: ScheduleUseCases): Promise<void> {
  providerRoutes(app, useCases)
  readRoute(app, useCases)
  replaceRoute(app, useCases)
}

function readRoute(app: App, { readSchedule }: ScheduleUseCases): void {
  const schema = {
    operationId: 'readSchedule',
    tags: ['Schedules'],
    summary: 'Read when a provider works',
    params: ProviderParams,
    response: {
      200: Answer('The schedule.', Schedule, 'ETag'),
      ...NOT_MODIFIED,
      ...problemResponses({ 'provider-not-found': true }),
    },
  }
  app.get('/v1/providers/:id/schedule', { config: { access: 'public' }, schema }, async (request, reply) => {
    const outcome = await readSchedule(request.params.id as UserId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.schedule.version, presentSchedule(outcome.value))
  })
}

const replaceCodes = {
  'provider-not-found': true,
  forbidden: true,
  'invalid-input': true,
  'version-mismatch': true,
} as const

function replaceRoute(app: App, { replaceWeek }: ScheduleUseCases): void {
  const schema = {
    operationId: 'replaceSchedule',
    tags: ['Schedules'],
    summary: 'Set when a provider works',
    description:
      'Puts another week in place of the recorded one; overrides and time off stay. No booking is changed by it: those that now fall outside are in the answer.',
    params: ProviderParams,
    headers: IfMatch,
    body: ScheduleBody,
    response: {
      200: Answer('The schedule as it is now, with the bookings outside it.', ChangedSchedule, 'ETag'),
      ...problemResponses(replaceCodes, [...BODY_CODES, ...TOKEN_CODES]),
    },
  }
  const config = { access: ['provider', 'admin'] } as const
  app.put('/v1/providers/:id/schedule', { config, schema }, async (request, reply) => {
    const { time_zone: timeZone, weekly_hours: hours, breaks = {} } = request.body
    const draft = { timeZone, weeklyHours: readHours(hours), breaks: readBreaks(breaks) }
    const version = expectedVersion(request)
    const outcome = await replaceWeek(actorOf(request), request.params.id as UserId, draft, version)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    const body = { ...presentSchedule(outcome.value), ...presentConflicts(outcome.value) }
    return sendVersioned(request, reply, outcome.value.schedule.version, body)
  })
}
