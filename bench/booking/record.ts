import type { Client } from 'pg'
import { idOf, idPrefix } from '../support/people.ts'
import { metadata } from './sample.ts'
import { shop } from './shop.ts'

/** Bookings of the past. Number `n` is at provider `n % providers` and of customer `n % customers`. */
export const record = { bookings: 100_000, customers: 4 } as const

/** Loads what is only read: bookings that are over, and have neither claims nor reminders any more. */
export async function fillRecord(client: Client): Promise<void> {
  await client.query(
    `insert into bookings (
       id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at,
       buffer_before_minutes, buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
     )
     select
       ($1 || lpad(to_hex(n), 12, '0'))::uuid, 'completed',
       ($2 || lpad(to_hex(n % $5::integer), 12, '0'))::uuid, 1,
       ($3 || lpad(to_hex(n % $5), 12, '0'))::uuid,
       ($4 || lpad(to_hex(n % $6::integer), 12, '0'))::uuid,
       starts_at, starts_at + make_interval(mins => $7), 0, 0, $8, $9, starts_at, $10, starts_at, starts_at
     from generate_series(0, $11::integer - 1) as n
     cross join lateral (
       select date_trunc('day', now()) - (n / $5 + 1) * make_interval(mins => $7) as starts_at
     ) as time`,
    [
      ...[idPrefix.booking, idPrefix.service, idPrefix.provider, idPrefix.customer],
      ...[
        shop.providers,
        record.customers,
        shop.slotMinutes,
        shop.price,
        shop.currency,
        metadata,
        record.bookings,
      ],
    ],
  )
}

export const pathOf = (booking: number) => `/v1/bookings/${idOf('booking', booking)}`
export const customerOf = (booking: number) => booking % record.customers
