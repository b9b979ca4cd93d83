import { formatInstant } from '../../domain/instant.ts'
import { isActive, type WebhookEndpoint } from '../../domain/webhook.ts'
import type { Delivery } from '../../domain/webhook-delivery.ts'
import type { DeliveryBody, WebhookBody } from './schemas/webhooks.ts'

export const presentWebhook = (endpoint: WebhookEndpoint): WebhookBody => ({
  id: endpoint.id,
  owner_id: endpoint.ownerId,
  url: endpoint.url,
  types: [...endpoint.types],
  description: endpoint.description,
  is_active: isActive(endpoint),
  disabled_because: endpoint.disabledBecause,
  version: endpoint.version,
  created_at: formatInstant(endpoint.createdAt),
  updated_at: formatInstant(endpoint.updatedAt),
})

export const presentDelivery = (delivery: Delivery): DeliveryBody => ({
  id: delivery.id,
  webhook_id: delivery.endpointId,
  event_id: delivery.eventId,
  event_type: delivery.eventType,
  status: delivery.status,
  attempts: delivery.attempts.map(({ at, durationMilliseconds, status, error }) => ({
    at: formatInstant(at),
    duration_ms: durationMilliseconds,
    status_code: status,
    error,
  })),
  next_attempt_at: delivery.nextAttemptAt === null ? null : formatInstant(delivery.nextAttemptAt),
  created_at: formatInstant(delivery.createdAt),
})
