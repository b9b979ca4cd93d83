import { createHmac, randomBytes } from 'node:crypto'
import type { WebhookMessage } from '../../application/ports/webhook-sender.ts'

const PREFIX = 'whsec_'
/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32

export const newSecret = () => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`

/** The headers of a message, with a signature for each secret (Standard Webhooks, "Signature scheme"). */
export function signedHeaders({ id, body, at, secrets }: Omit<WebhookMessage, 'url'>) {
  const timestamp = Math.floor(at / 1_000)
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  }
}
