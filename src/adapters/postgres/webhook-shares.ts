import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { WebhookId } from '../../domain/ids.ts'
import { type Lane, MOST_LANES_OF_OWNER } from '../../domain/webhook-lane.ts'
import { laneRow } from './webhook-rows.ts'

/** Apart from the other locks that are named by the id of a user. */
const SHARES = 4

/** Makes whoever takes a lane of the same owner wait, until the transaction ends. */
export async function lockShare(tx: DatabaseTransactionConnection, endpointId: WebhookId): Promise<void> {
  await tx.query(sql.type(z.object({}))`
    select pg_advisory_xact_lock(hashtextextended(owner_id::text, ${SHARES}))
    from webhook_endpoints
    where id = ${endpointId}
  `)
}

/** Whether one more lane of `webhook_endpoints` may be taken: its owner has some left, and one that fails has one alone. */
export const HAS_SHARE = sql.fragment`
  (
    select count(*)
    from webhook_endpoints as owned
    join webhook_lanes as held on held.endpoint_id = owned.id
    where owned.owner_id = webhook_endpoints.owner_id
      and held.held_until > clock_timestamp()
  ) < ${MOST_LANES_OF_OWNER}
  and (
    webhook_endpoints.failing_since is null
    or not exists (
      select
      from webhook_lanes as held
      where held.endpoint_id = webhook_endpoints.id
        and held.held_until > clock_timestamp()
    )
  )
`

/** What is before a delivery of its subject has to be over first. */
export const IS_FIRST = sql.fragment`
  not exists (
    select
    from webhook_deliveries as earlier
    where earlier.endpoint_id = webhook_deliveries.endpoint_id
      and earlier.subject_id = webhook_deliveries.subject_id
      and earlier.status = 'pending'
      and earlier.sequence < webhook_deliveries.sequence
  )
`

/** The other lanes of an owner that have something to do and may be taken, those that wait for the longest time first. */
export const lanesThatWait = ({ endpointId, lane }: Lane) => sql.type(laneRow)`
  select webhook_lanes.endpoint_id, webhook_lanes.lane
  from webhook_endpoints as left_one
  join webhook_endpoints on webhook_endpoints.owner_id = left_one.owner_id
  join webhook_lanes on webhook_lanes.endpoint_id = webhook_endpoints.id
  cross join lateral (
    select webhook_deliveries.due_at
    from webhook_deliveries
    where webhook_deliveries.endpoint_id = webhook_lanes.endpoint_id
      and webhook_deliveries.lane = webhook_lanes.lane
      and webhook_deliveries.status = 'pending'
      and webhook_deliveries.due_at <= statement_timestamp()
      and ${IS_FIRST}
    order by webhook_deliveries.due_at
    limit 1
  ) as waiting
  where left_one.id = ${endpointId}
    and webhook_endpoints.deleted_at is null
    and (webhook_lanes.endpoint_id <> ${endpointId} or webhook_lanes.lane <> ${lane})
    and (webhook_lanes.holder is null or webhook_lanes.held_until <= clock_timestamp())
    and ${HAS_SHARE}
  order by waiting.due_at
  limit ${MOST_LANES_OF_OWNER}
`
