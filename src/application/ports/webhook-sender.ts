import type { EventId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Answer } from '../../domain/webhook-delivery.ts'
import type { WebhookTarget } from '../../domain/webhook-target.ts'

/** One request to an endpoint. */
export interface WebhookMessage {
  readonly url: string
  readonly id: EventId
  readonly body: string
  /** When this try is made: receivers refuse what is older than some minutes. */
  readonly at: Instant
  /** One or more; each signs. */
  readonly secrets: readonly string[]
}

/** Calls endpoints as Standard Webhooks has it. */
export interface WebhookSender {
  /** What an address is; undefined for a text that is none. */
  readTarget(url: string): WebhookTarget | undefined

  /** A secret that nobody can guess. */
  newSecret(): string

  /**
   * Sends a message once and tells what became of it; never throws, and is done when its time is over. The name is
   * resolved anew, every address that it has is judged, and only those that were judged are connected to. No redirect is
   * followed, and nothing of the answer is kept but its status.
   *
   * @returns null when the signal has called it off: nobody knows what became of it
   */
  send(message: WebhookMessage, signal: AbortSignal): Promise<Answer | null>
}
