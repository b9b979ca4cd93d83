import type { Instant } from '../../../domain/instant.ts'

/** What a timer of Node can wait for; asked for more, it does not wait at all. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1

/**
 * Calls back when a token ends; returns how to take that back. One that lasts longer than a timer can wait, as an outside
 * issuer may give, ends the listening after 24 days: whoever listens comes again.
 */
export function atSessionEnd(endsAt: Instant | null, end: () => void): () => void {
  if (endsAt === null) return () => undefined
  const remaining = Math.min(Math.max(0, endsAt - Date.now()), LONGEST_TIMER_MILLISECONDS)
  const timer = setTimeout(end, remaining)
  return () => clearTimeout(timer)
}
