import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { postgresBookingLedger } from '../../src/adapters/postgres/booking-ledger.ts'
import { openPostgres, type PostgresDatabase } from '../../src/adapters/postgres/database.ts'
import { postgresHoldLedger } from '../../src/adapters/postgres/hold-ledger.ts'
import type { EventId, HoldId, UserId } from '../../src/domain/ids.ts'
import { formatInstant, plusMinutes } from '../../src/domain/instant.ts'
import type { Result } from '../../src/domain/result.ts'
import type { Offer } from '../../src/domain/service.ts'
import { openBench, type PostgresBench, type PostgresHarness } from '../adapters/postgres-harness.ts'
import { times } from '../contracts/harness.ts'
import { TEN } from '../contracts/shop.ts'
import { addAccount, addOfferOfNewProvider, bookingEntry, newId } from '../support/fixtures.ts'

const ROUNDS = 1_000
/** Rounds that are played at a time, each about a slot of its own. */
const AT_ONCE = 5

/** Every so often a hold that cannot expire in time and one that already has; between them it is a matter of luck. */
const lifeMilliseconds = (round: number) => (round % 20 === 0 ? 5_000 : (round % 20) - 1)

let bench: PostgresBench
let harness: PostgresHarness
let nodes: readonly PostgresDatabase[]
before(async () => {
  bench = await openBench()
  harness = await bench.open()
  const options = { pipelineConnections: 6 }
  nodes = [await openPostgres(bench.database.url, options), await openPostgres(bench.database.url, options)]
})
after(async () => {
  for (const node of nodes) await node[Symbol.asyncDispose]()
  await bench[Symbol.asyncDispose]()
})

const wordOf = (result: Result<unknown, { readonly code: string }>) =>
  result.ok ? 'yes' : result.rejection.code

/** A hold that lives for milliseconds, which no port would make. */
async function placeHold(offer: Offer, holderId: UserId, round: number): Promise<HoldId> {
  const id = newId() as HoldId
  const start = plusMinutes(TEN, round * 60)
  const text = `
    insert into claims (provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at)
    values ($1, tstzrange($2, $3), $2, $3, $4, $5, $6, clock_timestamp() + make_interval(secs => $7))
  `
  const interval = [formatInstant(start), formatInstant(plusMinutes(start, 60))]
  const seconds = lifeMilliseconds(round) / 1_000
  await bench.database.query(text, [
    offer.providerNumber,
    ...interval,
    offer.service.id,
    id,
    holderId,
    seconds,
  ])
  return id
}

interface Racers {
  readonly offer: Offer
  readonly holder: UserId
  readonly rival: UserId
}

/** Fires at once, with up to three milliseconds between them, and asks again when all is over. */
async function race({ offer, holder, rival }: Racers, round: number) {
  const [one, other] = nodes as [PostgresDatabase, PostgresDatabase]
  const start = plusMinutes(TEN, round * 60)
  const holdId = await placeHold(offer, holder, round)
  const find = (node: PostgresDatabase, who: UserId) => postgresHoldLedger(node).find(holdId, who)
  const redeemed = { ...bookingEntry(offer, holder, start), holdId }
  const wanted = bookingEntry(offer, rival, start)
  const after = async <T>(step: number, work: () => Promise<T>) => {
    const pause = (round * 7 + step * 5) % 4
    if (pause > 0) await delay(pause)
    return work()
  }
  const [redeem, book, , told, stranger] = await Promise.all([
    after(0, () => postgresBookingLedger(one).book(redeemed, null)),
    after(1, () => postgresBookingLedger(other).book(wanted, null)),
    after(2, () => postgresHoldLedger(one).expire([newId() as EventId])),
    after(3, () => find(other, holder)),
    after(4, () => find(one, rival)),
  ])
  return {
    holdId,
    ids: { redeemed: redeemed.booking.id, wanted: wanted.booking.id },
    redeem: wordOf(redeem),
    book: wordOf(book),
    told: wordOf(told),
    stranger: wordOf(stranger),
    inTheEnd: wordOf(await find(one, holder)),
  }
}

type Raced = Awaited<ReturnType<typeof race>>

/** What everyone was told has to be one story. */
function storyOf({ redeem, book, told, stranger, inTheEnd }: Raced): 'redeemed' | 'rival' | 'nobody' {
  assert.equal(stranger, 'hold-not-found')
  if (redeem === 'yes') {
    assert.deepEqual([book, inTheEnd], ['slot-taken', 'hold-not-found'])
    assert.notEqual(told, 'hold-expired')
    return 'redeemed'
  }
  assert.deepEqual([redeem, inTheEnd], ['hold-expired', 'hold-expired'])
  assert.notEqual(told, 'hold-not-found')
  if (book === 'yes') return 'rival'
  assert.equal(book, 'slot-taken')
  return 'nobody'
}

const RECORD = `
  select
    (select string_agg(type || ' ' || subject_id, ', ' order by type) from events where subject_id = any ($1)) as events,
    (select string_agg(coalesce(booking_id, hold_id)::text, ', ') from claims
      where booking_id = any ($1) or hold_id = any ($1)) as claims,
    (select string_agg(id::text, ', ') from bookings where id = any ($1)) as bookings
`

/** Confirms by the tables what everyone was told, once what has expired is swept up. */
async function confirm({ holdId, ids }: Raced, story: ReturnType<typeof storyOf>): Promise<void> {
  const winner = { redeemed: ids.redeemed, rival: ids.wanted, nobody: null }[story]
  const [record] = await bench.database.query(RECORD, [[holdId, ids.redeemed, ids.wanted]])
  const events = [
    ...(winner === null ? [] : [`booking.created ${winner}`]),
    ...(story === 'redeemed' ? [] : [`hold.expired ${holdId}`]),
  ]
  assert.deepEqual(record, { events: events.join(', '), claims: winner, bookings: winner })
}

it('redeeming a hold, its end and a rival are decided once and told to everyone alike, a thousand times', async (t) => {
  const offer = await addOfferOfNewProvider(harness)
  const [holder, rival] = [
    (await addAccount(harness.accounts, 'customer')).user.id,
    (await addAccount(harness.accounts, 'customer')).user.id,
  ]
  const stories = { redeemed: 0, rival: 0, nobody: 0 }
  const told: { readonly raced: Raced; readonly story: ReturnType<typeof storyOf> }[] = []
  const rounds = times(ROUNDS).values()
  const play = async () => {
    for (const round of rounds) {
      const raced = await race({ offer, holder, rival }, round)
      const story = storyOf(raced)
      stories[story]++
      told.push({ raced, story })
    }
  }
  await Promise.all(times(AT_ONCE).map(play))
  await postgresHoldLedger(nodes[0] as PostgresDatabase).expire(times(ROUNDS).map(() => newId() as EventId))
  for (const { raced, story } of told) await confirm(raced, story)
  t.diagnostic(`redeemed ${stories.redeemed}, rival ${stories.rival}, nobody ${stories.nobody}`)
  assert.equal(told.length, ROUNDS)
  assert.ok(stories.redeemed >= ROUNDS / 20 && stories.rival >= ROUNDS / 20, JSON.stringify(stories))
})
