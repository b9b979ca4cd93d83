/** A point in time: milliseconds since 1970-01-01T00:00Z, as Temporal's epochMilliseconds. */
export type Instant = number & { readonly unit: 'instant' }

export const MINUTE = 60_000
export const DAY_MINUTES = 1_440

/** The years in which the engine reckons; an instant outside them is refused at the door. */
export const FIRST_YEAR = 1970
export const LAST_YEAR = 2199
export const EARLIEST_INSTANT = Date.UTC(FIRST_YEAR, 0, 1) as Instant
/** The first instant that is too late. */
export const LATEST_INSTANT = Date.UTC(LAST_YEAR + 1, 0, 1) as Instant

export const plusMinutes = (instant: Instant, minutes: number) => (instant + minutes * MINUTE) as Instant

export const earlierOf = (a: Instant, b: Instant) => (a < b ? a : b)

export const laterOf = (a: Instant, b: Instant) => (a > b ? a : b)

/** RFC 3339 in UTC, without the fraction when it is zero: `2026-03-08T07:00:00Z`. */
export function formatInstant(instant: Instant): string {
  const text = new Date(instant).toISOString()
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text
}

/**
 * Reads RFC 3339 (section 5.6) with its offset. Anything else is undefined: a time without an offset, a date
 * that does not exist, a leap second, a fraction finer than a millisecond, a year outside FIRST_YEAR to LAST_YEAR.
 */
export function parseInstant(text: string): Instant | undefined {
  if (!RFC_3339.test(text)) return undefined
  try {
    const precise = Temporal.Instant.from(text)
    const instant = precise.epochMilliseconds
    if (precise.epochNanoseconds !== BigInt(instant) * 1_000_000n) return undefined
    return instant >= EARLIEST_INSTANT && instant < LATEST_INSTANT ? (instant as Instant) : undefined
  } catch {
    return undefined
  }
}

const RFC_3339 =
  /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/
