/** Milliseconds from the commit of a booking to the socket of its customer, at half of the bookings a second. */
export const MOST_LATENCY = { p50: 2, p99: 15 } as const
/** Bookings a second with events by those without. */
export const LEAST_RATE_WITH_EVENTS = 0.85
/** The p99 of others beside a stalled listener by the one without: what two measurements of the same differ by. */
export const MOST_SLOWDOWN = 1.25
