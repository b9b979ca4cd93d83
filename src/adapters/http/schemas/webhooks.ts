import { type Static, Type } from 'typebox'
import { DISABLED_REASONS, WEBHOOK_EVENT_TYPES } from '../../../domain/webhook.ts'
import { DELIVERY_ERRORS, DELIVERY_STATUSES } from '../../../domain/webhook-delivery.ts'
import { Instant, OneOf, PageQuery, Strict, Text, Uuid, Words } from './common.ts'

const MOST_URL = 2_048
const MOST_DESCRIPTION = 500

const fields = {
  url: Words(
    MOST_URL,
    'What is called with `POST`: https, on port 443 or one from 1024 on, without user, password and fragment. The host has at most 253 characters, and 1 to 63 between two dots.',
  ),
  types: Type.Array(OneOf(WEBHOOK_EVENT_TYPES, 'A type of events.'), {
    minItems: 1,
    maxItems: WEBHOOK_EVENT_TYPES.length,
    uniqueItems: true,
    description: 'What it is called about.',
  }),
  description: Text(MOST_DESCRIPTION, 'What it is for, in words of your own.'),
}

export const WebhookParams = Strict({ id: Uuid('The webhook.') })

export const DeliveryParams = Strict({ id: Uuid('The webhook.'), delivery_id: Uuid('The delivery.') })

export const PageOnlyQuery = Strict(PageQuery)

export const CreateWebhookBody = Strict(
  { url: fields.url, types: fields.types, description: Type.Optional(fields.description) },
  {
    examples: [
      { url: 'https://example.com/hooks/bookings', types: ['booking.created', 'booking.cancelled'] },
    ],
  },
)

export const ChangeWebhookBody = Strict(
  {
    url: Type.Optional(fields.url),
    types: Type.Optional(fields.types),
    description: Type.Optional(fields.description),
    is_active: Type.Optional(Type.Boolean({ description: 'Whether it is called.' })),
  },
  { examples: [{ types: ['booking.created', 'booking.rescheduled', 'booking.cancelled'] }] },
)

const nullable = <const T extends readonly string[]>(words: T, description: string) =>
  Type.Unsafe<T[number] | null>({ type: ['string', 'null'], enum: [...words, null], description })

const webhookProperties = {
  id: Uuid('The webhook.'),
  owner_id: Uuid('Whose it is; it is called about what they may see.'),
  url: Type.String({ description: 'What is called.' }),
  types: Type.Array(OneOf(WEBHOOK_EVENT_TYPES, 'A type of events.'), {
    description: 'What it is called about.',
  }),
  description: Type.String({ description: 'What it is for.' }),
  is_active: Type.Boolean({ description: 'Whether it is called.' }),
  disabled_because: nullable(
    DISABLED_REASONS,
    'Null for one that is called. `owner`: as asked. `gone`: it has answered 410. `failing`: nothing has arrived for five days.',
  ),
  version: Type.Integer({ description: 'Grows by one with every change.' }),
  created_at: Instant('When it was made.'),
  updated_at: Instant('When it was last changed.'),
}

export const Webhook = Type.Object(webhookProperties, { $id: 'Webhook' })

const Secret = Type.String({
  pattern: '^whsec_[A-Za-z0-9+/]+=*$',
  description: 'What messages are signed with. It is shown this once.',
})

export const CreatedWebhook = Type.Object({ ...webhookProperties, secret: Secret }, { $id: 'CreatedWebhook' })

export const RotatedSecret = Type.Object(
  {
    secret: Secret,
    previous_secret_expires_at: Instant('Until when messages are signed with the one before as well.'),
  },
  { $id: 'RotatedSecret' },
)

export const Ping = Type.Object(
  { event_id: Uuid('The `webhook-id` that the message comes with.') },
  { $id: 'Ping' },
)

const Attempt = Type.Object(
  {
    at: Instant('When.'),
    duration_ms: Type.Integer({ description: 'How many milliseconds it took.' }),
    status_code: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      description: 'What the receiver answered; null where there was no answer.',
    }),
    error: nullable(DELIVERY_ERRORS, 'Why there was no answer; null where there was one.'),
  },
  { description: 'One request.' },
)

export const Delivery = Type.Object(
  {
    id: Uuid('The delivery.'),
    webhook_id: Uuid('What is called.'),
    event_id: Uuid('The event, and the `webhook-id` of every attempt.'),
    event_type: OneOf([...WEBHOOK_EVENT_TYPES, 'webhook.ping'], 'What happened.'),
    status: OneOf(DELIVERY_STATUSES, '`pending` while it waits or is tried again.'),
    attempts: Type.Array(Attempt, { description: 'The newest 20, in order of time.' }),
    next_attempt_at: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'date-time',
      description: 'The earliest time of the next attempt; null for a delivery that is over.',
    }),
    created_at: Instant('When it was written down.'),
  },
  { $id: 'Delivery' },
)

export type WebhookBody = Static<typeof Webhook>
export type DeliveryBody = Static<typeof Delivery>
