import type { Client } from 'pg'
import type { EpochDay } from '../../src/domain/calendar.ts'
import { idOf, idPrefix, seedPeople } from '../support/people.ts'
import { claimedIntervals, officeHours, zoneOfProvider } from './hours.ts'

const CUSTOMERS = 100
const WORKDAYS = 5

export interface ShopPlan {
  readonly providers: number
  /** The first so many have their time claimed by bookings. */
  readonly claimedProviders: number
  readonly firstDay: EpochDay
}

/** Fills an empty database with providers who keep office hours, each with one service of an hour. */
export async function seedShop(client: Client, { providers, claimedProviders, firstDay }: ShopPlan) {
  await seedPeople(client, { providers, customers: CUSTOMERS, passwordHash: 'nobody logs in' })
  await client.query(
    `insert into schedules (provider_id, time_zone, updated_at)
     select ($1 || lpad(to_hex(n - 1), 12, '0'))::uuid, zone, now()
     from unnest($2::text[]) with ordinality as given (zone, n)`,
    [idPrefix.provider, Array.from({ length: providers }, (_, number) => zoneOfProvider(number))],
  )
  await client.query(
    `insert into weekly_hours (provider_id, weekday, minutes)
     select provider_id, weekday, int4range($1, $2) from schedules, generate_series(1, $3) as weekday`,
    [officeHours.opens, officeHours.closes, WORKDAYS],
  )
  await client.query(
    `insert into weekly_breaks (provider_id, weekday, minutes)
     select provider_id, weekday, int4range($1, $2) from schedules, generate_series(1, $3) as weekday`,
    [officeHours.lunch.start, officeHours.lunch.end, WORKDAYS],
  )
  await client.query(
    `insert into services (
       id, provider_id, title, category, price, currency, duration_minutes, slot_interval_minutes,
       max_horizon_days, reminder_minutes, created_at, updated_at
     )
     select ($1 || right(provider_id::text, 12))::uuid, provider_id, 'An hour', 'Bench', 75.00, 'USD', $2, $2,
       365, array[10], now(), now()
     from schedules`,
    [idPrefix.service, officeHours.slotMinutes],
  )
  const claims = Array.from({ length: claimedProviders }, (_, provider) =>
    claimedIntervals(provider, zoneOfProvider(provider), firstDay).map(({ start }) => ({ provider, start })),
  )
  await insertLiveBookings(client, claims.flat())
  await client.query('analyze')
}

const BATCH = 10_000

/** Bookings of slots to come, numbered from 0, each with its claim. */
async function insertLiveBookings(
  client: Client,
  slots: readonly { readonly provider: number; readonly start: number }[],
): Promise<void> {
  for (let first = 0; first < slots.length; first += BATCH) {
    const batch = slots.slice(first, first + BATCH)
    await client.query(
      `with given as (
         select
           ($1 || lpad(to_hex($2 + place - 1), 12, '0'))::uuid as booking_id,
           provider,
           to_timestamp(start / 1000.0) as starts_at,
           to_timestamp(start / 1000.0) + make_interval(mins => $5) as ends_at,
           ($6 || lpad(to_hex(provider), 12, '0'))::uuid as service_id,
           ($7 || lpad(to_hex(provider), 12, '0'))::uuid as provider_id
         from unnest($3::integer[], $4::bigint[]) with ordinality as slot (provider, start, place)
       ),
       booked as (
         insert into bookings (${bookingColumns})
         select booking_id, 'confirmed', service_id, 1, provider_id, $8, starts_at, ends_at,
           0, 0, 75.00, 'USD', starts_at, '{}', now(), now()
         from given
       )
       insert into claims (provider_number, blocked, starts_at, ends_at, service_id, booking_id)
       select provider + 1, tstzrange(starts_at, ends_at), starts_at, ends_at, service_id, booking_id
       from given`,
      [
        idPrefix.booking,
        first,
        batch.map(({ provider }) => provider),
        batch.map(({ start }) => start),
        officeHours.slotMinutes,
        idPrefix.service,
        idPrefix.provider,
        idOf('customer', 0),
      ],
    )
  }
}

export const bookingColumns = `
  id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at,
  buffer_before_minutes, buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
`
