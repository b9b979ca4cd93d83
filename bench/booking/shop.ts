import type { Client } from 'pg'
import { idPrefix, seedPeople } from '../support/people.ts'
import { queryNumber } from '../support/postgres.ts'

/**
 * What is booked: providers who are open around the clock in UTC, each with one service of a quarter of an hour.
 * Slot `index` is at provider `index % providers` in the `floor(index / providers)`-th quarter from `firstStart`
 * on, so that neighbours in time go to different providers.
 */
export const shop = {
  providers: 200,
  customers: 32,
  slotMinutes: 15,
  horizonDays: 730,
  reminderMinutes: 10,
  price: '75.00',
  currency: 'USD',
} as const

/** Two days less than the horizon: the one that has begun, and one for a run over midnight. */
const BOOKABLE_DAYS = shop.horizonDays - 2
export const SLOTS = ((BOOKABLE_DAYS * 1440) / shop.slotMinutes) * shop.providers

/** The next midnight in UTC, in seconds since 1970. */
export const firstStartAfter = (now: number) => (Math.floor(now / 86_400_000) + 1) * 86_400

/** Fills an empty database with the shop. Everyone has the one password of `passwordHash`. */
export async function seedShop(client: Client, passwordHash: string): Promise<void> {
  await seedPeople(client, { ...shop, passwordHash })
  await client.query(
    `insert into schedules (provider_id, time_zone, updated_at)
     select id, 'UTC', now() from auth.users where 'provider' = any (roles)`,
  )
  await client.query(
    `insert into weekly_hours (provider_id, weekday, minutes)
     select provider_id, weekday, int4range(0, 1440) from schedules, generate_series(1, 7) as weekday`,
  )
  await client.query(
    `insert into services (
       id, provider_id, title, category, price, currency, duration_minutes, slot_interval_minutes,
       max_horizon_days, reminder_minutes, created_at, updated_at
     )
     select ($1 || right(provider_id::text, 12))::uuid, provider_id, 'A quarter of an hour', 'Bench', $2::numeric,
       $3, $4, $4, $5, array[$6::integer], now(), now()
     from schedules`,
    [idPrefix.service, shop.price, shop.currency, shop.slotMinutes, shop.horizonDays, shop.reminderMinutes],
  )
  await client.query('analyze')
}

/** The first slot index that no booking of the database has come to yet. */
export const nextFreeIndex = (client: Client, firstStart: number) =>
  queryNumber(
    client,
    `select coalesce(max(extract(epoch from starts_at)::bigint - $1) / $2 + 1, 0) * $3 as value from claims`,
    [firstStart, shop.slotMinutes * 60, shop.providers],
  )

/** The number of bookings. @throws when one of them is without its claim, its reminder or its event */
export async function countBookings(client: Client): Promise<number> {
  // One statement, and so one moment: bookings may still come in.
  const { rows } = await client.query<Record<string, string>>(
    `select
       (select count(*) from bookings) as bookings,
       (select count(*) from claims) as claims,
       (select count(*) from reminders) as reminders,
       (select count(*) from events) as events`,
  )
  const counts = Object.entries(rows[0] ?? {})
  if (new Set(counts.map(([, count]) => count)).size === 1) return Number(rows[0]?.bookings)
  throw new Error(`Rows are missing: ${counts.map(([table, count]) => `${count} ${table}`).join(', ')}`)
}
