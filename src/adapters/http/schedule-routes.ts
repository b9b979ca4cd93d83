import type { ListProviders, ReadProvider, ReadSchedule, ReplaceWeek } from '../../application/schedules.ts'
import type { UserId } from '../../domain/ids.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { pageRequest, sendablePage } from './cursor.ts'
import { presentConflicts, presentProvider, presentSchedule } from './present.ts'
import { readBreaks, readHours } from './read-hours.ts'
import {
  BODY_CODES,
  IfMatch,
  NOT_MODIFIED,
  PageOf,
  PageQuery,
  problemResponses,
  Reference,
  Strict,
  TOKEN_CODES,
  Uuid,
} from './schemas/common.ts'
import { ChangedSchedule } from './schemas/schedule-exceptions.ts'
import { Provider, Schedule, ScheduleBody } from './schemas/services.ts'
import { sendRefusal } from './send-problem.ts'

export interface ScheduleUseCases {
  readonly listProviders: ListProviders
  readonly readProvider: ReadProvider
  readonly readSchedule: ReadSchedule
  readonly replaceWeek: ReplaceWeek
}

const ProviderParams = Strict({ id: Uuid('The provider.') })
const isNumber = (value: string) => /^\d{1,9}$/.test(value)

/** Providers and when they work. */
export async function scheduleRoutes(app: App, useCases: ScheduleUseCases): Promise<void> {
  const { listProviders, readProvider, readSchedule, replaceWeek } = useCases

  app.get(
    '/v1/providers',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'listProviders',
        tags: ['Schedules'],
        summary: 'List those who offer services',
        querystring: Strict(PageQuery),
        response: {
          200: PageOf(Provider, 'by number, ascending'),
          ...problemResponses({}),
        },
      },
    },
    async ({ query }, reply) => {
      const page = await listProviders(pageRequest(query, isNumber))
      return reply.send(sendablePage(page, presentProvider))
    },
  )

  app.get(
    '/v1/providers/:id',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'readProvider',
        tags: ['Schedules'],
        summary: 'Read a provider',
        params: ProviderParams,
        response: {
          200: Reference(Provider),
          ...problemResponses({ 'provider-not-found': true }),
        },
      },
    },
    async ({ params }, reply) => {
      const outcome = await readProvider(params.id as UserId)
      return outcome.ok ? reply.send(presentProvider(outcome.value)) : sendRefusal(reply, outcome.rejection)
    },
  )

  app.get(
    '/v1/providers/:id/schedule',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'readSchedule',
        tags: ['Schedules'],
        summary: 'Read when a provider works',
        params: ProviderParams,
        response: {
          200: Reference(Schedule),
          ...NOT_MODIFIED,
          ...problemResponses({ 'provider-not-found': true }),
        },
      },
    },
    async (request, reply) => {
      const outcome = await readSchedule(request.params.id as UserId)
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      return sendVersioned(request, reply, outcome.value.schedule.version, presentSchedule(outcome.value))
    },
  )

  app.put(
    '/v1/providers/:id/schedule',
    {
      config: { access: ['provider', 'admin'] },
      schema: {
        operationId: 'replaceSchedule',
        tags: ['Schedules'],
        summary: 'Set when a provider works',
        description:
          'Puts another week in place of the recorded one; overrides and time off stay. No booking is changed by it: those that now fall outside are in the answer.',
        params: ProviderParams,
        headers: IfMatch,
        body: ScheduleBody,
        response: {
          200: Reference(ChangedSchedule),
          ...problemResponses(
            { 'provider-not-found': true, forbidden: true, 'invalid-input': true, 'version-mismatch': true },
            [...BODY_CODES, ...TOKEN_CODES],
          ),
        },
      },
    },
    async (request, reply) => {
      const { time_zone: timeZone, weekly_hours: hours, breaks = {} } = request.body
      const draft = { timeZone, weeklyHours: readHours(hours), breaks: readBreaks(breaks) }
      const version = expectedVersion(request)
      const outcome = await replaceWeek(actorOf(request), request.params.id as UserId, draft, version)
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      const body = { ...presentSchedule(outcome.value), ...presentConflicts(outcome.value) }
      return sendVersioned(request, reply, outcome.value.schedule.version, body)
    },
  )
}
