import { type DatabasePool, type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import { pageOf } from '../../application/ports/page.ts'
import type { WebhookDeliveries } from '../../application/ports/webhook-deliveries.ts'
import type { Instant } from '../../domain/instant.ts'
import type { NewDelivery } from '../../domain/webhook-delivery.ts'
import { laneOf } from '../../domain/webhook-lane.ts'
import { guarded } from './faults.ts'
import {
  deliveriesOf,
  forgetDeliveriesToNobody,
  forgetEndpoints,
  forgetOldDeliveries,
} from './webhook-delivery-rows.ts'
import { forgottenLanes, holdLane, letGo, mayBeCalled, nextTurn, takeNext } from './webhook-lanes.ts'
import { giveUpAll, noteAttempt } from './webhook-outcomes.ts'
import { deliveryRow } from './webhook-rows.ts'
import { lanesThatWait } from './webhook-shares.ts'
import { wakeLanes, wakeLater } from './webhook-wakes.ts'

/** Deliveries in tables; whoever is called to them is called by the queue. */
export const postgresWebhookDeliveries = ({ pool }: { readonly pool: DatabasePool }): WebhookDeliveries => ({
  add: (deliveries) => guarded(pool.transaction((tx) => addDeliveries(tx, deliveries))),

  take: (lane, holder) =>
    guarded(
      pool.transaction(async (tx) => {
        if (!(await holdLane(tx, lane, holder))) return undefined
        // Each statement sees what whoever held the lane before has written.
        if (await mayBeCalled(tx, lane.endpointId)) return takeNext(tx, lane)
        await giveUpAll(tx, lane.endpointId)
        return undefined
      }),
    ),

  note: (taken, attempt, verdict) =>
    guarded(pool.transaction((tx) => noteAttempt(tx, taken, attempt, verdict))),

  leave: (lane, holder) =>
    guarded(
      pool.transaction(async (tx) => {
        // Whoever comes meanwhile waits here; what was added before they came is seen by the next statement.
        if (!(await letGo(tx, lane, holder))) return
        // First those that had to wait for a share of their owner's.
        await wakeLanes(tx, await tx.any(lanesThatWait(lane)))
        const next = await tx.maybeOne(nextTurn(lane))
        // What is due goes to the end of the queue, however long it has been due.
        if (next) await wakeLater(tx, lane, next.due_at && (Math.ceil(next.due_at) as Instant))
      }),
    ),

  wakeForgotten: (limit) =>
    guarded(
      pool.transaction(async (tx) => {
        const lanes = await tx.any(forgottenLanes(limit))
        await wakeLanes(tx, lanes)
        return lanes.length
      }),
    ),

  async list(endpointId, { limit, after }) {
    const rows = await guarded(
      pool.any(sql.type(deliveryRow)`
        ${deliveriesOf(endpointId)}
          and (${after?.value ?? null}::bigint is null or webhook_deliveries.sequence < ${after?.value ?? null}::bigint)
        order by webhook_deliveries.sequence desc
        limit ${limit + 1}
      `),
    )
    const page = pageOf(rows, limit, ({ delivery, sequence }) => ({
      value: String(sequence),
      id: delivery.id,
    }))
    return { ...page, items: page.items.map(({ delivery }) => delivery) }
  },

  bodyOf: async (endpointId, id) =>
    (await guarded(
      pool.maybeOneFirst(sql.type(z.object({ body: z.string() }))`
        select body
        from webhook_deliveries
        where endpoint_id = ${endpointId}
          and id = ${id}
      `),
    )) ?? undefined,

  replay: (endpointId, id) =>
    guarded(
      pool.transaction(async (tx) => {
        const subjectId = await tx.maybeOneFirst(sql.type(z.object({ subject_id: z.string() }))`
          update webhook_deliveries
          set
            status = 'pending',
            tries = 0,
            due_at = statement_timestamp()
          where endpoint_id = ${endpointId}
            and id = ${id}
          returning subject_id
        `)
        if (subjectId === null) return undefined
        await wakeLanes(tx, [{ endpointId, lane: laneOf(subjectId) }])
        const { delivery } = await tx.one(sql.type(deliveryRow)`
          ${deliveriesOf(endpointId)}
            and webhook_deliveries.id = ${id}
        `)
        return delivery
      }),
    ),

  forgetOld: (days, limit) =>
    guarded(
      pool.transaction(async (tx) => {
        const { rowCount: old } = await tx.query(forgetOldDeliveries(days, limit))
        const { rowCount: orphaned } = await tx.query(forgetDeliveriesToNobody(limit - old))
        await tx.query(forgetEndpoints(limit))
        return old + orphaned
      }),
    ),
})

/** Adds deliveries in their order, and has someone called to their lanes, with the transaction or not at all. */
export async function addDeliveries(
  tx: DatabaseTransactionConnection,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return
  const rows = deliveries.map(({ id, endpointId, eventId, eventType, subjectId, body }, place) => [
    ...[id, endpointId, laneOf(subjectId), eventId, eventType, subjectId, body, place],
  ])
  const types = ['uuid', 'uuid', 'int2', 'uuid', 'text', 'uuid', 'text', 'int4']
  await tx.query(sql.type(z.object({}))`
    insert into webhook_deliveries (
      id, endpoint_id, lane, event_id, event_type, subject_id, body, status, due_at, created_at
    )
    select
      id, endpoint_id, lane, event_id, event_type, subject_id, body, 'pending', statement_timestamp(),
      date_trunc('milliseconds', statement_timestamp())
    from ${sql.unnest(rows, types)}
      as added (id, endpoint_id, lane, event_id, event_type, subject_id, body, place)
    order by place
    on conflict on constraint webhook_deliveries_event_key do nothing
  `)
  await wakeLanes(
    tx,
    deliveries.map(({ endpointId, subjectId }) => ({ endpointId, lane: laneOf(subjectId) })),
  )
}
