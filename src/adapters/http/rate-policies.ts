/** How often something may be done: at most `quota` times in `windowSeconds`. */
export interface RatePolicy {
  readonly quota: number
  readonly windowSeconds: number
}

/**
 * How often each thing may be done. `address` counts everything that comes from one address, before anybody looks at it,
 * and `account` everything of one account; the others count some routes, of an account where somebody has said who
 * they are, of an address where nobody has. Wide enough for a firm behind one address: what guards passwords is the work
 * that each costs, and the delays that grow.
 */
export const DEFAULT_POLICIES = {
  address: { quota: 50_000, windowSeconds: 10 },
  account: { quota: 20_000, windowSeconds: 10 },
  login: { quota: 100, windowSeconds: 10 },
  register: { quota: 1_000, windowSeconds: 3_600 },
  reset: { quota: 60, windowSeconds: 3_600 },
  refresh: { quota: 600, windowSeconds: 60 },
  holds: { quota: 3_000, windowSeconds: 60 },
  searches: { quota: 20_000, windowSeconds: 10 },
  calls: { quota: 60, windowSeconds: 60 },
  exports: { quota: 60, windowSeconds: 3_600 },
} as const satisfies Record<string, RatePolicy>

export type PolicyName = keyof typeof DEFAULT_POLICIES

/** A policy that is left out limits nothing. */
export type RatePolicies = { readonly [name in PolicyName]?: RatePolicy }

export type RoutePolicy = Exclude<PolicyName, 'address' | 'account'>

/** Which routes count towards which policy, besides `address` and `account`; others say so themselves (`config.ratePolicy`). */
export const POLICY_OF_ROUTE: Readonly<Record<string, RoutePolicy>> = {
  'POST /v1/auth/login': 'login',
  'POST /v1/auth/register': 'register',
  'POST /v1/auth/password-reset': 'reset',
  'POST /v1/auth/password-reset/confirm': 'reset',
  'POST /v1/auth/refresh': 'refresh',
  'POST /v1/holds': 'holds',
  'GET /v1/availability': 'searches',
  'GET /v1/availability/next': 'searches',
  'GET /v1/providers/:id/days/:date': 'searches',
  'GET /v1/services': 'searches',
  'GET /v1/providers': 'searches',
  'POST /v1/webhooks/:id/ping': 'calls',
  'POST /v1/webhooks/:id/deliveries/:delivery_id/replay': 'calls',
  // It reads all that the log has.
  'GET /v1/me/export': 'exports',
}
