import { sql } from 'slonik'
import { z } from 'zod'
import type { WebhookId } from '../../domain/ids.ts'
import { SHOWN_ATTEMPTS } from '../../domain/webhook-delivery.ts'
import { branded } from './values.ts'

/** The deliveries to an endpoint, each with its newest attempts; more conditions may follow. */
export const deliveriesOf = (endpointId: WebhookId) => sql.fragment`
  select
    webhook_deliveries.id,
    webhook_deliveries.sequence,
    webhook_deliveries.endpoint_id,
    webhook_deliveries.event_id,
    webhook_deliveries.event_type,
    webhook_deliveries.status,
    webhook_deliveries.due_at,
    webhook_deliveries.created_at,
    coalesce(
      (
        select
          json_agg(
            json_build_object(
              'at', floor(date_part('epoch', newest.attempted_at) * 1000)::bigint,
              'duration_milliseconds', newest.duration_milliseconds,
              'status_code', newest.status_code,
              'error', newest.error
            )
            order by newest.number desc
          )
        from (
          select number, attempted_at, duration_milliseconds, status_code, error
          from webhook_attempts
          where webhook_attempts.delivery_id = webhook_deliveries.id
          order by number desc
          limit ${SHOWN_ATTEMPTS}
        ) as newest
      ),
      '[]'
    ) as attempts
  from webhook_deliveries
  where webhook_deliveries.endpoint_id = ${endpointId}
`

const forgottenRow = z.object({ id: branded<string>() })

export const forgetOldDeliveries = (days: number, limit: number) => sql.type(forgottenRow)`
  with old as (
    select id
    from webhook_deliveries
    where status <> 'pending'
      and created_at < statement_timestamp() - make_interval(days => ${days})
    order by created_at
    limit ${limit}
    for update skip locked
  )
  delete from webhook_deliveries
  using old
  where webhook_deliveries.id = old.id
  returning webhook_deliveries.id
`

export const forgetDeliveriesToNobody = (limit: number) => sql.type(forgottenRow)`
  with orphaned as (
    select webhook_deliveries.id
    from webhook_endpoints
    join webhook_deliveries on webhook_deliveries.endpoint_id = webhook_endpoints.id
    where webhook_endpoints.deleted_at is not null
    limit ${limit}
    for update of webhook_deliveries skip locked
  )
  delete from webhook_deliveries
  using orphaned
  where webhook_deliveries.id = orphaned.id
  returning webhook_deliveries.id
`

/** Those that were taken away, when their deliveries are gone. */
export const forgetEndpoints = (limit: number) => sql.type(forgottenRow)`
  delete from webhook_endpoints
  where id in (
    select id
    from webhook_endpoints
    where deleted_at is not null
      and not exists (
        select
        from webhook_deliveries
        where webhook_deliveries.endpoint_id = webhook_endpoints.id
      )
    limit ${limit}
  )
`
