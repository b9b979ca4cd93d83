import type { UserId } from './ids.ts'
import { DAY_MINUTES, earlierOf, type Instant, MINUTE, plusMinutes } from './instant.ts'

/** How long a session lasts that nobody refreshes, and however often it is refreshed. */
export const SESSION_IDLE_DAYS = 30
export const SESSION_MOST_DAYS = 90

/** How many sessions a user has at most; the one that was refreshed longest ago makes room for another. */
export const MOST_SESSIONS = 100

/** For how long a token that has been exchanged is given the same answer again. */
export const REPEAT_SECONDS = 10

/** A session as its user may see it. */
export interface SessionFacts {
  readonly createdAt: Instant
  readonly refreshedAt: Instant
  readonly expiresAt: Instant
}

/**
 * One sign-in: a family of tokens, each made from the one before, of which one is good at a time
 * (docs/decisions/0015-sessions.md).
 */
export interface Session extends SessionFacts {
  readonly userId: UserId
  readonly token: string
  /** The one before; null of a session that has not been refreshed. */
  readonly previous: string | null
  /** When it ends however often it is refreshed. */
  readonly endsAt: Instant
}

const plusDays = (instant: Instant, days: number) => plusMinutes(instant, days * DAY_MINUTES)

export const beginSession = (userId: UserId, token: string, now: Instant): Session => ({
  userId,
  token,
  previous: null,
  createdAt: now,
  refreshedAt: now,
  expiresAt: plusDays(now, SESSION_IDLE_DAYS),
  endsAt: plusDays(now, SESSION_MOST_DAYS),
})

export const isSessionLive = ({ expiresAt }: SessionFacts, now: Instant) => expiresAt > now

/** The session after its good token has been exchanged for the next. */
export const refreshed = (session: Session, next: string, now: Instant): Session => ({
  ...session,
  token: next,
  previous: session.token,
  refreshedAt: now,
  expiresAt: earlierOf(plusDays(now, SESSION_IDLE_DAYS), session.endsAt),
})

/**
 * What is to be done for whoever comes with a token of a session that lives: the good one is exchanged; the one before has,
 * for a moment, the answer that it had; any other was used long ago, and somebody has a copy.
 */
export function judgeToken(
  session: Session,
  token: string,
  now: Instant,
): 'exchange' | 'repeat' | 'end the session' {
  if (token === session.token) return 'exchange'
  const isRecent = now < session.refreshedAt + (REPEAT_SECONDS * MINUTE) / 60
  return token === session.previous && isRecent ? 'repeat' : 'end the session'
}

/** Whether a token speaks for the session: one of the last two. */
export const isOfSession = ({ token, previous }: Session, given: string) =>
  given === token || given === previous
