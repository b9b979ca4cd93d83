import { writeFile } from 'node:fs/promises'
import type { Client } from 'pg'
import { nextFreeIndex, shop } from './shop.ts'

const standing = `
  select
    row_number() over (order by bookings.number) - 1 as place,
    bookings.id,
    ('x' || right(bookings.customer_id::text, 8))::bit(32)::integer as customer,
    users.number::integer as provider_number,
    to_timestamp(
      $1::bigint
      + $2::integer * row_number() over (partition by bookings.provider_id order by bookings.number)
    ) as target
  from bookings
  join auth.users on users.id = bookings.provider_id
  where bookings.status = 'confirmed'
`

/** After the last slot that is taken: each booking has one of its provider there. */
async function queueValues(client: Client, firstStart: number): Promise<[number, number]> {
  const quarters = (await nextFreeIndex(client, firstStart)) / shop.providers
  const slotSeconds = shop.slotMinutes * 60
  return [firstStart + quarters * slotSeconds, slotSeconds]
}

/** Writes the bookings that can be changed, each with a free slot of its provider, for wrk; returns how many. */
export async function writeQueue(client: Client, firstStart: number, file: string): Promise<number> {
  const { rows } = await client.query<{ id: string; customer: number; target: Date }>(
    `${standing} order by place`,
    await queueValues(client, firstStart),
  )
  const lines = rows.map(({ id, customer, target }) => `${id} ${customer} ${target.toISOString()}\n`)
  await writeFile(file, lines.join(''))
  return rows.length
}

/** As `writeQueue`, in a table for pgbench. */
export async function fillQueue(client: Client, firstStart: number): Promise<void> {
  await client.query('drop table if exists bench_queue')
  await client.query(
    `create table bench_queue (
       place bigint primary key,
       id uuid not null,
       customer integer not null,
       provider_number integer not null,
       target timestamptz not null
     )`,
  )
  await client.query(`insert into bench_queue (place, id, customer, provider_number, target) ${standing}`, [
    ...(await queueValues(client, firstStart)),
  ])
  await client.query('analyze bench_queue')
}
