import { type Static, Type } from 'typebox'
import type { Answers } from '../../application/ports/answers.ts'
import type {
  ChangeService,
  ChangeServiceRejection,
  CreateService,
  RetireService,
} from '../../application/services.ts'
import type { ServiceId } from '../../domain/ids.ts'
import type { ServiceChange, Service as ServiceValue } from '../../domain/service.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { answerOnce, type Wording } from './idempotency.ts'
import { presentService } from './present.ts'
import { readHours } from './read-hours.ts'
import { Answer, IfMatch, Repeatable } from './schemas/common.ts'
import { BODY_CODES, problemResponses, ROLE_CODES, TOKEN_CODES } from './schemas/problem-responses.ts'
import { ChangeServiceBody, CreateServiceBody, Service, ServiceParams } from './schemas/services.ts'
import { sendRefusal } from './send-problem.ts'

export interface ServiceChangeUseCases {
  readonly createService: CreateService
  readonly changeService: ChangeService
  readonly retireService: RetireService
  readonly answers: Answers
}

const retireCodes = {
  'service-not-found': true,
  forbidden: true,
  'version-mismatch': true,
} as const
const changeCodes: Record<ChangeServiceRejection['code'], true> = { ...retireCodes, 'invalid-input': true }

/** Services put on sale, changed and retired. */
export function serviceChangeRoutes(app: App, useCases: ServiceChangeUseCases): void {
  createRoute(app, useCases)
  changeRoute(app, useCases)
  retireRoute(app, useCases)
}

const created: Wording<ServiceValue> = {
  status: 201,
  present: presentService,
  version: ({ version }) => version,
  location: ({ id }) => `/v1/services/${id}`,
}

function createRoute(app: App, { createService, answers }: ServiceChangeUseCases): void {
  const schema = {
    operationId: 'createService',
    tags: ['Services'],
    summary: 'Put a service on sale',
    headers: Repeatable,
    body: CreateServiceBody,
    response: {
      201: Answer('The service that is now on sale.', Service, 'ETag', 'Location', 'Idempotency-Replayed'),
      ...problemResponses({ 'invalid-input': true, 'idempotency-key-reused': true }, [
        ...BODY_CODES,
        ...ROLE_CODES,
      ]),
    },
  }
  app.post('/v1/services', { config: { access: ['provider'] }, schema }, async (request, reply) => {
    const { body } = request
    const { title, category, price, duration_minutes: durationMinutes } = body
    const draft = { title, category, price, durationMinutes, ...readTerms(body) }
    return answerOnce(request, reply, { answers, wording: created, asked: body }, (recording) =>
      createService(actorOf(request), draft, recording),
    )
  })
}

function changeRoute(app: App, { changeService }: ServiceChangeUseCases): void {
  const schema = {
    operationId: 'changeService',
    tags: ['Services'],
    summary: 'Change a service',
    description: 'Makes its next version. Bookings keep the terms they were made under.',
    params: ServiceParams,
    headers: IfMatch,
    body: ChangeServiceBody,
    response: {
      200: Answer('The next version of the service.', Service, 'ETag'),
      ...problemResponses(changeCodes, [...BODY_CODES, ...TOKEN_CODES]),
    },
  }
  const config = { access: ['provider', 'admin'] } as const
  app.patch('/v1/services/:id', { config, schema }, async (request, reply) => {
    const { id } = request.params
    const change = readChange(request.body)
    const outcome = await changeService(actorOf(request), id as ServiceId, change, expectedVersion(request))
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentService(outcome.value))
  })
}

function retireRoute(app: App, { retireService }: ServiceChangeUseCases): void {
  const schema = {
    operationId: 'retireService',
    tags: ['Services'],
    summary: 'Retire a service',
    description: 'It takes no new bookings; those it has stand. `PATCH` with `is_active` brings it back.',
    params: ServiceParams,
    headers: IfMatch,
    response: {
      204: Type.Null({ description: 'Retired, now or before.' }),
      ...problemResponses(retireCodes, TOKEN_CODES),
    },
  }
  const config = { access: ['provider', 'admin'] } as const
  app.delete('/v1/services/:id', { config, schema }, async (request, reply) => {
    const id = request.params.id as ServiceId
    const outcome = await retireService(actorOf(request), id, expectedVersion(request))
    return outcome.ok ? reply.code(204).send(null) : sendRefusal(reply, outcome.rejection)
  })
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
