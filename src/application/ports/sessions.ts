import type { EventId, SessionId, UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'
import type { SessionFacts } from '../../domain/session.ts'

/** The token is of no session that lives, or of one that has just ended because the token was used before. */
export interface InvalidRefreshToken {
  readonly code: 'invalid-refresh-token'
}

/** A session with the token that is good now. */
export interface Begun {
  readonly sessionId: SessionId
  readonly token: string
}

/** What a token was exchanged for. */
export interface Refreshed extends Begun {
  readonly userId: UserId
}

/**
 * Who is signed in where. A session is a family of tokens, each made from the one before; one of them is good at a time, and
 * only what tokens can be recognised by is kept (docs/decisions/0015-sessions.md).
 */
export interface Sessions {
  /**
   * Begins a session of a user with its first token, if the account is active and `passwordHash` is still its own: whoever has
   * proved a password that was changed meanwhile has proved nothing. Undefined if not. Beyond `MOST_SESSIONS` the one that
   * was refreshed longest ago ends.
   */
  begin(userId: UserId, passwordHash: string): Promise<Begun | undefined>

  /**
   * Exchanges the good token of a session for the next. For `REPEAT_SECONDS` the one before it has the very same answer, so
   * that of any number who come with one token at once, on whichever nodes, all are given the same next one. Any other
   * token of the session ends it, and the log says so under the given id.
   */
  refresh(token: string, eventId: EventId): Promise<Result<Refreshed, InvalidRefreshToken>>

  /** Ends the session of a token, if it is one of its last two; whose it was. */
  end(token: string): Promise<UserId | undefined>

  /** Whose session a token belongs to, if it is one of its last two. */
  userOf(token: string): Promise<UserId | undefined>

  /** Ends every session of a user; how many there were. */
  endAll(userId: UserId): Promise<number>

  /** Those that live, the oldest first. */
  list(userId: UserId): Promise<readonly SessionFacts[]>

  /** Takes away at most `limit` sessions that have expired; how many. */
  forgetOld(limit: number): Promise<number>

  /** Forgets at most `limit` sessions that have ended, and whose access tokens are over by now; how many. */
  forgetEnded(limit: number): Promise<number>
}
