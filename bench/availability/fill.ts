import type { Client } from 'pg'
import type { EpochDay } from '../../src/domain/calendar.ts'
import { withoutIndexes } from '../support/bulk-load.ts'
import { idPrefix } from '../support/people.ts'
import { queryNumber } from '../support/postgres.ts'
import { CLAIMS, officeHours } from './hours.ts'
import { bookingColumns, seedShop } from './shop.ts'

const PROVIDERS = 1_000
const CUSTOMERS = 100
const YEARS = 5
const BATCH = 500_000
/** Ids of the past begin after those of live bookings. */
const FIRST_PAST = 0x100000000
const FIRST_CROWD = 0x200000000

export interface TablePlan {
  readonly name: string
  readonly bookings: number
  /** Live claims of providers who are not searched, with a booking each, beside the rest. */
  readonly otherClaims: number
}

export interface Filling {
  readonly plan: TablePlan
  readonly firstDay: EpochDay
  readonly step: (text: string) => void
  readonly signal: AbortSignal
}

const insertPast = `
  insert into bookings (${bookingColumns})
  select
    ($1 || lpad(to_hex($2::bigint + n), 12, '0'))::uuid,
    'completed',
    ($3 || lpad(to_hex(n % $5::bigint), 12, '0'))::uuid,
    1,
    ($4 || lpad(to_hex(n % $5::bigint), 12, '0'))::uuid,
    ($6 || lpad(to_hex(n % $7::bigint), 12, '0'))::uuid,
    starts_at, starts_at + make_interval(mins => $8), 0, 0, 75.00, 'USD', starts_at, '{}', starts_at, starts_at
  from generate_series($9::bigint, $10::bigint - 1) as n
  cross join lateral (
    select date_trunc('hour', now()) - interval '1 day'
      - make_interval(days => $11) * (1 - n / $12::double precision) as starts_at
  ) as time
`

const insertCrowd = `
  with given as (
    select
      ($1 || lpad(to_hex($2::bigint + n), 12, '0'))::uuid as booking_id,
      1 + (n % ($5::bigint - 1))::integer as provider,
      date_trunc('hour', now()) + interval '2 days' + (n / ($5::bigint - 1)) * make_interval(mins => $8) as starts_at
    from generate_series(0, $9::bigint - 1) as n
  ),
  offered as (
    select *,
      starts_at + make_interval(mins => $8) as ends_at,
      ($3 || lpad(to_hex(provider), 12, '0'))::uuid as service_id,
      ($4 || lpad(to_hex(provider), 12, '0'))::uuid as provider_id,
      ($6 || lpad(to_hex(provider % $7), 12, '0'))::uuid as customer_id
    from given
  ),
  booked as (
    insert into bookings (${bookingColumns})
    select booking_id, 'confirmed', service_id, 1, provider_id, customer_id, starts_at, ends_at,
      0, 0, 75.00, 'USD', starts_at, '{}', now(), now()
    from offered
  )
  insert into claims (provider_number, blocked, starts_at, ends_at, service_id, booking_id)
  select provider + 1, tstzrange(starts_at, ends_at), starts_at, ends_at, service_id, booking_id
  from offered
`

const ids = [idPrefix.service, idPrefix.provider, PROVIDERS, idPrefix.customer, CUSTOMERS] as const

/** Fills an empty database: the first provider's claims, and all the rest in the past and at others. Returns the seconds it took. */
export async function fillTable(client: Client, filling: Filling): Promise<number> {
  const { plan, firstDay, step } = filling
  const begin = performance.now()
  await seedShop(client, { providers: PROVIDERS, claimedProviders: 1, firstDay })
  await withoutIndexes(client, 'bookings', () => insertPastBookings(client, filling), step)
  if (plan.otherClaims > 0) {
    step(`${plan.otherClaims} claims of others`)
    const [service, provider, ...people] = ids
    const values = [idPrefix.booking, FIRST_CROWD, service, provider, ...people, officeHours.slotMinutes]
    await client.query(insertCrowd, [...values, plan.otherClaims])
  }
  step('vacuum')
  // Else autovacuum would do it while the search is measured.
  await client.query('vacuum (freeze, analyze)')
  await client.query('checkpoint')
  const found = {
    bookings: await queryNumber(client, 'select count(*) as value from bookings'),
    claims: await queryNumber(client, 'select count(*) as value from claims'),
  }
  if (found.bookings !== plan.bookings + plan.otherClaims || found.claims !== CLAIMS + plan.otherClaims) {
    throw new Error(`${plan.name} has ${found.bookings} bookings and ${found.claims} claims`)
  }
  return (performance.now() - begin) / 1000
}

async function insertPastBookings(client: Client, { plan, step, signal }: Filling): Promise<void> {
  const past = plan.bookings - CLAIMS
  const [service, provider, ...people] = ids
  const values = [idPrefix.booking, FIRST_PAST, service, provider, ...people, officeHours.slotMinutes]
  for (let first = 0; first < past; first += BATCH) {
    signal.throwIfAborted()
    step(`${first.toLocaleString('en')} bookings`)
    const range = [first, Math.min(first + BATCH, past)]
    await client.query(insertPast, [...values, ...range, YEARS * 365, past])
  }
}
