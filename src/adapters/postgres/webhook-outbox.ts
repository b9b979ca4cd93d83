import { type DatabasePool, sql } from 'slonik'
import { z } from 'zod'
import { ROLES } from '../../domain/actor.ts'
import type { DeliveryId, UserId } from '../../domain/ids.ts'
import type { LoggedEvent } from '../../domain/logged-event.ts'
import {
  isCalledAbout,
  type Listening,
  WEBHOOK_EVENT_TYPES,
  type WebhookEventType,
} from '../../domain/webhook.ts'
import type { NewDelivery } from '../../domain/webhook-delivery.ts'
import type { PostgresDatabase } from './database.ts'
import type { EventReader } from './event-reader.ts'
import { addDeliveries } from './webhook-deliveries.ts'
import { toWebhook, webhookColumns, webhookFields } from './webhook-rows.ts'

export interface WebhookOutboxOptions {
  readonly newId: () => string
  /** An event as it is sent. */
  readonly textOf: (event: LoggedEvent) => string
}

/** Says what is to be delivered because of events, in their order. */
export const prepareWebhookDeliveries =
  (
    { pool }: Pick<PostgresDatabase, 'pool'>,
    { newId, textOf }: WebhookOutboxOptions,
  ): EventReader['prepare'] =>
  async (events) => {
    const told = events.filter(({ type }) => isWebhookType(type))
    const listening = told.length === 0 ? [] : await listeningTo(pool, told)
    const deliveries = told.flatMap((event) =>
      listening
        .filter((each) => isCalledAbout(each, event))
        .map(
          ({ endpoint }): NewDelivery => ({
            id: newId() as DeliveryId,
            endpointId: endpoint.id,
            eventId: event.id,
            eventType: event.type as WebhookEventType,
            subjectId: event.subject.id,
            body: textOf(event),
          }),
        ),
    )
    return deliveries.length === 0 ? null : (tx) => addDeliveries(tx, deliveries)
  }

const isWebhookType = (type: string) => WEBHOOK_EVENT_TYPES.some((known) => known === type)

const listeningRow = z.object({ ...webhookFields, roles: z.array(z.enum(ROLES)) }).transform(
  ({ roles, ...row }): Listening => ({
    endpoint: toWebhook(row),
    owner: { userId: row.owner_id, roles },
  }),
)

/** The endpoints of those whom the events may be about, and of admins: more than are called, and few of all there are. */
async function listeningTo(
  pool: DatabasePool,
  events: readonly LoggedEvent[],
): Promise<readonly Listening[]> {
  const concerned = events.flatMap(({ providerId, customerId }) => [providerId, customerId])
  const users = [...new Set(concerned.filter((id): id is UserId => id !== null))]
  return pool.any(sql.type(listeningRow)`
    select ${webhookColumns}, users.roles
    from webhook_endpoints
    join auth.users on users.id = webhook_endpoints.owner_id
    where webhook_endpoints.disabled_because is null
      and webhook_endpoints.deleted_at is null
      and users.deactivated_at is null
      and (webhook_endpoints.owner_id = any(${sql.array(users, 'uuid')}) or 'admin' = any(users.roles))
    order by webhook_endpoints.id
  `)
}
