import type {
  ListDeliveries,
  PingWebhook,
  PingWebhookRejection,
  ReplayDelivery,
} from '../../application/webhook-deliveries.ts'
import type { RotateWebhookSecret } from '../../application/webhook-secrets.ts'
import { ROLES } from '../../domain/actor.ts'
import type { DeliveryId, WebhookId } from '../../domain/ids.ts'
import { formatInstant } from '../../domain/instant.ts'
import type { App } from './app-types.ts'
import { actorOf } from './authentication.ts'
import { isEpochMilliseconds, pageRequest, sendablePage } from './cursor.ts'
import { presentDelivery } from './present-webhooks.ts'
import { Answer, PageOf } from './schemas/common.ts'
import { problemResponses, ROLE_CODES } from './schemas/problem-responses.ts'
import {
  Delivery,
  DeliveryParams,
  PageOnlyQuery,
  Ping,
  RotatedSecret,
  WebhookParams,
} from './schemas/webhooks.ts'
import { sendRefusal } from './send-problem.ts'

export interface WebhookDeliveryUseCases {
  readonly rotateWebhookSecret: RotateWebhookSecret
  readonly pingWebhook: PingWebhook
  readonly listDeliveries: ListDeliveries
  readonly replayDelivery: ReplayDelivery
}

const config = { access: ROLES } as const

/** What is sent to a webhook, and what it is signed with. */
export function webhookDeliveryRoutes(app: App, useCases: WebhookDeliveryUseCases): void {
  rotateRoute(app, useCases)
  pingRoute(app, useCases)
  listRoute(app, useCases)
  replayRoute(app, useCases)
}

function rotateRoute(app: App, { rotateWebhookSecret }: WebhookDeliveryUseCases): void {
  const schema = {
    operationId: 'rotateWebhookSecret',
    tags: ['Webhooks'],
    summary: 'Get a new secret',
    description:
      'For 24 hours messages are signed with the new secret and with the one before it; after another rotation with the newest two. The answer is kept nowhere: an `Idempotency-Key` has no effect.',
    params: WebhookParams,
    response: {
      200: Answer('The new secret.', RotatedSecret, 'Cache-Control'),
      ...problemResponses({ 'webhook-not-found': true, forbidden: true }, ROLE_CODES),
    },
  }
  app.post('/v1/webhooks/:id/rotate-secret', { config, schema }, async (request, reply) => {
    const outcome = await rotateWebhookSecret(actorOf(request), request.params.id as WebhookId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    const { secret, previousEndsAt } = outcome.value
    return reply
      .header('cache-control', 'no-store')
      .send({ secret, previous_secret_expires_at: formatInstant(previousEndsAt) })
  })
}

const pingCodes: Record<PingWebhookRejection['code'], true> = {
  'webhook-not-found': true,
  forbidden: true,
  'webhook-disabled': true,
}

function pingRoute(app: App, { pingWebhook }: WebhookDeliveryUseCases): void {
  const schema = {
    operationId: 'pingWebhook',
    tags: ['Webhooks'],
    summary: 'Have a webhook called once',
    description:
      'Sends a message of the type `webhook.ping` by the way that all take. `GET /v1/webhooks/{id}/deliveries` tells what became of it.',
    params: WebhookParams,
    response: {
      202: Answer('It is about to be sent.', Ping),
      ...problemResponses(pingCodes, ROLE_CODES),
    },
  }
  app.post('/v1/webhooks/:id/ping', { config, schema }, async (request, reply) => {
    const outcome = await pingWebhook(actorOf(request), request.params.id as WebhookId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply.code(202).send({ event_id: outcome.value.eventId })
  })
}

function listRoute(app: App, { listDeliveries }: WebhookDeliveryUseCases): void {
  const schema = {
    operationId: 'listWebhookDeliveries',
    tags: ['Webhooks'],
    summary: 'List what was sent to a webhook',
    description: 'And what is to be. Deliveries that are over are kept for 30 days.',
    params: WebhookParams,
    querystring: PageOnlyQuery,
    response: {
      200: PageOf(Delivery, 'the last to be written down first'),
      ...problemResponses({ 'webhook-not-found': true }, ROLE_CODES),
    },
  }
  app.get('/v1/webhooks/:id/deliveries', { config, schema }, async (request, reply) => {
    const page = pageRequest(request.query, isEpochMilliseconds)
    const outcome = await listDeliveries(actorOf(request), request.params.id as WebhookId, page)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply.send(sendablePage(outcome.value, presentDelivery))
  })
}

function replayRoute(app: App, { replayDelivery }: WebhookDeliveryUseCases): void {
  const schema = {
    operationId: 'replayWebhookDelivery',
    tags: ['Webhooks'],
    summary: 'Have something sent again',
    description:
      'At once and with all its tries, whatever became of it before: the same `webhook-id` and the same bytes, newly signed. What you may not see any more, such as bookings of others since you are no admin, is `forbidden`.',
    params: DeliveryParams,
    response: {
      202: Answer('It is about to be sent again.', Delivery),
      ...problemResponses({ ...pingCodes, 'delivery-not-found': true }, ROLE_CODES),
    },
  }
  const url = '/v1/webhooks/:id/deliveries/:delivery_id/replay'
  app.post(url, { config, schema }, async (request, reply) => {
    const { id, delivery_id: deliveryId } = request.params
    const outcome = await replayDelivery(actorOf(request), id as WebhookId, deliveryId as DeliveryId)
    if (!outcome.ok) return sendRefusal(reply, outcome.rejection)
    return reply.code(202).send(presentDelivery(outcome.value))
  })
}
