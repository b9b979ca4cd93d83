import type { WebhookEndpoints } from '../../application/ports/webhook-endpoints.ts'
import { mayLogIn } from '../../domain/account.ts'
import { ok, reject } from '../../domain/result.ts'
import { isActive, MOST_WEBHOOKS, type WebhookEndpoint } from '../../domain/webhook.ts'
import { insert, type MemoryDatabase } from './database.ts'
import { pageIn } from './page.ts'
import { giveUpAll } from './webhook-store.ts'

const inOrder = { value: ({ createdAt }: WebhookEndpoint) => createdAt, descending: false }

/** Endpoints for as long as the process lives. */
export function memoryWebhookEndpoints({ accounts, webhooks }: MemoryDatabase): WebhookEndpoints {
  const { endpoints } = webhooks
  const ofOwner = (owner: string | null) =>
    [...endpoints.values()]
      .map(({ endpoint }) => endpoint)
      .filter(({ ownerId }) => owner === null || owner === ownerId)

  return {
    async add(endpoint, secret) {
      const owner = accounts.get(endpoint.ownerId)
      if (!owner || !mayLogIn(owner.account.user)) return reject({ code: 'account-inactive' })
      if (ofOwner(endpoint.ownerId).length >= MOST_WEBHOOKS) {
        return reject({ code: 'too-many-webhooks', limit: MOST_WEBHOOKS })
      }
      const secrets = { current: secret, previous: null }
      insert(endpoints, endpoint.id, { endpoint, secrets, failingSince: null })
      return ok(endpoint)
    },

    async find(id) {
      return endpoints.get(id)?.endpoint
    },

    async list(ownerId, page) {
      return pageIn(ofOwner(ownerId), inOrder, page)
    },

    async replace(endpoint) {
      const recorded = endpoints.get(endpoint.id)
      if (!recorded) return reject({ code: 'webhook-not-found' })
      const { version } = recorded.endpoint
      if (version !== endpoint.version - 1) return reject({ code: 'version-mismatch', version })
      const failingSince = isActive(recorded.endpoint) ? recorded.failingSince : null
      endpoints.set(endpoint.id, { ...recorded, endpoint, failingSince })
      if (!isActive(endpoint)) giveUpAll(webhooks, endpoint.id)
      return ok(endpoint)
    },

    async remove(id) {
      return endpoints.delete(id) ? ok(null) : reject({ code: 'webhook-not-found' })
    },

    async findSecrets(id) {
      return endpoints.get(id)?.secrets
    },

    async replaceSecrets(id, from, secrets) {
      const recorded = endpoints.get(id)
      if (recorded?.secrets.current !== from) return false
      endpoints.set(id, { ...recorded, secrets })
      return true
    },
  }
}
