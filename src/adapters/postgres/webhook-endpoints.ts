import { type DatabasePool, type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import { pageOf } from '../../application/ports/page.ts'
import type { WebhookEndpoints } from '../../application/ports/webhook-endpoints.ts'
import type { UserId, WebhookId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { ok, reject } from '../../domain/result.ts'
import { MOST_WEBHOOKS, type WebhookEndpoint } from '../../domain/webhook.ts'
import { LANES } from '../../domain/webhook-lane.ts'
import { guarded } from './faults.ts'
import { countColumn, timestamp } from './values.ts'
import { giveUpAll } from './webhook-outcomes.ts'
import { toWebhook, webhookColumns, webhookFields } from './webhook-rows.ts'
import { postgresWebhookSecrets } from './webhook-secrets.ts'

const nothing = z.object({})
const webhookRow = z.object(webhookFields).transform(toWebhook)

/** Endpoints beside their secrets, which are in a schema of their own. */
export const postgresWebhookEndpoints = ({ pool }: { readonly pool: DatabasePool }): WebhookEndpoints => ({
  ...postgresWebhookSecrets(pool),

  add: (endpoint, secret) =>
    guarded(
      pool.transaction(async (tx) => {
        const count = await countOf(tx, endpoint.ownerId)
        if (count === null) return reject({ code: 'account-inactive' })
        if (count >= MOST_WEBHOOKS) return reject({ code: 'too-many-webhooks', limit: MOST_WEBHOOKS })
        await tx.query(insertWebhook(endpoint, secret))
        return ok(endpoint)
      }),
    ),

  async find(id) {
    const endpoint = await guarded(
      pool.maybeOne(sql.type(webhookRow)`
        select ${webhookColumns}
        from webhook_endpoints
        where id = ${id}
          and deleted_at is null
      `),
    )
    return endpoint ?? undefined
  },

  async list(ownerId, { limit, after }) {
    const place = after && [timestamp(Number(after.value) as Instant), after.id]
    const rows = await guarded(
      pool.any(sql.type(webhookRow)`
        select ${webhookColumns}
        from webhook_endpoints
        where deleted_at is null
          and (${ownerId}::uuid is null or owner_id = ${ownerId}::uuid)
          and (${place?.[0] ?? null}::timestamptz is null
            or (created_at, id) > (${place?.[0] ?? null}::timestamptz, ${place?.[1] ?? null}::uuid))
        order by created_at, id
        limit ${limit + 1}
      `),
    )
    return pageOf(rows, limit, ({ createdAt, id }) => ({ value: String(createdAt), id }))
  },

  replace: (endpoint) =>
    guarded(
      pool.transaction(async (tx) => {
        const { rowCount } = await tx.query(updateWebhook(endpoint))
        if (rowCount === 0) return mismatch(tx, endpoint.id)
        if (endpoint.disabledBecause !== null) await giveUpAll(tx, endpoint.id)
        return ok(endpoint)
      }),
    ),

  remove: (id, now) =>
    guarded(
      pool.transaction(async (tx) => {
        const { rowCount } = await tx.query(sql.type(nothing)`
          update webhook_endpoints
          set deleted_at = ${timestamp(now)}
          where id = ${id}
            and deleted_at is null
        `)
        await tx.query(sql.type(nothing)`delete from auth.webhook_secrets where endpoint_id = ${id}`)
        return rowCount > 0 ? ok(null) : reject({ code: 'webhook-not-found' })
      }),
    ),
})

/** How many endpoints an active user has, whose row waits for whoever counts as well; null where there is no such user. */
async function countOf(tx: DatabaseTransactionConnection, ownerId: UserId): Promise<number | null> {
  const owner = await tx.maybeOne(sql.type(nothing)`
    select
    from auth.users
    where id = ${ownerId}
      and deactivated_at is null
    for no key update
  `)
  if (owner === null) return null
  return tx.oneFirst(sql.type(z.object({ count: countColumn }))`
    select count(*) as count
    from webhook_endpoints
    where owner_id = ${ownerId}
      and deleted_at is null
  `)
}

const insertWebhook = (endpoint: WebhookEndpoint, secret: string) => sql.type(nothing)`
  with added as (
    insert into webhook_endpoints (id, owner_id, url, types, description, version, created_at, updated_at)
    values (
      ${endpoint.id},
      ${endpoint.ownerId},
      ${endpoint.url},
      ${sql.array([...endpoint.types], 'text')},
      ${endpoint.description},
      ${endpoint.version},
      ${timestamp(endpoint.createdAt)},
      ${timestamp(endpoint.updatedAt)}
    )
    returning id
  ),
  with_secret as (
    insert into auth.webhook_secrets (endpoint_id, secret)
    select added.id, ${secret}
    from added
  )
  insert into webhook_lanes (endpoint_id, lane)
  select added.id, lane
  from added
  cross join generate_series(0, ${LANES - 1}) as lane
`

/** An endpoint that was off until now begins anew with its failures. */
const updateWebhook = (endpoint: WebhookEndpoint) => sql.type(nothing)`
  update webhook_endpoints
  set
    url = ${endpoint.url},
    types = ${sql.array([...endpoint.types], 'text')},
    description = ${endpoint.description},
    failing_since = case when disabled_because is null then failing_since end,
    disabled_because = ${endpoint.disabledBecause},
    version = ${endpoint.version},
    updated_at = ${timestamp(endpoint.updatedAt)}
  where id = ${endpoint.id}
    and version = ${endpoint.version - 1}
    and deleted_at is null
`

async function mismatch(tx: DatabaseTransactionConnection, id: WebhookId) {
  const version = await tx.maybeOneFirst(sql.type(z.object({ version: z.number() }))`
    select version
    from webhook_endpoints
    where id = ${id}
      and deleted_at is null
  `)
  return version === null
    ? reject({ code: 'webhook-not-found' })
    : reject({ code: 'version-mismatch', version })
}
