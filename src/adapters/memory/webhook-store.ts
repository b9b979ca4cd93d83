import type { WebhookId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { WebhookEndpoint } from '../../domain/webhook.ts'
import type { Attempt, DeliveryStatus, NewDelivery } from '../../domain/webhook-delivery.ts'
import type { Holder, Lane } from '../../domain/webhook-lane.ts'
import type { WebhookSecrets } from '../../domain/webhook-secret.ts'

/** What the memory adapters of webhooks share. */
export interface MemoryWebhooks {
  readonly endpoints: Map<WebhookId, MemoryEndpoint>
  /** In the order in which they were added. */
  deliveries: readonly MemoryDelivery[]
  /** Who works in a lane, and until when, by the name of the lane. */
  readonly lanes: Map<string, { readonly lane: Lane; readonly holder: Holder; readonly heldUntil: Instant }>
  /** When someone is called to a lane, by the name of the lane. */
  readonly calls: Map<string, { readonly lane: Lane; readonly at: Instant }>
}

export interface MemoryEndpoint {
  readonly endpoint: WebhookEndpoint
  readonly secrets: WebhookSecrets
  readonly failingSince: Instant | null
}

export interface MemoryDelivery extends NewDelivery {
  readonly lane: number
  readonly status: DeliveryStatus
  readonly tries: number
  readonly attempts: readonly Attempt[]
  readonly dueAt: Instant | null
  readonly createdAt: Instant
}

export const memoryWebhooks = (): MemoryWebhooks => ({
  endpoints: new Map(),
  deliveries: [],
  lanes: new Map(),
  calls: new Map(),
})

/** Changes the deliveries that are so. */
export function changeDeliveries(
  store: MemoryWebhooks,
  isMeant: (delivery: MemoryDelivery) => boolean,
  change: Partial<MemoryDelivery>,
): void {
  store.deliveries = store.deliveries.map((delivery) =>
    isMeant(delivery) ? { ...delivery, ...change } : delivery,
  )
}

/** Gives up those of the pending deliveries that are so. */
export const giveUp = (store: MemoryWebhooks, isMeant: (delivery: MemoryDelivery) => boolean) =>
  changeDeliveries(store, (each) => each.status === 'pending' && isMeant(each), {
    status: 'failed',
    dueAt: null,
  })

/** Gives up all that is still to be delivered to an endpoint. */
export const giveUpAll = (store: MemoryWebhooks, id: WebhookId) =>
  giveUp(store, ({ endpointId }) => endpointId === id)
