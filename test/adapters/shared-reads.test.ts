import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sharedReads } from '../../src/adapters/postgres/shared-reads.ts'

/** A source that answers when it is told to, with the number of the read and what was wished for. */
function openSource() {
  const waiting: { readonly wishes: readonly string[]; readonly answer: PromiseWithResolvers<string> }[] = []
  const ask = sharedReads<string, string>((wishes) => {
    const answer = Promise.withResolvers<string>()
    waiting.push({ wishes, answer })
    return answer.promise
  })
  const answer = (index: number) => {
    const { wishes = [], answer } = waiting[index] ?? {}
    answer?.resolve(`${index}: ${wishes.join()}`)
  }
  return { ask, waiting, answer }
}

describe('Shared reads', () => {
  it('are one for all who ask at once and one for all who come meanwhile, and nobody gets one that began before asking', async () => {
    const { ask, waiting, answer } = openSource()
    const first = [ask('a'), ask('b')]
    await new Promise(setImmediate)
    const others = [ask('b'), ask('c'), ask('d')]
    await new Promise(setImmediate)
    assert.equal(waiting.length, 1)
    answer(0)
    assert.deepEqual(await Promise.all(first), ['0: a,b', '0: a,b'])
    await new Promise(setImmediate)
    assert.equal(waiting.length, 2)
    const late = ask('e')
    answer(1)
    assert.deepEqual(await Promise.all(others), ['1: b,c,d', '1: b,c,d', '1: b,c,d'])
    await new Promise(setImmediate)
    answer(2)
    assert.equal(await late, '2: e')
  })

  it('begin at once when nothing is under way', async () => {
    const { ask, waiting, answer } = openSource()
    for (const round of [0, 1, 2]) {
      const asked = ask('a')
      await Promise.resolve()
      assert.equal(waiting.length, round + 1)
      answer(round)
      assert.equal(await asked, `${round}: a`)
      await new Promise(setImmediate)
    }
  })

  it('that fail say so to everyone who shared, and to nobody after', async () => {
    const { ask, waiting, answer } = openSource()
    const first = ask('a')
    await new Promise(setImmediate)
    const shared = Promise.allSettled([ask('b'), ask('c')])
    waiting[0]?.answer.reject(new Error('first'))
    await assert.rejects(first, /first/)
    await new Promise(setImmediate)
    waiting[1]?.answer.reject(new Error('second'))
    assert.deepEqual(
      (await shared).map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    await new Promise(setImmediate)
    const after = ask('d')
    await Promise.resolve()
    answer(2)
    assert.equal(await after, '2: d')
  })
})
