import type { Instant } from '../../domain/instant.ts'
import type { Meaning } from '../../domain/webhook-delivery.ts'

const GONE = 410
const TOO_MANY = 429
const UNAVAILABLE = 503

/** What a status means to whoever sends a message (Standard Webhooks, "Deliverability and reliability"). */
export function meaningOf(status: number): Meaning {
  if (status >= 200 && status < 300) return 'taken'
  if (status === GONE) return 'gone'
  return status === TOO_MANY || status === UNAVAILABLE ? 'busy' : 'failed'
}

/** Reads `Retry-After`: seconds or a date (RFC 9110, section 10.2.3). Null for what is neither, or is over. */
export function readRetryAfter(header: string | undefined, now: Instant): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header)
  const date = /^[A-Z][a-z]{2}, .* GMT$/.test(header) ? Date.parse(header) : Number.NaN
  return date > now ? Math.ceil((date - now) / 1_000) : null
}
