import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Booking } from '../../src/domain/booking.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, cancellationOf, rejectionOf } from '../support/fixtures.ts'
import { moveOf } from '../support/ledger-entries.ts'
import { type OpenHarness, times } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

const CLIENTS = 32
const BOOKINGS = 40
const MOVES = 30
const SLOTS = 120

/** Numbers that look random and are the same in every run. */
function numbers(seed: number) {
  let state = seed * 2_654_435_761 + 1
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Every booking that stands has one claim, on its own slot, and no two overlap. */
async function assertClaimsFit(shop: ContractShop, ids: readonly Booking['id'][]): Promise<void> {
  const { providerNumber } = shop.offer
  const range = { start: plusMinutes(TEN, -10_000), end: plusMinutes(TEN, 100_000) }
  const claims = (await shop.ledger.claims([providerNumber], range)).get(providerNumber) ?? []
  for (const [index, { blocked }] of claims.entries()) {
    const next = claims[index + 1]
    assert(next === undefined || next.blocked.start >= blocked.end, 'two claims overlap')
  }
  const recorded = await shop.archive.findMany(ids)
  assert.deepEqual(
    claims.map(({ bookingId, start, end }) => ({ bookingId, start, end })),
    recorded
      .map(({ id, start, end }) => ({ bookingId: id, start, end }))
      .toSorted((left, right) => left.start - right.start),
  )
  assert.equal((await shop.probe.counts()).claims, ids.length)
}

/** What every ledger keeps when many move at the same moment. */
export function racingMoves(open: OpenHarness): void {
  it('lets 32 clients move 40 bookings over each other without an overlap or a stray claim', async () => {
    await using shop = await openShop(open, { durationMinutes: 20, bufferAfterMinutes: 5 })
    const ids: Booking['id'][] = []
    for (const index of times(BOOKINGS)) ids.push(accepted(await shop.book(plusMinutes(TEN, index * 30))).id)
    const outcomes = new Map<string, number>()
    const client = async (seed: number) => {
      const below = numbers(seed)
      for (const _ of times(MOVES)) {
        const booking = await shop.archive.find(ids[below(BOOKINGS)] as Booking['id'])
        assert(booking)
        const start = plusMinutes(TEN, below(SLOTS) * 20 + below(3) * 5)
        const outcome = await shop.ledger.move(moveOf(booking, shop.offer, start), null)
        const word = outcome.ok ? 'moved' : outcome.rejection.code
        outcomes.set(word, (outcomes.get(word) ?? 0) + 1)
      }
    }
    await Promise.all(times(CLIENTS).map((index) => client(index + 1)))
    for (const word of outcomes.keys()) assert.match(word, /^(moved|slot-taken|version-mismatch)$/)
    assert((outcomes.get('moved') ?? 0) > BOOKINGS)
    await assertClaimsFit(shop, ids)
    const histories = await Promise.all(ids.map((id) => shop.archive.history(id)))
    const changes = histories.reduce((sum, { length }) => sum + length, 0)
    assert.equal(changes, BOOKINGS + (outcomes.get('moved') ?? 0))
  })

  it('writes exactly one of twenty moves of one version, wherever they go', async () => {
    await using shop = await openShop(open)
    let booking = accepted(await shop.book(TEN))
    for (const round of times(20)) {
      const results = await Promise.all(
        times(20).map((racer) =>
          shop.ledger.move(moveOf(booking, shop.offer, plusMinutes(TEN, round * 30 + racer * 60)), null),
        ),
      )
      const written = results.filter((result) => result.ok)
      assert.equal(written.length, 1, `round ${round}`)
      for (const no of results.filter(({ ok }) => !ok)) {
        assert.deepEqual(rejectionOf(no), { code: 'version-mismatch', version: booking.version + 1 })
      }
      booking = accepted(written[0] ?? (results[0] as never))
      await assertClaimsFit(shop, [booking.id])
    }
  })

  it('lets either a move or a cancellation of one version win, and leaves no claim of a cancelled booking', async () => {
    await using shop = await openShop(open)
    for (const round of times(40)) {
      const start = plusMinutes(TEN, round * 120)
      const booking = accepted(await shop.book(start))
      const [moved, cancelled] = await Promise.all([
        shop.ledger.move(moveOf(booking, shop.offer, plusMinutes(start, 60)), null),
        shop.ledger.change(cancellationOf(booking), null),
      ])
      assert.notEqual(moved.ok, cancelled.ok)
      const recorded = await shop.archive.find(booking.id)
      assert.equal(recorded?.status, moved.ok ? 'confirmed' : 'cancelled')
      if (recorded && moved.ok) accepted(await shop.ledger.change(cancellationOf(recorded), null))
      assert.deepEqual(await shop.probe.reminders(booking.id), [])
    }
    assert.equal((await shop.probe.counts()).claims, 0)
  })

  it('gives the slot that a booking leaves to one of those who wait for it, and never both slots away', async () => {
    await using shop = await openShop(open)
    for (const round of times(30)) {
      const start = plusMinutes(TEN, round * 240)
      const booking = accepted(await shop.book(start))
      const [moved, ...booked] = await Promise.all([
        shop.ledger.move(moveOf(booking, shop.offer, plusMinutes(start, 60)), null),
        ...times(10).map((racer) => shop.book(plusMinutes(start, (racer % 2) * 60))),
      ])
      const range = { start, end: plusMinutes(start, 120) }
      const { providerNumber } = shop.offer
      const claims = (await shop.ledger.claims([providerNumber], range)).get(providerNumber) ?? []
      const won = booked.filter(({ ok }) => ok).length
      assert.equal(claims.length, won + 1, `round ${round}`)
      assert(won <= 1 && (moved.ok || won === 1))
    }
  })
}
