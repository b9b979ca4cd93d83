import type { Instant } from '../../domain/instant.ts'

/** What somebody needs to set a new password. */
export interface PasswordResetMail {
  readonly to: { readonly name: string; readonly address: string }
  readonly token: string
  readonly expiresAt: Instant
}

/** Sends it; rejects with an error when it is to be tried again later. */
export type SendPasswordResetMail = (mail: PasswordResetMail) => Promise<void>
