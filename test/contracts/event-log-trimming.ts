import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, NOW, rejectionOf } from '../support/fixtures.ts'
import { fillLog, readOn, writeAt } from './event-log-reading.ts'
import type { OpenHarness } from './harness.ts'
import { openShop, TEN } from './shop.ts'

const OLD = plusMinutes(NOW, -10)
const SOON = plusMinutes(NOW, 1)
const until = (before: Instant) => ({ before, now: SOON })

/** What becomes of a log whose beginning is removed, and of those who would go on there. */
export function trimming(open: OpenHarness): void {
  it('removes no more at once than asked for, and nothing that is as young as the instant', async () => {
    await using shop = await openShop(open)
    await fillLog(shop, 5)
    const all = await readOn(shop)
    assert.equal(await shop.log.trim(until(NOW), 100), 0)
    assert.deepEqual(await readOn(shop), all)
    const removed = []
    for (const limit of [2, 2, 2, 2]) removed.push(await shop.log.trim(until(SOON), limit))
    assert.deepEqual(removed, [2, 2, 1, 0])
    assert.deepEqual(await readOn(shop), [])
  })

  it('removes from the beginning only: what is old behind something young stays', async () => {
    await using shop = await openShop(open)
    for (const [hour, occurredAt] of [OLD, NOW, OLD].entries()) {
      await writeAt(shop, occurredAt, plusMinutes(TEN, hour * 60))
    }
    const all = await readOn(shop)
    assert.equal(await shop.log.trim(until(NOW), 100), 1)
    assert.equal(await shop.log.trim(until(NOW), 100), 0)
    assert.deepEqual(await readOn(shop), all.slice(1))
  })

  it('is not stopped by what is said to happen only later than now: that is as old as what comes after it', async () => {
    await using shop = await openShop(open)
    const later = plusMinutes(NOW, 60 * 24 * 365)
    for (const [hour, occurredAt] of [later, later, OLD, later, OLD, later, NOW].entries()) {
      await writeAt(shop, occurredAt, plusMinutes(TEN, hour * 60))
    }
    const all = await readOn(shop)
    await shop.probe.everythingIsReadable()
    assert.equal(await shop.log.trim(until(NOW), 1), 3)
    assert.deepEqual(await readOn(shop, await shop.log.start()), all.slice(3))
    assert.equal(await shop.log.trim(until(NOW), 1), 2)
    assert.equal(await shop.log.trim(until(NOW), 100), 0)
    assert.deepEqual(await readOn(shop, await shop.log.start()), all.slice(5))
  })

  it('tells whoever would have missed something that the cursor has expired, and where the log begins', async () => {
    await using shop = await openShop(open)
    const start = await shop.log.start()
    await fillLog(shop, 5)
    const all = await readOn(shop)
    const [first, second, third] = all.map(({ cursor }) => cursor)
    assert(first && second && third)
    await shop.probe.everythingIsReadable()
    assert.equal(await shop.log.trim(until(SOON), 2), 2)
    for (const expired of [start, first]) {
      const refused = rejectionOf(await shop.log.read(expired, 100))
      assert.equal(refused.code, 'cursor-expired')
      assert.equal(await shop.log.parse(refused.oldest), refused.oldest)
      assert.deepEqual(await readOn(shop, refused.oldest), all.slice(2))
    }
    assert.deepEqual(await readOn(shop, second), all.slice(2))
    assert.deepEqual(await readOn(shop, third), all.slice(3))
    assert.deepEqual(await readOn(shop, await shop.log.start()), all.slice(2))
  })

  it('does not take whoever has read everything for late, when all of it is removed', async () => {
    await using shop = await openShop(open)
    await fillLog(shop, 3)
    const all = await readOn(shop)
    const last = all.at(-1)?.cursor
    assert(last)
    const end = await shop.log.end()
    assert.equal(await shop.log.trim(until(SOON), 100), 3)
    for (const place of [last, end, await shop.log.start()]) {
      assert.deepEqual(accepted(await shop.log.read(place, 100)).events, [])
    }
    await writeAt(shop, NOW, plusMinutes(TEN, 600))
    const later = await readOn(shop, last)
    assert.equal(later.length, 1)
    assert.deepEqual(await readOn(shop, end), later)
  })

  it('is trimmed once by many at the same moment, and never beyond what was asked for', async () => {
    await using shop = await openShop(open)
    await fillLog(shop, 8)
    const all = await readOn(shop)
    const removed = await Promise.all([1, 2, 3, 4].map(() => shop.log.trim(until(SOON), 2)))
    const total = removed.reduce((sum, count) => sum + count, 0)
    assert(total >= 2 && total <= 8, `${removed}`)
    assert.deepEqual(await readOn(shop), all.slice(total))
  })
}
