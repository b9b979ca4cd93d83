import type { ListProviders, ReadProvider } from '../../application/schedules.ts'
import type { UserId } from '../../domain/ids.ts'
import type { App } from './app-types.ts'
import { isNumber, pageRequest, sendablePage } from './cursor.ts'
import { presentProvider } from './present.ts'
import { Answer, PageOf, PageQuery, Strict } from './schemas/common.ts'
import { problemResponses } from './schemas/problem-responses.ts'
import { Provider, ProviderParams } from './schemas/schedules.ts'
import { sendRefusal } from './send-problem.ts'

export interface ProviderUseCases {
  readonly listProviders: ListProviders
  readonly readProvider: ReadProvider
}

/** Those who offer services. */
export function providerRoutes(app: App, useCases: ProviderUseCases): void {
  listRoute(app, useCases)
  readRoute(app, useCases)
}

function listRoute(app: App, { listProviders }: ProviderUseCases): void {
  const schema = {
    operationId: 'listProviders',
    tags: ['Schedules'],
    summary: 'List those who offer services',
    querystring: Strict(PageQuery),
    response: {
      200: PageOf(Provider, 'by number, ascending'),
      ...problemResponses({}),
    },
  }
  app.get('/v1/providers', { config: { access: 'public' }, schema }, async ({ query }, reply) => {
    const page = await listProviders(pageRequest(query, isNumber))
    return reply.send(sendablePage(page, presentProvider))
  })
}

function readRoute(app: App, { readProvider }: ProviderUseCases): void {
  const schema = {
    operationId: 'readProvider',
    tags: ['Schedules'],
    summary: 'Read a provider',
    params: ProviderParams,
    response: {
      200: Answer('The provider.', Provider),
      ...problemResponses({ 'provider-not-found': true }),
    },
  }
  app.get('/v1/providers/:id', { config: { access: 'public' }, schema }, async ({ params }, reply) => {
    const outcome = await readProvider(params.id as UserId)
    return outcome.ok ? reply.send(presentProvider(outcome.value)) : sendRefusal(reply, outcome.rejection)
  })
}
