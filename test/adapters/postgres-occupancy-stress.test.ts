import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setImmediate as breathe, setTimeout as delay } from 'node:timers/promises'
import { openPostgres } from '../../src/adapters/postgres/database.ts'
import { forgetOldChanges } from '../../src/adapters/postgres/old-changes.ts'
import type { BookingLedger } from '../../src/application/ports/booking-ledger.ts'
import type { Booking } from '../../src/domain/booking.ts'
import type { BookingId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Offer } from '../../src/domain/service.ts'
import { times } from '../contracts/harness.ts'
import { openShop, TEN } from '../contracts/shop.ts'
import { addOfferOfNewProvider, cancellationOf } from '../support/fixtures.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

const SEED = Number(process.env.SEED ?? 20_260_601)
const MILLISECONDS = 4_000
/** Of each reader: on a busy machine it takes longer until so much has been seen. */
const LEAST_READINGS = 50
const MOST_MILLISECONDS = 60_000
const WRITERS = 6
const READERS = 3
const PROVIDERS = 5
const SLOTS = 40
const MONTH = { start: TEN, end: plusMinutes(TEN, 30 * 1440) }

/** Numbers below a bound, the same ones for the same seed (Numerical Recipes' linear congruence). */
function randomFrom(seed: number) {
  let state = seed >>> 0
  return (bound: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}

/** What every reading has to have, and what none may have: only what was acknowledged counts. */
interface Truth {
  readonly standing: Map<BookingId, Offer>
  readonly cancelled: Set<BookingId>
}

interface Run {
  readonly offers: readonly Offer[]
  readonly truth: Truth
  /** How often each reader has read. */
  readonly readings: number[]
  readonly isOver: () => boolean
}

type Shop = Awaited<ReturnType<typeof openShop>>

/** Books and cancels at random, one after the other, over a connection of whichever node. */
async function write(shop: Shop, ledger: BookingLedger, { offers, truth, isOver }: Run, seed: number) {
  const random = randomFrom(seed)
  const mine: [Booking, Offer][] = []
  while (!isOver()) {
    const offer = offers[random(offers.length)] as Offer
    if (mine.length > 0 && random(2) === 0) {
      const [[booking] = []] = mine.splice(random(mine.length), 1)
      assert(booking)
      truth.standing.delete(booking.id)
      assert((await ledger.change(cancellationOf(booking), null)).ok)
      truth.cancelled.add(booking.id)
    } else {
      const entry = shop.entryAt(plusMinutes(TEN, random(SLOTS) * 60), offer)
      const outcome = await ledger.book(entry, null)
      if (outcome.ok) {
        truth.standing.set(outcome.value.id, offer)
        mine.push([outcome.value, offer])
      }
    }
  }
}

/** Reads some providers at random, and holds each reading against what was acknowledged before it began. */
async function read({ occupancy }: Pick<Shop, 'occupancy'>, run: Run, seed: number): Promise<void> {
  const random = randomFrom(seed)
  const reader = run.readings.push(0) - 1
  for (; !run.isOver(); run.readings[reader] = (run.readings[reader] ?? 0) + 1) {
    const asked = run.offers.filter(() => random(2) === 0)
    const cancelled = new Set(run.truth.cancelled)
    const standing = [...run.truth.standing]
    const found = await occupancy.read(
      asked.map(({ service }) => service.id),
      () => MONTH,
    )
    for (const [index, { claims }] of found.entries()) {
      const ids = new Set(claims.map(({ bookingId }) => bookingId as BookingId))
      const missed = standing.filter(
        ([id, offer]) => offer === asked[index] && run.truth.standing.has(id) && !ids.has(id),
      )
      assert.deepEqual(missed, [], `seed ${SEED}: acknowledged before the reading, and not in it`)
      assert.equal(
        [...ids].find((id) => cancelled.has(id)),
        undefined,
        `seed ${SEED}: cancelled, and in it`,
      )
    }
    // Else readings that share go round without ever letting a writer's answer in.
    if (random(4) === 0) await breathe()
  }
}

describe('PostgreSQL occupancy under load', () => {
  it('never lacks what was acknowledged, nor has what was cancelled, on two nodes', async () => {
    await using shop = await openShop(() => bench.open())
    const offers = [shop.offer]
    for (const _ of times(PROVIDERS - 1)) offers.push(await addOfferOfNewProvider(shop))
    const begun = performance.now()
    const truth = { standing: new Map(), cancelled: new Set<BookingId>() }
    const readings: number[] = []
    const isSeen = () => Math.min(...readings) > LEAST_READINGS && truth.cancelled.size > LEAST_READINGS
    const isOver = () => performance.now() - begun > (isSeen() ? MILLISECONDS : MOST_MILLISECONDS)
    const run = { offers, truth, readings, isOver }
    const { otherNode } = shop
    const trimming = async () => {
      await using postgres = await openPostgres(bench.database.url, { pipelineConnections: 1 })
      // All that can go goes, again and again: readers then have to forget everything.
      for (; !run.isOver(); await delay(200)) await forgetOldChanges(postgres, 0)
    }
    await Promise.all([
      ...times(READERS).flatMap((n) => [read(shop, run, SEED + n), read(otherNode, run, -SEED - n)]),
      ...times(WRITERS).map((n) => write(shop, n % 2 ? shop.ledger : otherNode.ledger, run, SEED * (n + 2))),
      trimming(),
    ])
    assert(isSeen(), `readings: ${readings.join()}, cancelled: ${truth.cancelled.size}`)
    const counted = await shop.ledger.claims(
      offers.map(({ providerNumber }) => providerNumber),
      MONTH,
    )
    for (const node of [shop, otherNode]) {
      const ids = offers.map(({ service }) => service.id)
      for (const { offer, claims } of await node.occupancy.read(ids, () => MONTH)) {
        assert.deepEqual(claims, counted.get(offer.providerNumber))
      }
    }
  })
})
