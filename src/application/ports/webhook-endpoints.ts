import type { AccountInactive } from '../../domain/booking-request.ts'
import type { UserId, WebhookId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Result } from '../../domain/result.ts'
import type { WebhookEndpoint } from '../../domain/webhook.ts'
import type { WebhookSecrets } from '../../domain/webhook-secret.ts'
import type { Page, PageRequest } from './page.ts'
import type { VersionMismatch } from './service-catalog.ts'

export interface WebhookNotFound {
  readonly code: 'webhook-not-found'
}

export interface TooManyWebhooks {
  readonly code: 'too-many-webhooks'
  readonly limit: number
}

/** Who is called about what. Secrets are read apart from endpoints: nothing that shows an endpoint has them. */
export interface WebhookEndpoints {
  /** Writes the endpoint with its secret. Of concurrent ones of one user, no more are written than MOST_WEBHOOKS. */
  add(
    endpoint: WebhookEndpoint,
    secret: string,
  ): Promise<Result<WebhookEndpoint, TooManyWebhooks | AccountInactive>>

  find(id: WebhookId): Promise<WebhookEndpoint | undefined>

  /**
   * Those of an owner, or of everyone where it is null, in ascending order of creation, then of id. The page key's value
   * is when it was made, in milliseconds.
   */
  list(ownerId: UserId | null, page: PageRequest): Promise<Page<WebhookEndpoint>>

  /**
   * Writes the next version of an endpoint if the recorded one is its predecessor; else refuses and writes nothing. One
   * that is disabled gives up what was still to be delivered to it; one that is enabled begins anew with its failures.
   */
  replace(endpoint: WebhookEndpoint): Promise<Result<WebhookEndpoint, VersionMismatch | WebhookNotFound>>

  /** Takes an endpoint away, with its secrets, at once and for everyone; nothing more is delivered to it. */
  remove(id: WebhookId, now: Instant): Promise<Result<null, WebhookNotFound>>

  findSecrets(id: WebhookId): Promise<WebhookSecrets | undefined>

  /** Writes the secrets if the current one is still `from`; tells whether it was. */
  replaceSecrets(id: WebhookId, from: string, secrets: WebhookSecrets): Promise<boolean>
}
