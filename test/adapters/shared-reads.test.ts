import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sharedReads } from '../../src/adapters/postgres/shared-reads.ts'

/** A source that answers when it is told to, with the number of the read. */
function openSource() {
  const share = sharedReads<number>()
  const waiting: PromiseWithResolvers<number>[] = []
  const read = () => {
    const answer = Promise.withResolvers<number>()
    waiting.push(answer)
    return answer.promise
  }
  return {
    ask: (key = 'a') => share(key, read),
    waiting,
    answer: (index: number) => waiting[index]?.resolve(index),
  }
}

describe('Shared reads', () => {
  it('are two of however many come at once, and nobody gets one that began before asking', async () => {
    const { ask, waiting, answer } = openSource()
    const first = ask()
    const others = [ask(), ask(), ask()]
    assert.equal(waiting.length, 1)
    answer(0)
    assert.equal(await first, 0)
    await new Promise(setImmediate)
    assert.equal(waiting.length, 2)
    const late = ask()
    answer(1)
    assert.deepEqual(await Promise.all(others), [1, 1, 1])
    await new Promise(setImmediate)
    answer(2)
    assert.equal(await late, 2)
  })

  it('of different things do not wait for each other, and begin at once when nothing is under way', async () => {
    const { ask, waiting, answer } = openSource()
    const [one, other] = [ask('a'), ask('b')]
    assert.equal(waiting.length, 2)
    answer(1)
    answer(0)
    assert.deepEqual(await Promise.all([one, other]), [0, 1])
    await new Promise(setImmediate)
    const again = ask('a')
    assert.equal(waiting.length, 3)
    answer(2)
    assert.equal(await again, 2)
  })

  it('that fail say so to everyone who shared, and to nobody after', async () => {
    const { ask, waiting, answer } = openSource()
    const first = ask()
    const shared = Promise.allSettled([ask(), ask()])
    waiting[0]?.reject(new Error('first'))
    await assert.rejects(first, /first/)
    await new Promise(setImmediate)
    waiting[1]?.reject(new Error('second'))
    assert.deepEqual(
      (await shared).map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    await new Promise(setImmediate)
    const after = ask()
    answer(2)
    assert.equal(await after, 2)
  })
})
