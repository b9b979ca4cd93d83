import type { EventId, UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'
import type { SessionFacts } from '../../domain/session.ts'

/** The token is of no session that lives, or of one that has just ended because the token was used before. */
export interface InvalidRefreshToken {
  readonly code: 'invalid-refresh-token'
}

/** What a token was exchanged for. */
export interface Refreshed {
  readonly userId: UserId
  readonly token: string
}

/**
 * Who is signed in where. A session is a family of tokens, each made from the one before; one of them is good at a time, and
 * only what tokens can be recognised by is kept (docs/decisions/0015-sessions.md).
 */
export interface Sessions {
  /** Begins a session of a user; its first token. */
  begin(userId: UserId): Promise<string>

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
}
