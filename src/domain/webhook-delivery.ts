import type { DeliveryId, EventId, WebhookId } from './ids.ts'
import { formatInstant, type Instant, plusMinutes } from './instant.ts'
import type { Json } from './json.ts'
import type { DisabledReason, WebhookEndpoint, WebhookEventType } from './webhook.ts'
import type { WebhookSecrets } from './webhook-secret.ts'

export type WebhookMessageType = WebhookEventType | 'webhook.ping'

/** One message that is to be delivered to one endpoint. */
export interface NewDelivery {
  readonly id: DeliveryId
  readonly endpointId: WebhookId
  /** The same for every try and every endpoint. */
  readonly eventId: EventId
  readonly eventType: WebhookMessageType
  readonly subjectId: string
  /** Every byte of what is sent. */
  readonly body: string
}

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** Why there was no answer. */
export const DELIVERY_ERRORS = [
  'name-not-found',
  'forbidden-address',
  'connection-failed',
  'tls-failed',
  'timed-out',
  'broken-answer',
] as const
export type DeliveryError = (typeof DELIVERY_ERRORS)[number]

/**
 * What a receiver means by its answer: it has the message; it is gone for good; it has no time now; or anything else, as
 * when there is no answer, or it sends the message elsewhere: whoever signs one lets nobody else have it.
 */
export type Meaning = 'taken' | 'gone' | 'busy' | 'failed'

/** What became of one request: a status with what it means, or why there is none. */
export interface Answer {
  readonly durationMilliseconds: number
  readonly meaning: Meaning
  readonly status: number | null
  readonly error: DeliveryError | null
  /** What the receiver asks for; null where it does not. */
  readonly retryAfterSeconds: number | null
}

export interface Attempt extends Pick<Answer, 'durationMilliseconds' | 'status' | 'error'> {
  readonly at: Instant
}

/** A delivery as its owner sees it. */
export interface Delivery extends Omit<NewDelivery, 'body' | 'subjectId'> {
  readonly status: DeliveryStatus
  /** The newest ones, in order of time. */
  readonly attempts: readonly Attempt[]
  /** Null for one that is over. */
  readonly nextAttemptAt: Instant | null
  readonly createdAt: Instant
}

const MINUTE_SECONDS = 60
const HOUR_SECONDS = 3_600

/** How long to wait after each failed try (Standard Webhooks, "Deliverability and reliability"). */
export const RETRY_SECONDS: readonly number[] = [
  5,
  5 * MINUTE_SECONDS,
  30 * MINUTE_SECONDS,
  2 * HOUR_SECONDS,
  5 * HOUR_SECONDS,
  10 * HOUR_SECONDS,
  14 * HOUR_SECONDS,
  20 * HOUR_SECONDS,
  24 * HOUR_SECONDS,
]

/** So much longer at most, so that what failed together does not come back together. */
const JITTER = 0.2
const LONGEST_RETRY_AFTER_SECONDS = 24 * HOUR_SECONDS
/** An endpoint none of whose messages has arrived for so long is not called any more. */
const FAILING_MINUTES = 5 * 1_440

/** What follows from an answer. */
export interface Verdict {
  readonly outcome: 'delivered' | 'again' | 'failed'
  /** How long to wait before the next try; 0 where there is none. */
  readonly afterMilliseconds: number
  /** Since when every attempt at the endpoint has failed; null after one that has not. */
  readonly failingSince: Instant | null
  /** Why the endpoint is not to be called any more; null where it is. */
  readonly disable: Exclude<DisabledReason, 'owner'> | null
}

/** What has been tried of a delivery, and how its endpoint has been. */
export interface Tried {
  /** How many tries there have been before in this round. */
  readonly tries: number
  readonly failingSince: Instant | null
}

/**
 * Judges an answer: what is taken is delivered, a receiver that is gone ends the endpoint, and everything else is tried
 * again for as long as the schedule has it, after the time that a busy one asks for where that is longer.
 *
 * @param chance from 0 up to 1
 */
export function judgeAnswer(
  answer: Answer,
  { tries, failingSince }: Tried,
  now: Instant,
  chance: number,
): Verdict {
  const { meaning } = answer
  if (meaning === 'taken') {
    return { outcome: 'delivered', afterMilliseconds: 0, failingSince: null, disable: null }
  }
  const since = failingSince ?? now
  const over = { outcome: 'failed', afterMilliseconds: 0, failingSince: since } as const
  if (meaning === 'gone') return { ...over, disable: 'gone' }
  if (now >= plusMinutes(since, FAILING_MINUTES)) return { ...over, disable: 'failing' }
  const planned = RETRY_SECONDS[tries]
  if (planned === undefined) return { ...over, disable: null }
  const seconds = Math.max(planned * (1 + JITTER * chance), askedFor(answer))
  return {
    outcome: 'again',
    afterMilliseconds: Math.round(seconds * 1_000),
    failingSince: since,
    disable: null,
  }
}

const askedFor = ({ meaning, retryAfterSeconds }: Answer) =>
  meaning === 'busy' ? Math.min(retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS) : 0

/** A delivery whose turn it is, with all that it takes to make the next attempt. */
export interface TakenDelivery extends Tried {
  readonly id: DeliveryId
  readonly endpointId: WebhookId
  readonly eventId: EventId
  readonly body: string
  readonly url: string
  readonly secrets: WebhookSecrets
  /** How many attempts there have been; the next one is noted if there has been no other meanwhile. */
  readonly attemptCount: number
  /** The clock of the store. */
  readonly now: Instant
}

/** How many attempts of a delivery are shown: replays may make any number. */
export const SHOWN_ATTEMPTS = 20

/** For how long the owner of an endpoint can look at what was delivered, and have it delivered again. */
export const DELIVERIES_KEPT_DAYS = 30

/** What is sent to see whether an endpoint answers: in the form of an event, and in no log. */
export const pingMessage = (
  id: EventId,
  { id: endpointId, version }: WebhookEndpoint,
  now: Instant,
): Readonly<Record<string, Json>> => ({
  id,
  type: 'webhook.ping',
  occurred_at: formatInstant(now),
  subject: { type: 'webhook', id: endpointId, version },
  data: {},
})
