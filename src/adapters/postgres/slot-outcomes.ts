import { randomUUIDv7 } from 'node:crypto'
import type { JudgedBy, SlotRefused } from '../../application/ports/booking-ledger.ts'
import type { Interval } from '../../domain/interval.ts'
import { type Result, reject } from '../../domain/result.ts'
import type { Pipeline, Statement } from './pipeline.ts'
import { timestamp } from './values.ts'

/** What each function that claims a slot may say of it. */
export const SLOT_OUTCOMES = [
  'slot-taken',
  'offer-changed',
  'daily-limit-reached',
  'hold-expired-in-the-way',
] as const

/** What each function that takes a key may say of it. */
export const KEY_OUTCOMES = ['answered', 'key-reused'] as const

export type SlotOutcome = (typeof SLOT_OUTCOMES)[number]

export function slotRefused(outcome: SlotOutcome, { dailyLimit }: JudgedBy): Result<never, SlotRefused> {
  switch (outcome) {
    case 'daily-limit-reached':
      return reject({ code: outcome, dailyLimit: dailyLimit?.limit ?? 0 })
    case 'offer-changed':
      return reject({ code: outcome })
    case 'slot-taken':
    case 'hold-expired-in-the-way':
      return reject({ code: 'slot-taken' })
  }
}

export const expireHolds: Statement = {
  name: 'expire_holds',
  text: 'select expire_holds($1, $2, $3)',
}

/** How many holds are cleared out of the way of one claim at once. */
const CLEARED_AT_ONCE = 20

/** How often a claim is tried again when a hold in its way has expired: others may clear and claim meanwhile. */
const MOST_TRIES = 10

/**
 * Claims, and clears expired holds out of the way where the claim ran into one. They are cleared in a transaction of their
 * own: two claims that delete each other's obstacles would wait for each other.
 */
export async function pastExpiredHolds<Row extends readonly [string, ...unknown[]]>(
  pipeline: Pipeline,
  provider: number,
  blocked: Interval,
  claim: () => Promise<Row>,
): Promise<Row> {
  for (let tries = 1; ; tries++) {
    const row = await claim()
    if (row[0] !== 'hold-expired-in-the-way' || tries === MOST_TRIES) return row
    const ids = Array.from({ length: CLEARED_AT_ONCE }, () => randomUUIDv7())
    await pipeline.execute(expireHolds, [ids, provider, rangeText(blocked)])
  }
}

/** tstzrange in the form in which it travels as text: [start, end). */
export const rangeText = ({ start, end }: Interval) => `[${timestamp(start)},${timestamp(end)})`
