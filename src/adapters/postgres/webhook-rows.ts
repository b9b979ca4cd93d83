import { sql } from 'slonik'
import { z } from 'zod'
import type { DeliveryId, EventId, UserId, WebhookId } from '../../domain/ids.ts'
import { DISABLED_REASONS, WEBHOOK_EVENT_TYPES, type WebhookEndpoint } from '../../domain/webhook.ts'
import {
  DELIVERY_ERRORS,
  DELIVERY_STATUSES,
  type Delivery,
  type WebhookMessageType,
} from '../../domain/webhook-delivery.ts'
import type { Lane } from '../../domain/webhook-lane.ts'
import { branded, countColumn, instantColumn } from './values.ts'

export const laneRow = z
  .object({ endpoint_id: branded<WebhookId>(), lane: z.number() })
  .transform((row): Lane => ({ endpointId: row.endpoint_id, lane: row.lane }))

export const webhookColumns = sql.fragment`
  webhook_endpoints.id,
  webhook_endpoints.owner_id,
  webhook_endpoints.url,
  webhook_endpoints.types,
  webhook_endpoints.description,
  webhook_endpoints.disabled_because,
  webhook_endpoints.version,
  webhook_endpoints.created_at,
  webhook_endpoints.updated_at
`

export const webhookFields = {
  id: branded<WebhookId>(),
  owner_id: branded<UserId>(),
  url: z.string(),
  types: z.array(z.enum(WEBHOOK_EVENT_TYPES)),
  description: z.string(),
  disabled_because: z.enum(DISABLED_REASONS).nullable(),
  version: z.number(),
  created_at: instantColumn,
  updated_at: instantColumn,
}

export const toWebhook = (row: z.output<z.ZodObject<typeof webhookFields>>): WebhookEndpoint => ({
  id: row.id,
  ownerId: row.owner_id,
  url: row.url,
  types: row.types,
  description: row.description,
  disabledBecause: row.disabled_because,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const MESSAGE_TYPES: readonly WebhookMessageType[] = [...WEBHOOK_EVENT_TYPES, 'webhook.ping']

/** The attempts come as JSON, the newest first, their times in milliseconds. */
const attempts = z.array(
  z
    .object({
      at: instantColumn,
      duration_milliseconds: z.number(),
      status_code: z.number().nullable(),
      error: z.enum(DELIVERY_ERRORS).nullable(),
    })
    .transform((row) => ({
      at: row.at,
      durationMilliseconds: row.duration_milliseconds,
      status: row.status_code,
      error: row.error,
    })),
)

const deliveryFields = {
  id: branded<DeliveryId>(),
  sequence: countColumn,
  endpoint_id: branded<WebhookId>(),
  event_id: branded<EventId>(),
  event_type: z.enum(MESSAGE_TYPES),
  status: z.enum(DELIVERY_STATUSES),
  due_at: instantColumn.nullable(),
  created_at: instantColumn,
  attempts,
}

const toDelivery = (row: z.output<z.ZodObject<typeof deliveryFields>>): Delivery => ({
  id: row.id,
  endpointId: row.endpoint_id,
  eventId: row.event_id,
  eventType: row.event_type,
  status: row.status,
  attempts: row.attempts.toReversed(),
  nextAttemptAt: row.due_at,
  createdAt: row.created_at,
})

/** A delivery with its place among those to its endpoint. */
export const deliveryRow = z
  .object(deliveryFields)
  .transform((row) => ({ sequence: row.sequence, delivery: toDelivery(row) }))
