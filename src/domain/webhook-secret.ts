import { DAY_MINUTES, type Instant, plusMinutes } from './instant.ts'

/** What an endpoint's messages are signed with. The text begins with `whsec_`, as Standard Webhooks has it. */
export interface WebhookSecrets {
  readonly current: string
  /** The one before, while receivers change over; null where there is none. */
  readonly previous: { readonly secret: string; readonly endsAt: Instant } | null
}

/** Secrets of which there is a previous one. */
export type RotatedSecrets = WebhookSecrets & { readonly previous: object }

/** Puts a new secret in place of the current one, which is good for a day more; the one before that ends at once. */
export const rotateSecret = ({ current }: WebhookSecrets, next: string, now: Instant): RotatedSecrets => ({
  current: next,
  previous: { secret: current, endsAt: plusMinutes(now, DAY_MINUTES) },
})

/** Those to sign with, the newest first. */
export const validSecrets = ({ current, previous }: WebhookSecrets, now: Instant): readonly string[] =>
  previous && previous.endsAt > now ? [current, previous.secret] : [current]

/** A new secret, which nobody is shown again. */
export interface RotatedSecret {
  readonly secret: string
  /** Until when messages are signed with the one before as well. */
  readonly previousEndsAt: Instant
}
