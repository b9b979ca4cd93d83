import type { UserId } from '../../domain/ids.ts'
import type { ResetRequest, ResetToken } from '../../domain/password-reset.ts'
import type { Result } from '../../domain/result.ts'
import type { UserEvent } from '../../domain/user-event.ts'

/** The token has been used, has expired, or was never given. */
export interface InvalidResetToken {
  readonly code: 'invalid-reset-token'
}

/** The way back in for those who have forgotten their password. */
export interface PasswordResets {
  /**
   * Writes down that somebody has asked, whether the address has an account or not, and whether it was asked for a moment
   * before: the work is the same. Many who ask for
   * one address before it is dealt with are one.
   */
  request(email: string): Promise<void>

  /**
   * Requests that are due, at most `limit`. Each goes to one of however many ask; it is due again after
   * `RESET_RETRY_SECONDS` unless it has been ended, `RESET_TRIES` times at most.
   */
  take(limit: number): Promise<readonly ResetRequest[]>

  /** Says that a request has been dealt with. */
  end(id: string): Promise<void>

  /**
   * A new token for a user, good once and for `RESET_HOURS` by the clock of the store. Those given before stay good; null where
   * `RESETS_AN_HOUR` were given within the last hour.
   */
  issue(userId: UserId): Promise<ResetToken | null>

  /** Whether a token is good at the moment. */
  isGood(token: string): Promise<boolean>

  /**
   * Sets the password hash of a token's user, writes the event, and takes away every other token and every session of the
   * user, all of it or nothing. The token itself stays, as used, until it expires. Of however many who come with one token, one is let in. A deactivated account stays as it is.
   *
   * @param event what the log is to say, once it is known of whom
   */
  redeem(
    token: string,
    passwordHash: string,
    event: (user: { readonly id: UserId; readonly version: number }) => UserEvent,
  ): Promise<Result<UserId, InvalidResetToken>>

  /** Takes away at most `limit` tokens that have expired, used or not; how many. */
  forgetOld(limit: number): Promise<number>
}
