import assert from 'node:assert/strict'
import { Client } from 'pg'
import { plusMinutes } from '../../src/domain/instant.ts'
import { openShop, TEN } from '../contracts/shop.ts'
import { addOfferOfNewProvider, newId } from '../support/fixtures.ts'
import type { PostgresBench, PostgresHarness } from './postgres-harness.ts'

/** Where everyone looks. */
export const MONTH = { start: TEN, end: plusMinutes(TEN, 30 * 1440) }

/** A shop of a bench, with a second provider and short words for looking at it. */
export async function openSearchedShop(bench: PostgresBench) {
  let harness: PostgresHarness | undefined
  const shop = await openShop(async () => {
    harness = await bench.open()
    return harness
  })
  assert(harness)
  const { query } = harness.database
  const other = await addOfferOfNewProvider(shop)
  const look = async (offer = shop.offer, occupancy = shop.occupancy) => {
    const [found] = await occupancy.read([offer.service.id], () => MONTH)
    assert(found)
    return found
  }
  const count = async () => (await look()).claims.length
  return { ...shop, query, other, look, count, [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose]() }
}

/** A connection of its own, which may stay inside of a transaction. */
export async function connect({ database }: PostgresBench) {
  const client = new Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
  return { query: client.query.bind(client), [Symbol.asyncDispose]: () => client.end() }
}

export const INSERT_HOLD = `
  insert into claims (provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at)
  select $1, tstzrange(start, start + interval '1 hour'), start, start + interval '1 hour', $2, $3, $4,
    clock_timestamp() + make_interval(secs => $6)
  from (select to_timestamp($5 / 1000.0) as start) as given
`

export type SearchedShop = Awaited<ReturnType<typeof openSearchedShop>>

export const holdValues = ({ offer, customer }: SearchedShop, minutes = 0, seconds = 600) => [
  offer.providerNumber,
  offer.service.id,
  newId(),
  customer.user.id,
  plusMinutes(TEN, minutes),
  seconds,
]
