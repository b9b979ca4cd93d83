import type { UserId } from './ids.ts'
import { type Instant, plusMinutes } from './instant.ts'

/** For how long a token sets a new password. */
export const RESET_HOURS = 24

/** After how long a request that was taken and not ended is taken again, and how often it is at most. */
export const RESET_RETRY_SECONDS = 60
export const RESET_TRIES = 5

/**
 * How many tokens a user is sent in an hour, whoever asks; those that were sent stay good. Twice as many as one request takes
 * while mail cannot be handed over, each try of which has a token of its own.
 */
export const RESETS_AN_HOUR = 2 * RESET_TRIES

/** Somebody has asked for a new password for an address, whoever that is. */
export interface ResetRequest {
  readonly id: string
  readonly email: string
}

/** A request that waits to be dealt with. */
export interface WaitingReset {
  readonly email: string
  /** How often it has been taken. */
  readonly tries: number
  readonly dueAt: Instant
}

/** What sets one new password, and until when. */
export interface ResetToken {
  readonly token: string
  readonly expiresAt: Instant
}

/** Whose password a token sets. */
export interface Reset {
  readonly userId: UserId
  readonly expiresAt: Instant
  /** One that has been used stays until it expires, and sets nothing more. */
  readonly isUsed: boolean
}

export const askedFor = (email: string, now: Instant): WaitingReset => ({ email, tries: 0, dueAt: now })

/** The same request, taken once more: it is due again if nobody ends it. */
export const taken = (request: WaitingReset, now: Instant): WaitingReset => ({
  ...request,
  tries: request.tries + 1,
  dueAt: plusMinutes(now, RESET_RETRY_SECONDS / 60),
})

export const isDue = ({ dueAt }: WaitingReset, now: Instant) => dueAt <= now

/** Whether it has been tried often enough, and goes without an answer. */
export const isGivenUp = ({ tries }: WaitingReset) => tries >= RESET_TRIES

export const resetFor = (userId: UserId, now: Instant): Reset => ({
  userId,
  expiresAt: plusMinutes(now, RESET_HOURS * 60),
  isUsed: false,
})

export const isResetOver = ({ expiresAt }: Reset, now: Instant) => expiresAt <= now

export const isResetGood = (reset: Reset, now: Instant) => !reset.isUsed && !isResetOver(reset, now)
