import { postgresAccounts } from '../../src/adapters/postgres/account-store.ts'
import { openPostgres, type PostgresDatabase } from '../../src/adapters/postgres/database.ts'
import { postgresWebhookDeliveries } from '../../src/adapters/postgres/webhook-deliveries.ts'
import { postgresWebhookEndpoints } from '../../src/adapters/postgres/webhook-endpoints.ts'
import type { WebhookHarness, WebhookProbe } from '../contracts/webhook-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** One database with its connections for a whole file; each harness begins with it empty. */
export interface WebhookBench extends AsyncDisposable {
  readonly database: TestDatabase
  readonly postgres: PostgresDatabase
  readonly open: () => Promise<WebhookHarness>
}

export async function openWebhookBench(): Promise<WebhookBench> {
  await using resources = new AsyncDisposableStack()
  const database = resources.use(await createTestDatabase())
  const postgres = resources.use(await openPostgres(database.url))
  const ports = {
    accounts: postgresAccounts(postgres),
    webhooks: postgresWebhookEndpoints(postgres),
    deliveries: postgresWebhookDeliveries(postgres),
    probe: webhookProbe(database),
  }
  const rest = resources.move()
  return {
    database,
    postgres,
    open: async () => {
      await database.query('delete from auth.users')
      await ports.probe.loseCalls()
      return { ...ports, [Symbol.asyncDispose]: async () => {} }
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

const CALLED_IN = `
  select round(extract(epoch from min(run_at) - now()))::integer as seconds
  from graphile_worker.jobs
  where key in ($1, $1 || ':later')
`

/** Time passes for what is recorded when all its instants are so much earlier. */
const PASS = [
  'update webhook_lanes set held_until = held_until - make_interval(secs => $1)',
  `update webhook_deliveries
   set due_at = due_at - make_interval(secs => $1), created_at = created_at - make_interval(secs => $1)`,
]

export const webhookProbe = ({ query }: TestDatabase): WebhookProbe => ({
  async deactivate(id) {
    await query('update auth.users set deactivated_at = now() where id = $1', [id])
  },
  async calledIn({ endpointId, lane }) {
    const [row] = await query<{ seconds: number | null }>(CALLED_IN, [`webhook:${endpointId}:${lane}`])
    return row?.seconds == null ? null : Math.max(0, row.seconds)
  },
  async loseCalls() {
    await query('delete from graphile_worker._private_jobs')
  },
  async pass(seconds) {
    for (const text of PASS) await query(text, [seconds])
  },
})
