import { type Account, mayLogIn } from '../domain/account.ts'
import { userEvent } from '../domain/account-changes.ts'
import type { EventId } from '../domain/ids.ts'
import { nameOf } from '../domain/letter.ts'
import { judgePassword } from '../domain/password.ts'
import type { ResetRequest } from '../domain/password-reset.ts'
import { resetLetter } from '../domain/reset-letter.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { InvalidInput } from '../domain/violation.ts'
import { inBatches } from './in-batches.ts'
import { htmlOf } from './letter-html.ts'
import { textOf } from './letter-text.ts'
import type { Accounts } from './ports/accounts.ts'
import type { Clock } from './ports/clock.ts'
import type { IsCommonPassword } from './ports/common-passwords.ts'
import type { NewId } from './ports/ids.ts'
import type { Mailer } from './ports/mailer.ts'
import type { PasswordHasher, TooManyPasswords } from './ports/password-hasher.ts'
import type { InvalidResetToken, PasswordResets } from './ports/password-resets.ts'
import type { Standings } from './ports/standings.ts'

export type RequestPasswordReset = (email: string) => Promise<void>

/** Notes that somebody has forgotten a password; whether the address has an account is looked up when nobody waits. */
export const requestPasswordReset =
  ({ resets }: { readonly resets: PasswordResets }): RequestPasswordReset =>
  (email) =>
    resets.request(email)

export interface SendResetsPorts {
  readonly resets: PasswordResets
  readonly accounts: Accounts
  /** Null where there is no mail. */
  readonly mailer: Mailer | null
  /** Where this Slotwright is: part of the ids of mails. */
  readonly host: string
  /** The page on which a new password is set; null where nobody has named one. */
  readonly resetUrl: string | null
}

const SENT_AT_ONCE = 20

/**
 * Sends a token to those who have asked and have an account that may be used; tells how many requests were looked at.
 *
 * @throws when a mail could not be handed over, after all have been tried, or was called off; it is tried again after a while
 */
export const sendPasswordResets =
  (ports: SendResetsPorts) =>
  (signal?: AbortSignal): Promise<number> =>
    inBatches(SENT_AT_ONCE, async (most) => {
      const requests = await ports.resets.take(most)
      const outcomes = await Promise.allSettled(requests.map((request) => answer(ports, request, signal)))
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
      return requests.length
    })

/** A mail that is refused for good ends the request as one that is taken does. */
async function answer(ports: SendResetsPorts, request: ResetRequest, signal?: AbortSignal): Promise<void> {
  const found = await ports.accounts.findByEmail(request.email)
  if (found && mayLogIn(found.account.user)) await tell(ports, request, found.account, signal)
  await ports.resets.end(request.id)
}

async function tell(
  { resets, mailer, host, resetUrl }: SendResetsPorts,
  { id }: ResetRequest,
  { user, profile }: Account,
  signal?: AbortSignal,
): Promise<void> {
  if (mailer === null) return
  const issued = await resets.issue(user.id)
  // Whoever fills a mailbox of somebody else's fills it with a few.
  if (issued === null) return
  const letter = resetLetter({ reader: profile, page: resetUrl, ...issued })
  const message = {
    id: `reset.${id}@${host}`,
    to: { name: nameOf(profile), address: user.email },
    subject: letter.subject,
    text: textOf(letter),
    html: htmlOf(letter),
    calendar: null,
  }
  await mailer.send(message, signal)
}

export interface ResetPasswordPorts {
  readonly resets: PasswordResets
  readonly standings: Standings
  readonly hasher: PasswordHasher
  readonly isCommonPassword: IsCommonPassword
  readonly clock: Clock
  readonly newId: NewId
}

export type ResetPassword = (
  token: string,
  password: string,
) => Promise<Result<null, InvalidInput | InvalidResetToken | TooManyPasswords>>

/** Sets a new password and ends every session with its access tokens. A password that is refused leaves the token good. */
export const resetPassword =
  ({ resets, standings, hasher, isCommonPassword, clock, newId }: ResetPasswordPorts): ResetPassword =>
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
    if (!redeemed.ok) return redeemed
    await standings.settled()
    return ok(null)
  }
