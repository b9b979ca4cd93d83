import { idOf, seedPeople } from '../../../bench/support/people.ts'
import { withClient } from '../../../bench/support/postgres.ts'
import { forgeToken } from '../../http/support/tokens.ts'
import type { SoldService } from './record.ts'

const PROVIDERS = 3
const CUSTOMERS = 16
const OPENS_HOUR = 9
const HOURS = 3
const FIRST_DAY = 3
const FEW_DAYS = 2
const DAY = 86_400_000
const HOUR = 3_600_000
const MINUTE = 60_000
/** The last customer, who is another from then on and buys nothing. */
const ADMIN = idOf('customer', CUSTOMERS)
const TOKEN_SECONDS = 7 * 86_400

interface Terms {
  readonly provider: number
  readonly minutes: number
  readonly interval: number
  readonly before: number
  readonly after: number
  readonly dailyLimit: number | null
  readonly confirmed: boolean
}

/**
 * Few slots that overlap each other, so that everyone is in everyone's way: two services of one provider, one that has
 * to be confirmed, and one with a daily limit.
 */
const terms: readonly Terms[] = [
  { provider: 0, minutes: 30, interval: 15, before: 0, after: 10, dailyLimit: null, confirmed: true },
  { provider: 0, minutes: 60, interval: 30, before: 5, after: 0, dailyLimit: null, confirmed: true },
  { provider: 1, minutes: 30, interval: 30, before: 0, after: 0, dailyLimit: null, confirmed: false },
  { provider: 2, minutes: 20, interval: 20, before: 0, after: 0, dailyLimit: 4, confirmed: true },
]

export interface Offered extends SoldService {
  /** The starts that everyone is after, in milliseconds since 1970. */
  readonly starts: readonly number[]
}

export interface Shop {
  readonly services: readonly Offered[]
  readonly customers: readonly string[]
  readonly providers: readonly string[]
  readonly admin: string
  /** Of a search that shows all of the starts. */
  readonly range: { readonly from: string; readonly to: string }
  tokenOf(user: string): string
}

const startsOf = (firstDay: number, days: number, { minutes, interval }: Terms) =>
  Array.from({ length: days }, (_, day) => firstDay + day * DAY + OPENS_HOUR * HOUR).flatMap((opening) => {
    const count = Math.floor((HOURS * 60 - minutes) / interval) + 1
    return Array.from({ length: count }, (_, index) => opening + index * interval * MINUTE)
  })

/**
 * Fills a migrated database without people, and tells what there is to fight for.
 *
 * @param days how many days are offered: the fewer, the more everyone is in everyone's way
 */
export async function openShop(databaseUrl: string, secret: string, days = FEW_DAYS): Promise<Shop> {
  const firstDay = Math.floor(Date.now() / DAY) * DAY + FIRST_DAY * DAY
  const services = terms.map((one, number) => ({
    id: idOf('service', number),
    provider: idOf('provider', one.provider),
    minutes: one.minutes,
    before: one.before,
    after: one.after,
    dailyLimit: one.dailyLimit,
    reminders: [10, 60],
    starts: startsOf(firstDay, days, one),
  }))
  await seed(databaseUrl)
  const providers = Array.from({ length: PROVIDERS }, (_, number) => idOf('provider', number))
  const customers = Array.from({ length: CUSTOMERS }, (_, number) => idOf('customer', number))
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS
  const token = (sub: string, role: string) => forgeToken({ secret, claims: { sub, roles: [role], exp } })
  const tokens = new Map([
    ...providers.map((id) => [id, token(id, 'provider')] as const),
    ...customers.map((id) => [id, token(id, 'customer')] as const),
    [ADMIN, token(ADMIN, 'admin')] as const,
  ])
  const range = {
    from: new Date(firstDay).toISOString(),
    to: new Date(firstDay + days * DAY).toISOString(),
  }
  return { services, customers, providers, admin: ADMIN, range, tokenOf: (user) => tokens.get(user) ?? '' }
}

const seed = (databaseUrl: string) =>
  withClient(databaseUrl, async (client) => {
    await seedPeople(client, {
      providers: PROVIDERS,
      customers: CUSTOMERS + 1,
      passwordHash: 'nobody logs in',
    })
    await client.query(`update auth.users set roles = array['admin'] where id = $1`, [ADMIN])
    await client.query(
      `insert into schedules (provider_id, time_zone, updated_at)
       select id, 'UTC', now() from auth.users where 'provider' = any (roles)`,
    )
    await client.query(
      `insert into weekly_hours (provider_id, weekday, minutes)
       select provider_id, weekday, int4range($1, $2) from schedules, generate_series(1, 7) as weekday`,
      [OPENS_HOUR * 60, (OPENS_HOUR + HOURS) * 60],
    )
    for (const [number, one] of terms.entries()) {
      await client.query(
        `insert into services (
           id, provider_id, title, category, price, currency, duration_minutes, slot_interval_minutes,
           buffer_before_minutes, buffer_after_minutes, max_horizon_days, daily_limit, requires_confirmation,
           reminder_minutes, created_at, updated_at
         )
         values ($1, $2, 'Contended', 'checker', 75, 'USD', $3, $4, $5, $6, 30, $7, $8, array[10, 60], now(), now())`,
        [
          idOf('service', number),
          idOf('provider', one.provider),
          one.minutes,
          one.interval,
          one.before,
          one.after,
          one.dailyLimit,
          !one.confirmed,
        ],
      )
    }
  })
