import type { Actor } from '../domain/actor.ts'
import type { WebhookId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { type RotatedSecret, rotateSecret } from '../domain/webhook-secret.ts'
import type { WebhookNotFound } from './ports/webhook-endpoints.ts'
import type { Forbidden } from './services.ts'
import { ownWebhook, type WebhookPorts } from './webhooks.ts'

export type RotateWebhookSecret = (
  actor: Actor,
  id: WebhookId,
) => Promise<Result<RotatedSecret, WebhookNotFound | Forbidden>>

/** Puts a new secret in place of the current one. Of two at once, each answer has a secret that was current. */
export const rotateWebhookSecret =
  ({ webhooks, sender, clock }: Pick<WebhookPorts, 'webhooks' | 'sender' | 'clock'>): RotateWebhookSecret =>
  async (actor, id) => {
    const found = await ownWebhook(webhooks, actor, id)
    if (!found.ok) return found
    for (;;) {
      const secrets = await webhooks.findSecrets(id)
      if (!secrets) return reject({ code: 'webhook-not-found' })
      const secret = sender.newSecret()
      const rotated = rotateSecret(secrets, secret, clock())
      if (await webhooks.replaceSecrets(id, secrets.current, rotated)) {
        return ok({ secret, previousEndsAt: rotated.previous.endsAt })
      }
    }
  }
