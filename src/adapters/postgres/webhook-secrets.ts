import { type DatabasePool, sql } from 'slonik'
import { z } from 'zod'
import type { WebhookEndpoints } from '../../application/ports/webhook-endpoints.ts'
import type { WebhookSecrets } from '../../domain/webhook-secret.ts'
import { guarded } from './faults.ts'
import { instantColumn, timestamp } from './values.ts'

export const secretFields = {
  secret: z.string(),
  previous_secret: z.string().nullable(),
  previous_ends_at: instantColumn.nullable(),
}

export const toSecrets = (row: z.output<z.ZodObject<typeof secretFields>>): WebhookSecrets => ({
  current: row.secret,
  previous:
    row.previous_secret === null || row.previous_ends_at === null
      ? null
      : { secret: row.previous_secret, endsAt: row.previous_ends_at },
})

const secretsRow = z.object(secretFields).transform(toSecrets)

/** The secrets of endpoints. */
export const postgresWebhookSecrets = (
  pool: DatabasePool,
): Pick<WebhookEndpoints, 'findSecrets' | 'replaceSecrets'> => ({
  async findSecrets(id) {
    const secrets = await guarded(
      pool.maybeOne(sql.type(secretsRow)`
        select secret, previous_secret, previous_ends_at
        from auth.webhook_secrets
        where endpoint_id = ${id}
      `),
    )
    return secrets ?? undefined
  },

  async replaceSecrets(id, from, { current, previous }) {
    const { rowCount } = await guarded(
      pool.query(sql.type(z.object({}))`
        update auth.webhook_secrets
        set
          secret = ${current},
          previous_secret = ${previous?.secret ?? null},
          previous_ends_at = ${previous && timestamp(previous.endsAt)}
        where endpoint_id = ${id}
          and secret = ${from}
      `),
    )
    return rowCount > 0
  },
})
