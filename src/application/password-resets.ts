import { mayLogIn } from '../domain/account.ts'
import { userEvent } from '../domain/account-changes.ts'
import type { EventId } from '../domain/ids.ts'
import { judgePassword } from '../domain/password.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { InvalidInput } from '../domain/violation.ts'
import { inBatches } from './in-batches.ts'
import type { Accounts } from './ports/accounts.ts'
import type { Clock } from './ports/clock.ts'
import type { IsCommonPassword } from './ports/common-passwords.ts'
import type { NewId } from './ports/ids.ts'
import type { PasswordHasher, TooManyPasswords } from './ports/password-hasher.ts'
import type { SendPasswordResetMail } from './ports/password-reset-mail.ts'
import type { InvalidResetToken, PasswordResets, ResetRequest } from './ports/password-resets.ts'

export type RequestPasswordReset = (email: string) => Promise<void>

/** Notes that somebody has forgotten a password; whether the address has an account is looked up when nobody waits. */
export const requestPasswordReset =
  ({ resets }: { readonly resets: PasswordResets }): RequestPasswordReset =>
  (email) =>
    resets.request(email)

export interface SendResetsPorts {
  readonly resets: PasswordResets
  readonly accounts: Accounts
  readonly sendResetMail: SendPasswordResetMail
  /** Told of a mail that could not be handed over; it is tried again. */
  readonly onFailure: (error: unknown) => void
}

const SENT_AT_ONCE = 20

/** Sends a token to those who have asked and have an account that may be used; tells how many requests were looked at. */
export const sendPasswordResets = (ports: SendResetsPorts) => (): Promise<number> =>
  inBatches(SENT_AT_ONCE, async (most) => {
    const requests = await ports.resets.take(most)
    await Promise.all(requests.map((request) => answer(ports, request).catch(ports.onFailure)))
    return requests.length
  })

async function answer(
  { resets, accounts, sendResetMail }: SendResetsPorts,
  { id, email }: ResetRequest,
): Promise<void> {
  const found = await accounts.findByEmail(email)
  if (found && mayLogIn(found.account.user)) {
    const { user, profile } = found.account
    const to = { name: `${profile.firstName} ${profile.lastName}`, address: user.email }
    await sendResetMail({ to, ...(await resets.issue(user.id)) })
  }
  await resets.end(id)
}

export interface ResetPasswordPorts {
  readonly resets: PasswordResets
  readonly hasher: PasswordHasher
  readonly isCommonPassword: IsCommonPassword
  readonly clock: Clock
  readonly newId: NewId
}

export type ResetPassword = (
  token: string,
  password: string,
) => Promise<Result<null, InvalidInput | InvalidResetToken | TooManyPasswords>>

/** Sets a new password and ends every session. A password that is refused leaves the token good. */
export const resetPassword =
  ({ resets, hasher, isCommonPassword, clock, newId }: ResetPasswordPorts): ResetPassword =>
  async (token, password) => {
    const judged = judgePassword(password, isCommonPassword)
    if (!judged.ok) return judged
    // Hashing is dear: not for a token that sets nothing.
    if (!(await resets.isGood(token))) return reject({ code: 'invalid-reset-token' })
    const hash = await hasher.hash(password)
    if (!hash.ok) return hash
    const redeemed = await resets.redeem(token, hash.value, ({ id, version }) =>
      userEvent(newId() as EventId, 'user.password_reset', { user: { id }, version }, id, clock()),
    )
    return redeemed.ok ? ok(null) : redeemed
  }
