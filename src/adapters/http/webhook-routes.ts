import { Type } from 'typebox'
import type {
  ChangeWebhook,
  ChangeWebhookRejection,
  CreateWebhook,
  CreateWebhookRejection,
  ListWebhooks,
  ReadWebhook,
  RemoveWebhook,
} from '../../application/webhooks.ts'
import { ROLES } from '../../domain/actor.ts'
import type { WebhookId } from '../../domain/ids.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { expectedVersion, sendVersioned } from './conditional.ts'
import { isEpochMilliseconds, pageRequest, sendablePage } from './cursor.ts'
import { presentWebhook } from './present-webhooks.ts'
import { Answer, IfMatch, NOT_MODIFIED, PageOf } from './schemas/common.ts'
import { BODY_CODES, problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'
import {
  ChangeWebhookBody,
  CreatedWebhook,
  CreateWebhookBody,
  PageOnlyQuery,
  Webhook,
  WebhookParams,
} from './schemas/webhooks.ts'
import { sendRefusal } from './send-problem.ts'
import { type WebhookDeliveryUseCases, webhookDeliveryRoutes } from './webhook-delivery-routes.ts'

export interface WebhookUseCases extends WebhookDeliveryUseCases {
  readonly createWebhook: CreateWebhook
  readonly readWebhook: ReadWebhook
  readonly listWebhooks: ListWebhooks
  readonly changeWebhook: ChangeWebhook
  readonly removeWebhook: RemoveWebhook
}

const config = { access: ROLES } as const

/** Addresses that are called about what happens. */
export async function webhookRoutes(app: App, useCases: WebhookUseCases): Promise<void> {
  createRoute(app, useCases)
  listRoute(app, useCases)
  readRoute(app, useCases)
  changeRoute(app, useCases)
  removeRoute(app, useCases)
  webhookDeliveryRoutes(app, useCases)
}

const createCodes: Record<CreateWebhookRejection['code'], true> = {
  'invalid-input': true,
  'too-many-webhooks': true,
  'account-inactive': true,
}

function createRoute(app: App, { createWebhook }: WebhookUseCases): void {
  const schema = {
    operationId: 'createWebhook',
    tags: ['Webhooks'],
    summary: 'Have an address called about what happens',
    description:
      'It is called about what you may see, as Standard Webhooks has it. The answer has the secret that messages are signed with, and is kept nowhere: an `Idempotency-Key` has no effect.',
    body: CreateWebhookBody,
    response: {
      201: Answer('The webhook, with its secret.', CreatedWebhook, 'ETag', 'Location', 'Cache-Control'),
      ...problemResponses(createCodes, [...BODY_CODES, ...ROLE_CODES]),
    },
  }
  app.post('/v1/webhooks', { config, schema }, async (request, reply) => {
    const { url, types, description = '' } = request.body
    const outcome = await createWebhook(actorOf(request), { url, types, description })
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    const { endpoint, secret } = outcome.value
    return reply
      .code(201)
      .header('location', `/v1/webhooks/${endpoint.id}`)
      .header('etag', `"${endpoint.version}"`)
      .header('cache-control', 'no-store')
      .send({ ...presentWebhook(endpoint), secret })
  })
}

function listRoute(app: App, { listWebhooks }: WebhookUseCases): void {
  const schema = {
    operationId: 'listWebhooks',
    tags: ['Webhooks'],
    summary: 'List webhooks',
    description: 'Yours; for admins everyone’s.',
    querystring: PageOnlyQuery,
    response: {
      200: PageOf(Webhook, 'by creation, then id, ascending'),
      ...problemResponses({}, ROLE_CODES),
    },
  }
  app.get('/v1/webhooks', { config, schema }, async (request, reply) => {
    const page = await listWebhooks(actorOf(request), pageRequest(request.query, isEpochMilliseconds))
    return reply.send(sendablePage(page, presentWebhook))
  })
}

function readRoute(app: App, { readWebhook }: WebhookUseCases): void {
  const schema = {
    operationId: 'readWebhook',
    tags: ['Webhooks'],
    summary: 'Read a webhook',
    params: WebhookParams,
    response: {
      200: Answer('The webhook.', Webhook, 'ETag'),
      ...NOT_MODIFIED,
      ...problemResponses({ 'webhook-not-found': true }, ROLE_CODES),
    },
  }
  app.get('/v1/webhooks/:id', { config, schema }, async (request, reply) => {
    const outcome = await readWebhook(actorOf(request), request.params.id as WebhookId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentWebhook(outcome.value))
  })
}

const changeCodes: Record<ChangeWebhookRejection['code'], true> = {
  'webhook-not-found': true,
  forbidden: true,
  'invalid-input': true,
  'version-mismatch': true,
}

function changeRoute(app: App, { changeWebhook }: WebhookUseCases): void {
  const schema = {
    operationId: 'changeWebhook',
    tags: ['Webhooks'],
    summary: 'Change a webhook',
    description:
      'With `is_active` it is called no more, and what was still to be delivered is given up; or it is called again, whatever it was disabled by. An admin may look, and not change.',
    params: WebhookParams,
    headers: IfMatch,
    body: ChangeWebhookBody,
    response: {
      200: Answer('The next version of the webhook.', Webhook, 'ETag'),
      ...problemResponses(changeCodes, [...BODY_CODES, ...ROLE_CODES]),
    },
  }
  app.patch('/v1/webhooks/:id', { config, schema }, async (request, reply) => {
    const { is_active: isActive, ...change } = request.body
    const id = request.params.id as WebhookId
    const asked = { ...change, isActive }
    const outcome = await changeWebhook(actorOf(request), id, asked, expectedVersion(request))
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return sendVersioned(request, reply, outcome.value.version, presentWebhook(outcome.value))
  })
}

function removeRoute(app: App, { removeWebhook }: WebhookUseCases): void {
  const schema = {
    operationId: 'removeWebhook',
    tags: ['Webhooks'],
    summary: 'Delete a webhook',
    description: 'It is not called any more, from this instant on; its deliveries go with it.',
    params: WebhookParams,
    headers: IfMatch,
    response: {
      204: Type.Null({ description: 'It is gone.' }),
      ...problemResponses({ 'webhook-not-found': true, 'version-mismatch': true }, ROLE_CODES),
    },
  }
  app.delete('/v1/webhooks/:id', { config, schema }, async (request, reply) => {
    const id = request.params.id as WebhookId
    const outcome = await removeWebhook(actorOf(request), id, expectedVersion(request))
    return outcome.ok ? reply.code(204).send(null) : sendRefusal(reply, outcome.rejection)
  })
}
