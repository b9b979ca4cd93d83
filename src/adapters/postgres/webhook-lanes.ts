import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import { ROLES } from '../../domain/actor.ts'
import type { DeliveryId, EventId, UserId, WebhookId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { mayBeSent } from '../../domain/webhook.ts'
import type { TakenDelivery } from '../../domain/webhook-delivery.ts'
import { FORGOTTEN_SECONDS, HELD_SECONDS, type Holder, type Lane } from '../../domain/webhook-lane.ts'
import { branded, instantColumn } from './values.ts'
import { giveUp } from './webhook-outcomes.ts'
import { laneRow } from './webhook-rows.ts'
import { secretFields, toSecrets } from './webhook-secrets.ts'
import { HAS_SHARE, IS_FIRST, lockShare } from './webhook-shares.ts'

const nothing = z.object({})

/** Takes a lane that nobody holds and for which there is a share, or goes on holding it; whether that is so. */
export async function holdLane(
  tx: DatabaseTransactionConnection,
  lane: Lane,
  holder: Holder,
): Promise<boolean> {
  if (await goOnHolding(tx, lane, holder)) return true
  await lockShare(tx, lane.endpointId)
  // Sees what has been taken by those who had the lock before.
  const { rowCount } = await tx.query(sql.type(nothing)`
    update webhook_lanes
    set
      holder = ${holder},
      held_until = ${HELD_UNTIL}
    from webhook_endpoints
    where webhook_lanes.endpoint_id = ${lane.endpointId}
      and webhook_lanes.lane = ${lane.lane}
      and (webhook_lanes.holder is null or webhook_lanes.held_until <= clock_timestamp())
      and webhook_endpoints.id = webhook_lanes.endpoint_id
      and ${HAS_SHARE}
  `)
  return rowCount > 0
}

const HELD_UNTIL = sql.fragment`clock_timestamp() + make_interval(secs => ${HELD_SECONDS})`

async function goOnHolding(
  tx: DatabaseTransactionConnection,
  { endpointId, lane }: Lane,
  holder: Holder,
): Promise<boolean> {
  const { rowCount } = await tx.query(sql.type(nothing)`
    update webhook_lanes
    set held_until = ${HELD_UNTIL}
    where endpoint_id = ${endpointId}
      and lane = ${lane}
      and holder = ${holder}
  `)
  return rowCount > 0
}

/** Lets others into a lane; whether it was held by this holder. */
export async function letGo(
  tx: DatabaseTransactionConnection,
  { endpointId, lane }: Lane,
  holder: Holder,
): Promise<boolean> {
  const { rowCount } = await tx.query(sql.type(nothing)`
    update webhook_lanes
    set
      holder = null,
      held_until = null
    where endpoint_id = ${endpointId}
      and lane = ${lane}
      and holder = ${holder}
  `)
  return rowCount > 0
}

/** Whether an endpoint is called at all, and its owner may still hear of things. */
export async function mayBeCalled(
  tx: DatabaseTransactionConnection,
  endpointId: WebhookId,
): Promise<boolean> {
  const found = await tx.maybeOne(sql.type(nothing)`
    select
    from webhook_endpoints
    join auth.users on users.id = webhook_endpoints.owner_id
    where webhook_endpoints.id = ${endpointId}
      and webhook_endpoints.disabled_because is null
      and webhook_endpoints.deleted_at is null
      and users.deactivated_at is null
  `)
  return found !== null
}

const takenRow = z
  .object({
    id: branded<DeliveryId>(),
    endpoint_id: branded<WebhookId>(),
    event_id: branded<EventId>(),
    body: z.string(),
    tries: z.number(),
    attempt_count: z.number(),
    url: z.string(),
    failing_since: instantColumn.nullable(),
    ...secretFields,
    owner_id: branded<UserId>(),
    roles: z.array(z.enum(ROLES)),
    now: instantColumn,
  })
  .transform((row) => ({
    owner: { userId: row.owner_id, roles: row.roles },
    delivery: {
      id: row.id,
      endpointId: row.endpoint_id,
      eventId: row.event_id,
      body: row.body,
      tries: row.tries,
      attemptCount: row.attempt_count,
      url: row.url,
      failingSince: row.failing_since,
      secrets: toSecrets(row),
      now: Math.floor(row.now) as Instant,
    } satisfies TakenDelivery,
  }))

/** So that a lane is held for no longer than it may be; whoever leaves it has someone called to what is left. */
const MOST_GIVEN_UP_AT_ONCE = 100

/** The delivery of a lane whose turn it is. Those before it that its owner may not see any more are given up. */
export async function takeNext(
  tx: DatabaseTransactionConnection,
  lane: Lane,
): Promise<TakenDelivery | undefined> {
  for (let givenUp = 0; givenUp < MOST_GIVEN_UP_AT_ONCE; givenUp++) {
    const next = await tx.maybeOne(nextDelivery(lane))
    if (next === null) return undefined
    if (mayBeSent(next.owner, next.delivery.body)) return next.delivery
    await giveUp(tx, next.delivery)
  }
  return undefined
}

const nextDelivery = ({ endpointId, lane }: Lane) => sql.type(takenRow)`
  select
    webhook_deliveries.id,
    webhook_deliveries.endpoint_id,
    webhook_deliveries.event_id,
    webhook_deliveries.body,
    webhook_deliveries.tries,
    webhook_deliveries.attempt_count,
    webhook_endpoints.url,
    webhook_endpoints.failing_since,
    webhook_secrets.secret,
    webhook_secrets.previous_secret,
    webhook_secrets.previous_ends_at,
    webhook_endpoints.owner_id,
    users.roles,
    statement_timestamp() as now
  from webhook_deliveries
  join webhook_endpoints on webhook_endpoints.id = webhook_deliveries.endpoint_id
  join auth.webhook_secrets on webhook_secrets.endpoint_id = webhook_endpoints.id
  join auth.users on users.id = webhook_endpoints.owner_id
  where webhook_deliveries.endpoint_id = ${endpointId}
    and webhook_deliveries.lane = ${lane}
    and webhook_deliveries.status = 'pending'
    and webhook_deliveries.due_at <= statement_timestamp()
    and ${IS_FIRST}
  order by webhook_deliveries.due_at, webhook_deliveries.sequence
  limit 1
`

const dueRow = z.object({ due_at: instantColumn.nullable() })

/** When a lane has something to do next, null for now; no row where there is nothing. */
export const nextTurn = ({ endpointId, lane }: Lane) => sql.type(dueRow)`
  select
    case
      when webhook_deliveries.due_at > statement_timestamp()
      then webhook_deliveries.due_at
    end as due_at
  from webhook_deliveries
  where webhook_deliveries.endpoint_id = ${endpointId}
    and webhook_deliveries.lane = ${lane}
    and webhook_deliveries.status = 'pending'
    and ${IS_FIRST}
  order by webhook_deliveries.due_at
  limit 1
`

/** Lanes in which something has been due for some time, and nobody works, though one might. */
export const forgottenLanes = (limit: number) => sql.type(laneRow)`
  select webhook_lanes.endpoint_id, webhook_lanes.lane
  from webhook_lanes
  join webhook_endpoints on webhook_endpoints.id = webhook_lanes.endpoint_id
  where webhook_endpoints.deleted_at is null
    and (webhook_lanes.holder is null or webhook_lanes.held_until <= statement_timestamp())
    and (webhook_lanes.endpoint_id, webhook_lanes.lane) in (
      select webhook_deliveries.endpoint_id, webhook_deliveries.lane
      from webhook_deliveries
      where webhook_deliveries.status = 'pending'
        and webhook_deliveries.due_at < statement_timestamp() - make_interval(secs => ${FORGOTTEN_SECONDS})
        and ${IS_FIRST}
    )
    and ${HAS_SHARE}
  limit ${limit}
`
