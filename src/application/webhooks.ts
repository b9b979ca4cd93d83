import { type Actor, isAdmin } from '../domain/actor.ts'
import type { AccountInactive } from '../domain/booking-request.ts'
import type { WebhookId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { InvalidInput } from '../domain/violation.ts'
import {
  changeWebhook as change,
  mayChangeWebhook,
  maySeeWebhook,
  newWebhook,
  type WebhookChange,
  type WebhookDraft,
  type WebhookEndpoint,
} from '../domain/webhook.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import type { TooManyWebhooks, WebhookEndpoints, WebhookNotFound } from './ports/webhook-endpoints.ts'
import type { WebhookSender } from './ports/webhook-sender.ts'
import type { Forbidden } from './services.ts'

export interface WebhookPorts {
  readonly webhooks: WebhookEndpoints
  readonly sender: WebhookSender
  readonly clock: Clock
  readonly newId: NewId
  /** Whether what is not public may be called. */
  readonly allowPrivate: boolean
}

/** An endpoint with its secret, which nobody is shown again. */
export interface CreatedWebhook {
  readonly endpoint: WebhookEndpoint
  readonly secret: string
}

export type CreateWebhookRejection = InvalidInput | TooManyWebhooks | AccountInactive

export type CreateWebhook = (
  actor: Actor,
  draft: WebhookDraft,
) => Promise<Result<CreatedWebhook, CreateWebhookRejection>>

/** Has an address called about what the actor may see. */
export const createWebhook =
  ({ webhooks, sender, clock, newId, allowPrivate }: WebhookPorts): CreateWebhook =>
  async (actor, draft) => {
    const judged = { target: sender.readTarget(draft.url), allowPrivate }
    const decision = newWebhook(newId() as WebhookId, actor.userId, draft, judged, clock())
    if (!decision.ok) return decision
    const secret = sender.newSecret()
    const added = await webhooks.add(decision.value, secret)
    return added.ok ? ok({ endpoint: added.value, secret }) : added
  }

export type ReadWebhook = (actor: Actor, id: WebhookId) => Promise<Result<WebhookEndpoint, WebhookNotFound>>

/** An endpoint, for its owner and for admins; to everyone else it does not exist. */
export const readWebhook =
  ({ webhooks }: Pick<WebhookPorts, 'webhooks'>): ReadWebhook =>
  async (actor, id) => {
    const endpoint = await webhooks.find(id)
    return endpoint && maySeeWebhook(actor, endpoint) ? ok(endpoint) : reject({ code: 'webhook-not-found' })
  }

export type ListWebhooks = (actor: Actor, page: PageRequest) => Promise<Page<WebhookEndpoint>>

/** One's own endpoints; for admins everyone's. */
export const listWebhooks =
  ({ webhooks }: Pick<WebhookPorts, 'webhooks'>): ListWebhooks =>
  (actor, page) =>
    webhooks.list(isAdmin(actor) ? null : actor.userId, page)

/**
 * An endpoint that is the actor's own. Admins may see those of others, and are told that this is not theirs to do; to
 * everyone else they do not exist.
 */
export async function ownWebhook(
  webhooks: WebhookEndpoints,
  actor: Actor,
  id: WebhookId,
): Promise<Result<WebhookEndpoint, WebhookNotFound | Forbidden>> {
  const found = await readWebhook({ webhooks })(actor, id)
  return !found.ok || mayChangeWebhook(actor, found.value) ? found : reject({ code: 'forbidden' })
}

export type ChangeWebhookRejection = WebhookNotFound | Forbidden | InvalidInput | VersionMismatch

export type ChangeWebhook = (
  actor: Actor,
  id: WebhookId,
  change: WebhookChange,
  expectedVersion: number | null,
) => Promise<Result<WebhookEndpoint, ChangeWebhookRejection>>

/** Makes the next version of an endpoint; a lost race is run again on what the winner wrote. */
export const changeWebhook =
  ({ webhooks, sender, clock, allowPrivate }: Omit<WebhookPorts, 'newId'>): ChangeWebhook =>
  async (actor, id, draft, expectedVersion) => {
    const { url } = draft
    const judged = url === undefined ? null : { target: sender.readTarget(url), allowPrivate }
    for (;;) {
      const found = await ownWebhook(webhooks, actor, id)
      if (!found.ok) return found
      const { version } = found.value
      if (expectedVersion !== null && expectedVersion !== version) {
        return reject({ code: 'version-mismatch', version })
      }
      const next = change(found.value, draft, judged, clock())
      if (!next.ok || next.value === found.value) return next
      const replaced = await webhooks.replace(next.value)
      if (replaced.ok || expectedVersion !== null) return replaced
    }
  }

export type RemoveWebhook = (
  actor: Actor,
  id: WebhookId,
  expectedVersion: number | null,
) => Promise<Result<null, WebhookNotFound | VersionMismatch>>

/** Takes an endpoint away; admins may, too: it is their server that calls. */
export const removeWebhook =
  ({ webhooks, clock }: Pick<WebhookPorts, 'webhooks' | 'clock'>): RemoveWebhook =>
  async (actor, id, expectedVersion) => {
    const found = await readWebhook({ webhooks })(actor, id)
    if (!found.ok) return found
    const { version } = found.value
    return expectedVersion !== null && expectedVersion !== version
      ? reject({ code: 'version-mismatch', version })
      : webhooks.remove(id, clock())
  }
