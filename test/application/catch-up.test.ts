import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { catchUpOf } from '../../src/application/catch-up.ts'
import { takeTurns } from '../../src/application/turns.ts'
import type { Cursor, LoggedEvent } from '../../src/domain/logged-event.ts'
import { ok } from '../../src/domain/result.ts'
import { accepted } from '../support/fixtures.ts'
import { settled } from './event-stage.ts'

const AT_ONCE = 4
const cursorOf = (place: number) => String(place).padStart(6, '0') as Cursor
const START = cursorOf(0)

/** A log of so many events, and listeners who catch up with it; it tells who reads how much of it at once. */
function openStage(count: number, reading: (limit: number) => Promise<unknown> = settled) {
  const events = Array.from({ length: count }, (_, index) => ({ cursor: cursorOf(index + 1) }) as LoggedEvent)
  const stats = { reads: 0, long: 0, mostLong: 0, rows: 0 }
  const log = {
    async read(after: Cursor, limit: number) {
      const isLong = limit > 50
      stats.reads++
      if (isLong) stats.mostLong = Math.max(stats.mostLong, ++stats.long)
      await reading(limit)
      if (isLong) stats.long--
      const from = Number(after)
      const page = events.slice(from, from + limit)
      stats.rows += page.length
      return ok({ events: page, end: page.at(-1)?.cursor ?? after, isLast: page.length < limit })
    },
  }
  const readInTurn = takeTurns(AT_ONCE, { longestWaitMilliseconds: null })
  return {
    stats,
    begin(ready: () => Promise<void> = async () => {}, from = START) {
      const told: Cursor[] = []
      const state = { stopped: false }
      const tell = ({ cursor }: LoggedEvent) => told.push(cursor)
      const catchUp = catchUpOf(
        { log, readInTurn },
        { listener: { ready }, tell, isStopped: () => state.stopped },
      )
      return { told, state, done: catchUp(from, null) }
    },
    all: events.map(({ cursor }) => cursor),
  }
}

describe('Catching up', () => {
  it('reads long stretches for few at once, however many come back, and tells each everything in order', async () => {
    const stage = openStage(3_300)
    const listeners = Array.from({ length: 60 }, () => stage.begin())
    for (const { done } of listeners) accepted(await done)
    for (const { told } of listeners) assert.deepEqual(told, stage.all)
    assert.equal(stage.stats.mostLong, AT_ONCE)
  })

  it('lets whoever has missed little wait for nobody', async () => {
    const { promise: stuck, resolve: goOn } = Promise.withResolvers<void>()
    const stage = openStage(3_000, (limit) => (limit > 50 ? stuck : settled()))
    const many = Array.from({ length: 20 }, () => stage.begin())
    while (stage.stats.long < AT_ONCE) await settled()
    const quick = stage.begin(undefined, cursorOf(2_980))
    accepted(await quick.done)
    assert.deepEqual(quick.told, stage.all.slice(-20))
    goOn()
    for (const { done, told } of many) {
      accepted(await done)
      assert.equal(told.length, 3_000)
    }
  })

  it('gives its turn to others while its listener has no room, and keeps nothing meanwhile', async () => {
    const stage = openStage(2_000, async () => {})
    const waiting: (() => void)[] = []
    // There is room for the first mouthfuls, and then none until somebody makes some.
    const slow = Array.from({ length: 2 * AT_ONCE }, () => {
      let asked = 0
      return stage.begin(() =>
        ++asked <= 3 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve)),
      )
    })
    const quick = stage.begin()
    accepted(await quick.done)
    assert.deepEqual(quick.told, stage.all)
    await settled()
    for (const { told } of slow) assert.equal(told.length, 150)
    for (let round = 0; round < 200 && slow.some(({ told }) => told.length < 2_000); round++) {
      for (const makeRoom of waiting.splice(0)) makeRoom()
      await settled()
    }
    for (const { done, told } of slow) {
      assert.deepEqual(told, stage.all)
      accepted(await done)
    }
    // What was dropped is read again, and not much more than that.
    assert(stage.stats.rows < (2 * AT_ONCE + 1) * 2_000 * 5, String(stage.stats.rows))
  })

  it('reads nothing for whoever has left while they waited for their turn', async () => {
    const stage = openStage(2_000)
    const listeners = Array.from({ length: 40 }, () => stage.begin())
    while (stage.stats.mostLong < AT_ONCE) await settled()
    for (const { state } of listeners) state.stopped = true
    const { reads } = stage.stats
    for (const { done } of listeners) accepted(await done)
    assert.equal(stage.stats.reads, reads)
  })
})
