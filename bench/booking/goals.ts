/** What is wanted of a ratio, at least. */
export interface RatioGoal<Name extends string> {
  readonly title: string
  readonly one: Name
  readonly other: Name
  /** Null where nothing is asked. */
  readonly least: number | null
}

const perBooking = 'of bookings in the same run'

/** The ratios of each part, in the words of the report. */
export const ratioGoals = {
  create: [
    { title: 'HTTP / pgbench', one: 'http', other: 'direct', least: 0.6 },
    { title: 'HTTP / bare Fastify', one: 'http', other: 'bare', least: null },
  ],
  changes: [
    { title: `hold and redeem, ${perBooking}`, one: 'holdAndRedeem', other: 'book', least: null },
    { title: `reschedule, ${perBooking}`, one: 'reschedule', other: 'book', least: null },
    { title: `cancel, ${perBooking}`, one: 'cancel', other: 'book', least: null },
    { title: 'book / pgbench', one: 'book', other: 'bookDirectly', least: null },
    { title: 'hold and redeem / pgbench', one: 'holdAndRedeem', other: 'holdAndRedeemDirectly', least: null },
    { title: 'reschedule / pgbench', one: 'reschedule', other: 'rescheduleDirectly', least: null },
    { title: 'cancel / pgbench', one: 'cancel', other: 'cancelDirectly', least: null },
  ],
  get: [
    { title: 'HTTP / pgbench', one: 'http', other: 'direct', least: 0.45 },
    { title: 'HTTP / bare Fastify', one: 'http', other: 'bare', least: 0.65 },
  ],
  list: [{ title: 'page 1,000 / page 1', one: 'deep', other: 'first', least: 0.9 }],
} as const satisfies Record<string, readonly RatioGoal<string>[]>

/** Milliseconds in which 99 of 100 are told that the hot slot is taken. */
export const MOST_REFUSED_P99 = 1_500
/** The p99 of bookings at other providers during the rush by the one without. */
export const MOST_SLOWDOWN = 2
