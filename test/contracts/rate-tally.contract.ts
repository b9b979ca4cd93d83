import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LocalTally, RateTally } from '../../src/application/ports/rate-tally.ts'

/** Opens a tally in front of the local one that is given. */
export type OpenTally = (local: LocalTally) => Promise<RateTally & Partial<AsyncDisposable>>

/** What every implementation of the `RateTally` port keeps; `localTally` makes a local one on a clock of the test. */
export function rateTallyContract(
  name: string,
  localTally: (now: () => number) => LocalTally,
  open: OpenTally,
  options: { readonly skip?: string | false } = {},
): void {
  const onClock = async () => {
    let present = 1_000
    const tally = await open(localTally(() => present))
    return {
      tally,
      pass: (milliseconds: number) => {
        present += milliseconds
      },
      [Symbol.asyncDispose]: async () => tally[Symbol.asyncDispose]?.(),
    }
  }

  describe(`${name} rate tally`, { skip: options.skip ?? false }, () => {
    it('counts each key by itself, from the first time on', async () => {
      await using opened = await onClock()
      const { tally } = opened
      assert.deepEqual(tally.add('a', 10), { count: 1, millisecondsLeft: 10_000 })
      opened.pass(4_000)
      assert.deepEqual(tally.add('a', 10), { count: 2, millisecondsLeft: 6_000 })
      assert.deepEqual(tally.add('b', 60), { count: 1, millisecondsLeft: 60_000 })
      assert.deepEqual(tally.read('a'), { count: 2, millisecondsLeft: 6_000 })
      assert.equal(tally.read('c'), null)
    })

    it('counts anew once the window is over, and not a moment before', async () => {
      await using opened = await onClock()
      const { tally } = opened
      tally.add('a', 10)
      opened.pass(9_999)
      assert.equal(tally.add('a', 10).count, 2)
      opened.pass(1)
      assert.equal(tally.read('a'), null)
      assert.deepEqual(tally.add('a', 10), { count: 1, millisecondsLeft: 10_000 })
    })

    it('forgets a key alone', async () => {
      await using opened = await onClock()
      const { tally } = opened
      tally.add('a', 10)
      tally.add('b', 10)
      tally.forget('a')
      tally.forget('never counted')
      assert.equal(tally.read('a'), null)
      assert.equal(tally.add('a', 10).count, 1)
      assert.equal(tally.read('b')?.count, 1)
    })
  })
}
