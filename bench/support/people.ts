import type { Client } from 'pg'
import { queryNumber } from './postgres.ts'

/**
 * All but the last 12 hexadecimal digits of the ids of each kind. Ids are made of numbers, so that programs without
 * memory for a list (pgbench, wrk) can make them too.
 */
export const idPrefix = {
  provider: '01900000-0000-7000-8000-',
  service: '01900000-0000-7000-8001-',
  customer: '01900000-0000-7000-8002-',
  booking: '01900000-0000-7000-8003-',
  event: '01900000-0000-7000-8004-',
  hold: '01900000-0000-7000-8005-',
} as const

export const idOf = (kind: keyof typeof idPrefix, number: number) =>
  idPrefix[kind] + number.toString(16).padStart(12, '0')

export const customerEmail = (number: number) => `customer-${number}@example.com`

export interface People {
  readonly providers: number
  readonly customers: number
  /** Of the one password that everyone has. */
  readonly passwordHash: string
}

const insertUsers = `
  insert into auth.users (id, email, password_hash, roles, created_at, updated_at)
  select ($1 || lpad(to_hex(n), 12, '0'))::uuid, $2 || '-' || n || '@example.com', $3, array[$2], now(), now()
  from generate_series(0, $4::integer - 1) as n
  order by n
`

/** Fills an empty database with accounts. Provider `n` has the number `n + 1`, on which programs may rely. */
export async function seedPeople(client: Client, people: People): Promise<void> {
  const { providers, customers, passwordHash } = people
  await client.query(insertUsers, [idPrefix.provider, 'provider', passwordHash, providers])
  await client.query(insertUsers, [idPrefix.customer, 'customer', passwordHash, customers])
  await client.query(
    `insert into profiles (id, first_name, last_name, created_at, updated_at)
     select id, 'Ada', 'Byron', now(), now() from auth.users`,
  )
  const misnumbered = await queryNumber(
    client,
    `select count(*) as value from generate_series(0, $2::integer - 1) as n
     left join auth.users on users.id = ($1 || lpad(to_hex(n), 12, '0'))::uuid and users.number = n + 1
     where users.id is null`,
    [idPrefix.provider, providers],
  )
  if (misnumbered > 0)
    throw new Error(`${misnumbered} providers have not the number that follows from their id`)
}
