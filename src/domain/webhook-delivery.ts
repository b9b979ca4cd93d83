import type { DeliveryId, EventId, WebhookId } from './ids.ts'
import { formatInstant, type Instant, plusMinutes } from './instant.ts'
import type { Json } from './json.ts'
import type { DisabledReason, WebhookEndpoint, WebhookEventType } from './webhook.ts'

/** How many requests an endpoint may have to answer at once: one for each lane. */
export const LANES = 4

/** One of the ways to an endpoint. Each takes one request at a time. */
export interface Lane {
  readonly endpointId: WebhookId
  /** From 0 up to LANES. */
  readonly lane: number
}

/** Everything about one subject takes one lane, and so goes out in order. */
export const laneOf = (subjectId: string) =>
  [...subjectId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7) % LANES

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

/** What became of one request: a status, or why there is none. */
export interface Answer {
  readonly durationMilliseconds: number
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

const GONE = 410
/** By these a receiver says when to come again. */
const PUTTING_OFF = [429, 503]

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

export interface Tried {
  /** How many tries there have been before in this round. */
  readonly tries: number
  readonly failingSince: Instant | null
}

/**
 * Judges an answer: 2xx is a yes, 410 ends the endpoint, and everything else is tried again for as long as the schedule
 * has it. A redirect is no yes: whoever signs a message does not send it elsewhere.
 *
 * @param chance from 0 up to 1
 */
export function judgeAnswer(
  answer: Answer,
  { tries, failingSince }: Tried,
  now: Instant,
  chance: number,
): Verdict {
  const { status } = answer
  if (status !== null && status >= 200 && status < 300) {
    return { outcome: 'delivered', afterMilliseconds: 0, failingSince: null, disable: null }
  }
  const since = failingSince ?? now
  const over = { outcome: 'failed', afterMilliseconds: 0, failingSince: since } as const
  if (status === GONE) return { ...over, disable: 'gone' }
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

const askedFor = ({ status, retryAfterSeconds }: Answer) =>
  status !== null && PUTTING_OFF.includes(status)
    ? Math.min(retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS)
    : 0

/** Reads `Retry-After`: seconds or a date (RFC 9110, section 10.2.3). Null for what is neither, or is over. */
export function readRetryAfter(header: string | undefined, now: Instant): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header)
  const date = /^[A-Z][a-z]{2}, .* GMT$/.test(header) ? Date.parse(header) : Number.NaN
  return date > now ? Math.ceil((date - now) / 1_000) : null
}

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
