import type { Actor } from '../domain/actor.ts'
import type { DeliveryId, EventId, WebhookId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { isActive, mayBeSent } from '../domain/webhook.ts'
import { type Delivery, pingMessage } from '../domain/webhook-delivery.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { WebhookDeliveries } from './ports/webhook-deliveries.ts'
import type { WebhookNotFound } from './ports/webhook-endpoints.ts'
import type { Forbidden } from './services.ts'
import { ownWebhook, readWebhook, type WebhookPorts } from './webhooks.ts'

/** The endpoint is not called at the moment. */
export interface WebhookDisabled {
  readonly code: 'webhook-disabled'
}

export interface DeliveryNotFound {
  readonly code: 'delivery-not-found'
}

type DeliveryPorts = Pick<WebhookPorts, 'webhooks' | 'clock' | 'newId'> & {
  readonly deliveries: WebhookDeliveries
}

export type PingWebhookRejection = WebhookNotFound | Forbidden | WebhookDisabled

export type PingWebhook = (
  actor: Actor,
  id: WebhookId,
) => Promise<Result<{ readonly eventId: EventId }, PingWebhookRejection>>

/** Has a message delivered that says nothing, by the way that all take; tells the id that it will come with. */
export const pingWebhook =
  ({ webhooks, deliveries, clock, newId }: DeliveryPorts): PingWebhook =>
  async (actor, id) => {
    const found = await ownWebhook(webhooks, actor, id)
    if (!found.ok) return found
    if (!isActive(found.value)) return reject({ code: 'webhook-disabled' })
    const eventId = newId() as EventId
    const body = JSON.stringify(pingMessage(eventId, found.value, clock()))
    // A subject of its own: it waits for no other ping.
    const message = { endpointId: id, eventId, eventType: 'webhook.ping', subjectId: eventId, body } as const
    await deliveries.add([{ id: newId() as DeliveryId, ...message }])
    return ok({ eventId })
  }

export type ListDeliveries = (
  actor: Actor,
  id: WebhookId,
  page: PageRequest,
) => Promise<Result<Page<Delivery>, WebhookNotFound>>

/** What was delivered to an endpoint and what is to be, the newest first. */
export const listDeliveries =
  ({ webhooks, deliveries }: Pick<DeliveryPorts, 'webhooks' | 'deliveries'>): ListDeliveries =>
  async (actor, id, page) => {
    const found = await readWebhook({ webhooks })(actor, id)
    return found.ok ? ok(await deliveries.list(id, page)) : found
  }

export type ReplayDelivery = (
  actor: Actor,
  id: WebhookId,
  deliveryId: DeliveryId,
) => Promise<Result<Delivery, PingWebhookRejection | DeliveryNotFound>>

/**
 * Has something delivered again, or at once where it waits for its next try: if the owner may still see what it tells. Whoever
 * was an admin when it was sent, and is none any more, has no business with the bookings of others.
 */
export const replayDelivery =
  ({ webhooks, deliveries }: Pick<DeliveryPorts, 'webhooks' | 'deliveries'>): ReplayDelivery =>
  async (actor, id, deliveryId) => {
    const found = await ownWebhook(webhooks, actor, id)
    if (!found.ok) return found
    if (!isActive(found.value)) return reject({ code: 'webhook-disabled' })
    const body = await deliveries.bodyOf(id, deliveryId)
    if (body === undefined) return reject({ code: 'delivery-not-found' })
    if (!mayBeSent(actor, body)) return reject({ code: 'forbidden' })
    const replayed = await deliveries.replay(id, deliveryId)
    return replayed ? ok(replayed) : reject({ code: 'delivery-not-found' })
  }
