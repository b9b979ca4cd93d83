import { type Actor, isSelfOrAdmin } from './actor.ts'
import type { UserId, WebhookId } from './ids.ts'
import type { Instant } from './instant.ts'
import { type Concerns, EVENT_TYPES, type EventType, type LoggedEvent, maySeeEvent } from './logged-event.ts'
import { ok, type Result, reject } from './result.ts'
import { type InvalidInput, invalidInput } from './violation.ts'
import { targetViolations, type WebhookTarget } from './webhook-target.ts'

/** How many endpoints a user may have. */
export const MOST_WEBHOOKS = 20

/** What is only shown to those who follow free time is nobody's event, and no endpoint is called about it. */
export type WebhookEventType = Exclude<EventType, 'availability.changed'>

export const WEBHOOK_EVENT_TYPES: readonly WebhookEventType[] = EVENT_TYPES.filter(
  (type) => type !== 'availability.changed',
)

/** Why an endpoint is not called: its owner wants it so, it has said that it is gone, or it has failed for days. */
export const DISABLED_REASONS = ['owner', 'gone', 'failing'] as const
export type DisabledReason = (typeof DISABLED_REASONS)[number]

/** An address that is called about what happens. */
export interface WebhookEndpoint {
  readonly id: WebhookId
  readonly ownerId: UserId
  readonly url: string
  /** At least one, each once. */
  readonly types: readonly WebhookEventType[]
  readonly description: string
  /** Null for one that is called. */
  readonly disabledBecause: DisabledReason | null
  /** Grows by one with every change. */
  readonly version: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** An endpoint as someone words it, with what its address turned out to be. */
export interface WebhookDraft {
  readonly url: string
  readonly types: readonly WebhookEventType[]
  readonly description: string
}

/** What is to be different; everything that is left out stays. */
export interface WebhookChange {
  readonly url?: string | undefined
  readonly types?: readonly WebhookEventType[] | undefined
  readonly description?: string | undefined
  readonly isActive?: boolean | undefined
}

/** An address with what it turned out to be; undefined for one that is none. */
export interface JudgedTarget {
  readonly target: WebhookTarget | undefined
  /** Whether this server may call what is not public, in development. */
  readonly allowPrivate: boolean
}

/** A new endpoint, or all that is wrong with it. */
export function newWebhook(
  id: WebhookId,
  ownerId: UserId,
  draft: WebhookDraft,
  { target, allowPrivate }: JudgedTarget,
  now: Instant,
): Result<WebhookEndpoint, InvalidInput> {
  const violations = targetViolations(target, allowPrivate)
  if (violations.length > 0) return reject(invalidInput(violations))
  return ok({
    ...draft,
    id,
    ownerId,
    disabledBecause: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  })
}

/**
 * The next version of an endpoint. A change that names nothing makes no version. Whatever has disabled an endpoint, its
 * owner enables it again.
 *
 * @param judged of the new address; null where the address stays
 */
export function changeWebhook(
  endpoint: WebhookEndpoint,
  { isActive, ...change }: WebhookChange,
  judged: JudgedTarget | null,
  now: Instant,
): Result<WebhookEndpoint, InvalidInput> {
  const violations = judged === null ? [] : targetViolations(judged.target, judged.allowPrivate)
  if (violations.length > 0) return reject(invalidInput(violations))
  const named = Object.entries(change).filter(([, value]) => value !== undefined)
  const disabledBecause = isActive === undefined ? endpoint.disabledBecause : disabledBy(endpoint, isActive)
  if (named.length === 0 && disabledBecause === endpoint.disabledBecause) return ok(endpoint)
  return ok({
    ...endpoint,
    ...(Object.fromEntries(named) as Partial<WebhookDraft>),
    disabledBecause,
    version: endpoint.version + 1,
    updatedAt: now,
  })
}

const disabledBy = ({ disabledBecause }: WebhookEndpoint, isActive: boolean): DisabledReason | null =>
  isActive ? null : (disabledBecause ?? 'owner')

export const isActive = ({ disabledBecause }: WebhookEndpoint) => disabledBecause === null

/** Endpoints are for their owners, and for admins: it is their server that calls. Admins may look, and take away. */
export const maySeeWebhook = (actor: Actor, { ownerId }: WebhookEndpoint) => isSelfOrAdmin(actor, ownerId)

/** What an endpoint is called about, and what it is signed with, is its owner's business alone. */
export const mayChangeWebhook = ({ userId }: Actor, { ownerId }: WebhookEndpoint) => userId === ownerId

/** An endpoint with the roles of its owner, which say what it gets to see. */
export interface Listening {
  readonly endpoint: WebhookEndpoint
  readonly owner: Actor
}

/** Whether an endpoint is called about an event: it asked for the type, and its owner may see the event. */
export const isCalledAbout = ({ endpoint, owner }: Listening, event: LoggedEvent): boolean =>
  isActive(endpoint) && endpoint.types.some((type) => type === event.type) && maySeeEvent(owner, event)

/** As much of a message as says whom it is about. */
interface Told {
  readonly type: string
  readonly subject: Concerns['subject']
  readonly data: { readonly provider_id?: UserId; readonly customer_id?: UserId }
}

/**
 * Whether the owner of an endpoint may be sent a message, the first time or once more: what they could see when it was made
 * may be none of their business now. A ping tells nothing.
 *
 * @param body as it is sent, which is all that is kept of it for longer than the log
 */
export function mayBeSent(owner: Actor, body: string): boolean {
  const { type, subject, data } = JSON.parse(body) as Told
  if (type === 'webhook.ping') return true
  const { provider_id: providerId = null, customer_id: customerId = null } = data
  return maySeeEvent(owner, { subject, providerId, customerId })
}
