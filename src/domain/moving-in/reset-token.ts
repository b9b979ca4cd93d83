import { type Instant, plusMinutes } from '../instant.ts'
import { RESET_HOURS } from '../password-reset.ts'
import type { Result } from '../result.ts'
import { hinder, judging, type Obstacle } from './obstacle.ts'
import type { Surroundings } from './surroundings.ts'
import { instant, link, type OldRow, text } from './values.ts'

/** A token for a new password that has been sent to somebody and not been used. */
export interface ArrivingResetToken {
  readonly token: string
  /** Whose it is, as the person was known there. */
  readonly user: string
  readonly expiresAt: Instant
}

export const MARKETPLACE_RESET_TOKEN = ['id', 'user_id', 'token', 'expires_at'] as const
export type MarketplaceResetToken = OldRow<(typeof MARKETPLACE_RESET_TOKEN)[number]>

/** What is shorter can be guessed: here a token alone says whose it is. */
const LEAST_OF_TOKEN = 32
const MOST_OF_TOKEN = 256

/** Those that are over stay where they are, and none is good for longer than one that is given here. */
export const resetToken = (
  row: MarketplaceResetToken,
  { zone, now }: Surroundings,
): Result<ArrivingResetToken, Obstacle> =>
  judging(() => {
    const expiresAt = instant(row.expires_at, zone, 'expires_at')
    if (expiresAt <= now) hinder('expired', 'expires_at')
    if (expiresAt > plusMinutes(now, RESET_HOURS * 60)) hinder('invalid-time', 'expires_at')
    const token = text(row.token, 'token', MOST_OF_TOKEN)
    if (token.length < LEAST_OF_TOKEN) hinder('invalid-value', 'token')
    return { token, user: link(row.user_id, 'email'), expiresAt }
  })
