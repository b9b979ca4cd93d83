import assert from 'node:assert/strict'
import { describe, it, type TestOptions } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Bell } from '../../src/application/ports/bell.ts'
import { times } from './harness.ts'

/** The bells of some nodes, which hear one another. */
export interface Bells extends AsyncDisposable {
  /** Three at least. */
  readonly nodes: readonly Bell[]
}

export type OpenBells = () => Promise<Bells>

const PATIENCE_MILLISECONDS = 20_000

/** Somebody who listens and counts. */
export function listener(bell: Bell) {
  let heard = 0
  let wake = () => {}
  const leave = bell.onRing(() => {
    heard++
    wake()
  })
  return {
    leave,
    heard: () => heard,
    /** Fulfils at the next ring; fails the test when there is none for long. */
    async next(): Promise<void> {
      const rung = new Promise<'rung'>((resolve) => {
        wake = () => resolve('rung')
      })
      const end = new AbortController()
      const late = delay(PATIENCE_MILLISECONDS, 'late', { signal: end.signal }).catch(() => 'rung')
      assert.equal(await Promise.race([rung, late]), 'rung', 'nobody rang')
      end.abort()
    },
  }
}

/** What every implementation of the `Bell` port keeps. */
export function bellContract(name: string, open: OpenBells, options: TestOptions = {}): void {
  describe(`${name} bell`, options, () => {
    it('is heard at every node, and where it was rung at once', async () => {
      await using bells = await open()
      const listeners = bells.nodes.map(listener)
      for (const [index, bell] of bells.nodes.entries()) {
        const others = listeners.filter((_, other) => other !== index).map((other) => other.next())
        const before = listeners[index]?.heard() ?? 0
        bell.ring()
        assert((listeners[index]?.heard() ?? 0) > before, 'not heard where it was rung')
        await Promise.all(others)
      }
    })

    it('tells everyone who listens at a node', async () => {
      await using bells = await open()
      const [first, second] = bells.nodes as [Bell, Bell]
      const listeners = times(5).map(() => listener(second))
      const heard = listeners.map((each) => each.next())
      first.ring()
      await Promise.all(heard)
    })

    it('is heard once more by whoever was told of a ring before, however soon the next one comes', async () => {
      await using bells = await open()
      const [first, second] = bells.nodes as [Bell, Bell]
      const other = listener(second)
      // Each ring comes as soon as the one before has been heard, while it may be on its way to others still.
      for (const _ of times(200)) {
        const before = other.heard()
        first.ring()
        while (other.heard() === before) await other.next()
      }
    })

    it('may be rung many times at once, of which at least one is heard', async () => {
      await using bells = await open()
      const [first, second] = bells.nodes as [Bell, Bell]
      const other = listener(second)
      const heard = other.next()
      for (const _ of times(1_000)) first.ring()
      await heard
    })

    it('is heard no more by whoever has left, and still by the others', async () => {
      await using bells = await open()
      const [first, second] = bells.nodes as [Bell, Bell]
      const gone = listener(second)
      const here = listener(second)
      const away = listener(first)
      gone.leave()
      away.leave()
      away.leave()
      const heard = here.next()
      first.ring()
      await heard
      assert.deepEqual([gone.heard(), away.heard()], [0, 0])
    })

    it('may be left and joined by those it tells', async () => {
      await using bells = await open()
      const [first] = bells.nodes as [Bell]
      let heard = 0
      const leave = first.onRing(() => {
        leave()
        heard++
      })
      first.ring()
      first.ring()
      assert.equal(heard, 1)
    })

    it('keeps its rings to itself while nobody listens', async () => {
      await using bells = await open()
      const [first, second] = bells.nodes as [Bell, Bell]
      first.ring()
      const late = listener(second)
      const heard = late.next()
      first.ring()
      await heard
    })
  })
}
