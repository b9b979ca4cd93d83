import type { EventId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Result } from '../../domain/result.ts'

/** The token is of no session that lives, or of one that has just ended because the token was used before. */
export interface InvalidRefreshToken {
  readonly code: 'invalid-refresh-token'
}

/** What a token was exchanged for. */
export interface Refreshed {
  readonly userId: UserId
  readonly token: string
}

/** A session as its user may see it. */
export interface SessionFacts {
  readonly createdAt: Instant
  readonly refreshedAt: Instant
  readonly expiresAt: Instant
}

/** How long a session lasts that nobody refreshes, and however often it is refreshed. */
export const SESSION_IDLE_DAYS = 30
export const SESSION_MOST_DAYS = 90

/** For how long a token that has been exchanged is given the same answer again. */
export const REPEAT_SECONDS = 10

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
