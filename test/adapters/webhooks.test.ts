import { after, before } from 'node:test'
import { memoryAccounts } from '../../src/adapters/memory/accounts.ts'
import { memoryDatabase } from '../../src/adapters/memory/database.ts'
import { memoryWebhookDeliveries } from '../../src/adapters/memory/webhook-deliveries.ts'
import { memoryWebhookEndpoints } from '../../src/adapters/memory/webhook-endpoints.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { webhookDeliveriesContract } from '../contracts/webhook-deliveries.contract.ts'
import { webhookEndpointsContract } from '../contracts/webhook-endpoints.contract.ts'
import type { WebhookHarness } from '../contracts/webhook-harness.ts'
import { openWebhookBench, type WebhookBench } from './webhook-bench.ts'

async function openMemory(): Promise<WebhookHarness> {
  const database = memoryDatabase()
  const { webhooks: store } = database
  let passed = 0
  const clock = () => (Date.now() + passed) as Instant
  return {
    accounts: memoryAccounts(database),
    webhooks: memoryWebhookEndpoints(database),
    deliveries: memoryWebhookDeliveries(database, clock),
    probe: {
      async deactivate(id) {
        const credentials = database.accounts.get(id)
        if (!credentials) return
        const { account } = credentials
        const user = { ...account.user, deactivatedAt: clock() }
        database.accounts.set(id, { ...credentials, account: { ...account, user } })
      },
      async calledIn({ endpointId, lane }) {
        const call = store.calls.get(`${endpointId}:${lane}`)
        return call ? Math.max(0, Math.round((call.at - clock()) / 1_000)) : null
      },
      loseCalls: async () => store.calls.clear(),
      async pass(seconds) {
        passed += seconds * 1_000
      },
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

let bench: WebhookBench
before(async () => {
  bench = await openWebhookBench()
})
after(() => bench[Symbol.asyncDispose]())

webhookEndpointsContract('memory', openMemory)
webhookDeliveriesContract('memory', openMemory)
webhookEndpointsContract('PostgreSQL', () => bench.open())
webhookDeliveriesContract('PostgreSQL', () => bench.open())
