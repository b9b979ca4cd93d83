import type { Client } from 'pg'
import { refuse } from '../support/invalid-run.ts'
import { idOf, idPrefix, seedPeople } from '../support/people.ts'
import { queryNumber } from '../support/postgres.ts'

/**
 * What is booked: providers who are open around the clock in UTC, each with one service of a quarter of an hour.
 * Slot `index` is at provider `index % providers` in the `floor(index / providers)`-th quarter from `firstStart`
 * on, so that neighbours in time go to different providers. Each provider is booked by one customer.
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

/** Three days less than the horizon: the one that has begun, the next, and one for a run over midnight. */
const BOOKABLE_DAYS = shop.horizonDays - 3
export const SLOTS = ((BOOKABLE_DAYS * 1440) / shop.slotMinutes) * shop.providers

/** The midnight after the next in UTC, in seconds since 1970: no reminder falls due meanwhile. */
export const firstStartAfter = (now: number) => (Math.floor(now / 86_400_000) + 2) * 86_400

/** Where slot `index` is and who books it. */
export function slotOf(index: number, firstStart: number) {
  const provider = index % shop.providers
  const quarter = Math.floor(index / shop.providers)
  const start = new Date((firstStart + quarter * shop.slotMinutes * 60) * 1000).toISOString()
  return { start, serviceId: idOf('service', provider), customer: provider % shop.customers }
}

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

/** The first slot index that nothing in the database has come to yet. @throws when the slots are used up */
export async function nextFreeIndex(client: Client, firstStart: number): Promise<number> {
  const index = await queryNumber(
    client,
    `select coalesce(max(extract(epoch from starts_at)::bigint - $1) / $2 + 1, 0) * $3 as value
     from (select starts_at from bookings union all select starts_at from claims) as taken`,
    [firstStart, shop.slotMinutes * 60, shop.providers],
  )
  // A round that runs out of slots would be refused by the server, but this says it better.
  if (index > SLOTS * 0.95) throw new Error(`The ${SLOTS} slots are used up: run fewer or shorter rounds`)
  return index
}

/** How often each thing has happened, by the log. */
export async function countEvents(client: Client): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ type: string; happened: string }>(
    'select type, count(*) as happened from events group by type',
  )
  return new Map(rows.map(({ type, happened }) => [type, Number(happened)]))
}

/**
 * The number of bookings.
 *
 * @throws InvalidRun when a standing one is without its claim or reminder, or one is without what happened to it
 */
export async function checkBookings(client: Client): Promise<number> {
  // One statement, and so one moment: bookings may still come in.
  const { rows } = await client.query<Record<string, string>>(
    `select
       (select count(*) from bookings) as bookings,
       (select count(*) from bookings where status = 'confirmed') as standing,
       (select count(*) from claims where booking_id is not null) as claims,
       (select count(*) from reminders) as reminders,
       (select sum(version) from bookings) as versions,
       (select count(*) from booking_history) as history,
       (select count(*) from events where subject_type = 'booking') as events`,
  )
  const { bookings, standing, claims, reminders, versions, history, events } = rows[0] ?? {}
  refuse(
    standing !== claims && `${standing} standing bookings have ${claims} claims`,
    standing !== reminders && `${standing} standing bookings have ${reminders} reminders`,
    versions !== history && `${versions} versions of bookings have ${history} lines of history`,
    versions !== events && `${versions} versions of bookings have ${events} events`,
  )
  return Number(bookings)
}
