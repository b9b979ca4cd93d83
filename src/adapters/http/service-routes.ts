import type { Static } from 'typebox'
import type { ServiceFilter } from '../../application/ports/service-catalog.ts'
import type { ListServices, ReadService } from '../../application/services.ts'
import type { ServiceId, UserId } from '../../domain/ids.ts'
import { parseInstant } from '../../domain/instant.ts'
import { currencyDigits } from '../../domain/money.ts'
import type { App } from './app-types.ts'
import { sendVersioned } from './conditional.ts'
import { pageRequest, sendablePage } from './cursor.ts'
import { MalformedRequest } from './malformed.ts'
import { presentService } from './present.ts'
import { Answer, NOT_MODIFIED, PageOf } from './schemas/common.ts'
import { problemResponses, TOKEN_CODES } from './schemas/problem-responses.ts'
import { Service, ServiceParams, ServicesQuery } from './schemas/services.ts'
import { sendRefusal } from './send-problem.ts'
import { type ServiceChangeUseCases, serviceChangeRoutes } from './service-change-routes.ts'

export interface ServiceUseCases extends ServiceChangeUseCases {
  readonly readService: ReadService
  readonly listServices: ListServices
}

/** What is on sale. */
export async function serviceRoutes(app: App, useCases: ServiceUseCases): Promise<void> {
  serviceChangeRoutes(app, useCases)
  listRoute(app, useCases)
  readRoute(app, useCases)
}

function listRoute(app: App, { listServices }: ServiceUseCases): void {
  const schema = {
    operationId: 'listServices',
    tags: ['Services'],
    summary: 'List what is on sale',
    description: 'With a token, providers see their own retired services as well, and admins all.',
    querystring: ServicesQuery,
    response: {
      200: PageOf(Service, 'as `sort` says, then by id'),
      ...problemResponses({}, TOKEN_CODES),
    },
  }
  app.get('/v1/services', { config: { access: 'optional' }, schema }, async ({ actor, query }, reply) => {
    const page = await listServices(actor, readFilter(query), pageRequest(query, isServiceKey(query.sort)))
    return reply.send(sendablePage(page, presentService))
  })
}

function readRoute(app: App, { readService }: ServiceUseCases): void {
  const schema = {
    operationId: 'readService',
    tags: ['Services'],
    summary: 'Read a service',
    params: ServiceParams,
    response: {
      200: Answer('The service.', Service, 'ETag'),
      ...NOT_MODIFIED,
      ...problemResponses({ 'service-not-found': true }),
    },
  }
  app.get('/v1/services/:id', { config: { access: 'public' }, schema }, async (request, reply) => {
    const outcome = await readService(request.params.id as ServiceId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentService(outcome.value))
  })
}

function readFilter(query: Static<typeof ServicesQuery>): Omit<ServiceFilter, 'retiredOf'> {
  const digits = query.currency === undefined ? undefined : currencyDigits(query.currency)
  const errors = (['min_price', 'max_price'] as const)
    .filter((name) => query[name] !== undefined && digits === undefined)
    .map((name) => ({
      field: `/${name}`,
      code: 'needs-currency',
      message: 'needs a known currency beside it',
    }))
  if (errors.length > 0) throw new MalformedRequest(errors)
  // What lies between two minor units is rounded to the inside of the range.
  const minorUnits = (amount: string | undefined, round: (units: number) => number) =>
    amount === undefined ? null : round(Math.round(Number(amount) * 10_000) / 10 ** (4 - (digits ?? 0)))
  return {
    providerId: (query.provider_id as UserId | undefined) ?? null,
    category: query.category ?? null,
    currency: query.currency ?? null,
    minPrice: minorUnits(query.min_price, Math.ceil),
    maxPrice: minorUnits(query.max_price, Math.floor),
    text: query.q ?? null,
    sort: query.sort ?? 'created_at',
  }
}

/** Whether a page key is one that the sort gives out: an instant, an amount or any title. */
const isServiceKey = (sort: ServiceFilter['sort'] = 'created_at') => {
  if (sort === 'title') return () => true
  if (sort.endsWith('price')) return (value: string) => /^\d{1,12}(\.\d{1,4})?$/.test(value)
  return (value: string) => parseInstant(value) !== undefined
}
