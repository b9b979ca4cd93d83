import { type Static, Type } from 'typebox'
import type { ServiceFilter } from '../../application/ports/service-catalog.ts'
import type {
  ChangeService,
  ChangeServiceRejection,
  CreateService,
  ListServices,
  ReadService,
  RetireService,
} from '../../application/services.ts'
import type { ServiceId, UserId } from '../../domain/ids.ts'
import { currencyDigits } from '../../domain/money.ts'
import type { ServiceChange } from '../../domain/service.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { pageRequest, sendablePage } from './cursor.ts'
import { MalformedRequest } from './malformed.ts'
import { presentService } from './present.ts'
import { readHours } from './read-hours.ts'
import {
  BODY_CODES,
  IfMatch,
  NOT_MODIFIED,
  PageOf,
  problemResponses,
  Reference,
  ROLE_CODES,
  Strict,
  TOKEN_CODES,
  Uuid,
} from './schemas/common.ts'
import { ChangeServiceBody, CreateServiceBody, Service, ServicesQuery } from './schemas/services.ts'
import { sendRefusal } from './send-problem.ts'

export interface ServiceUseCases {
  readonly createService: CreateService
  readonly readService: ReadService
  readonly listServices: ListServices
  readonly changeService: ChangeService
  readonly retireService: RetireService
}

const ServiceParams = Strict({ id: Uuid('The service.') })
const changeCodes = {
  'service-not-found': true,
  forbidden: true,
  'invalid-input': true,
  'version-mismatch': true,
} as const satisfies Record<ChangeServiceRejection['code'], true>

/** What is on sale. */
export async function serviceRoutes(app: App, useCases: ServiceUseCases): Promise<void> {
  const { createService, readService, listServices, changeService, retireService } = useCases

  app.post(
    '/v1/services',
    {
      config: { access: ['provider'] },
      schema: {
        operationId: 'createService',
        tags: ['Services'],
        summary: 'Put a service on sale',
        body: CreateServiceBody,
        response: {
          201: Reference(Service),
          ...problemResponses({ 'invalid-input': true }, [...BODY_CODES, ...ROLE_CODES]),
        },
      },
    },
    async (request, reply) => {
      const { title, category, price, duration_minutes: durationMinutes } = request.body
      const draft = { title, category, price, durationMinutes, ...readTerms(request.body) }
      const outcome = await createService(actorOf(request), draft)
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      reply.code(201).header('location', `/v1/services/${outcome.value.id}`)
      return sendVersioned(request, reply, outcome.value.version, presentService(outcome.value))
    },
  )

  app.get(
    '/v1/services',
    {
      config: { access: 'optional' },
      schema: {
        operationId: 'listServices',
        tags: ['Services'],
        summary: 'List what is on sale',
        description: 'With a token, providers see their own retired services as well, and admins all.',
        querystring: ServicesQuery,
        response: {
          200: PageOf(Service, 'as `sort` says, then by id'),
          ...problemResponses({}, TOKEN_CODES),
        },
      },
    },
    async ({ actor, query }, reply) => {
      const page = await listServices(actor, readFilter(query), pageRequest(query, isServiceKey(query.sort)))
      return reply.send(sendablePage(page, presentService))
    },
  )

  app.get(
    '/v1/services/:id',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'readService',
        tags: ['Services'],
        summary: 'Read a service',
        params: ServiceParams,
        response: {
          200: Reference(Service),
          ...NOT_MODIFIED,
          ...problemResponses({ 'service-not-found': true }),
        },
      },
    },
    async (request, reply) => {
      const outcome = await readService(request.params.id as ServiceId)
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      return sendVersioned(request, reply, outcome.value.version, presentService(outcome.value))
    },
  )

  app.patch(
    '/v1/services/:id',
    {
      config: { access: ['provider', 'admin'] },
      schema: {
        operationId: 'changeService',
        tags: ['Services'],
        summary: 'Change a service',
        description: 'Makes its next version. Bookings keep the terms they were made under.',
        params: ServiceParams,
        headers: IfMatch,
        body: ChangeServiceBody,
        response: {
          200: Reference(Service),
          ...problemResponses<ChangeServiceRejection['code']>(changeCodes, [...BODY_CODES, ...TOKEN_CODES]),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const change = readChange(request.body)
      const outcome = await changeService(actorOf(request), id as ServiceId, change, expectedVersion(request))
      if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
      return sendVersioned(request, reply, outcome.value.version, presentService(outcome.value))
    },
  )

  app.delete(
    '/v1/services/:id',
    {
      config: { access: ['provider', 'admin'] },
      schema: {
        operationId: 'retireService',
        tags: ['Services'],
        summary: 'Retire a service',
        description: 'It takes no new bookings; those it has stand. `PATCH` with `is_active` brings it back.',
        params: ServiceParams,
        headers: IfMatch,
        response: {
          204: Type.Null({ description: 'Retired, now or before.' }),
          ...problemResponses<ChangeServiceRejection['code']>(changeCodes, TOKEN_CODES),
        },
      },
    },
    async (request, reply) => {
      const outcome = await retireService(
        actorOf(request),
        request.params.id as ServiceId,
        expectedVersion(request),
      )
      return outcome.ok ? reply.code(204).send(null) : sendRefusal(reply, outcome.rejection)
    },
  )
}

const readTerms = (body: Static<typeof ChangeServiceBody>) => ({
  description: body.description,
  slotIntervalMinutes: body.slot_interval_minutes,
  bufferBeforeMinutes: body.buffer_before_minutes,
  bufferAfterMinutes: body.buffer_after_minutes,
  minNoticeMinutes: body.min_notice_minutes,
  maxHorizonDays: body.max_horizon_days,
  dailyLimit: body.daily_limit,
  requiresConfirmation: body.requires_confirmation,
  cancellationWindowMinutes: body.cancellation_window_minutes,
  reminderMinutes: body.reminder_minutes,
  weeklyHours: body.weekly_hours && readHours(body.weekly_hours),
  images: body.images,
  isActive: body.is_active,
})

const readChange = (body: Static<typeof ChangeServiceBody>): ServiceChange => ({
  title: body.title,
  category: body.category,
  price: body.price,
  durationMinutes: body.duration_minutes,
  ...readTerms(body),
})

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
  const pattern = sort.endsWith('price')
    ? /^\d{1,12}(\.\d{1,4})?$/
    : /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/
  return (value: string) => pattern.test(value)
}
