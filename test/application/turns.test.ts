import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Unavailable } from '../../src/application/ports/unavailable.ts'
import { takeTurns } from '../../src/application/turns.ts'

describe('taking turns', () => {
  it('does so many at a time of one key, in the order in which they came, and lets other keys pass', async () => {
    const inTurn = takeTurns(2)
    const begun: string[] = []
    const gates = new Map<string, () => void>()
    const ask = (key: string, name: string) =>
      inTurn(key, () => {
        begun.push(name)
        return new Promise<string>((resolve) => gates.set(name, () => resolve(name)))
      })
    const asked = [ask('a', 'a1'), ask('a', 'a2'), ask('a', 'a3'), ask('a', 'a4'), ask('b', 'b1')]
    await Promise.resolve()
    assert.deepEqual(begun, ['a1', 'a2', 'b1'])
    gates.get('a2')?.()
    assert.equal(await asked[1], 'a2')
    await new Promise(setImmediate)
    assert.deepEqual(begun, ['a1', 'a2', 'b1', 'a3'])
    for (const name of ['a1', 'a3', 'b1']) gates.get(name)?.()
    await new Promise(setImmediate)
    gates.get('a4')?.()
    assert.deepEqual(await Promise.all(asked), ['a1', 'a2', 'a3', 'a4', 'b1'])
  })

  it('sends away whoever has waited for too long, and does nothing for them', async () => {
    const inTurn = takeTurns(1, { longestWaitMilliseconds: 20 })
    const gate = Promise.withResolvers<string>()
    let done = 0
    const first = inTurn('a', () => gate.promise)
    const tired = inTurn('a', async () => done++)
    await assert.rejects(tired, Unavailable)
    const patient = inTurn('a', async () => done++)
    gate.resolve('first')
    assert.deepEqual([await first, await patient, done], ['first', 0, 1])
  })

  it('sends nobody away whose turn may take however long', async () => {
    const inTurn = takeTurns(1, { longestWaitMilliseconds: null })
    const gate = Promise.withResolvers<string>()
    const asked = [inTurn('a', () => gate.promise), inTurn('a', async () => 'second')]
    await delay(20)
    gate.resolve('first')
    assert.deepEqual(await Promise.all(asked), ['first', 'second'])
  })

  it('goes on when work fails, and begins anew when all is done', async () => {
    const inTurn = takeTurns(1)
    const failed = inTurn('a', () => Promise.reject(new Error('no')))
    const next = inTurn('a', async () => 'yes')
    await assert.rejects(failed, /no/)
    assert.equal(await next, 'yes')
    assert.equal(await inTurn('a', async () => 'again'), 'again')
  })

  it('rests before the next ones begin, who begin together, but keeps nobody who comes when there is no line', async (t) => {
    const inTurn = takeTurns(2, { rest: { times: 3, now: () => performance.now() } })
    const begun: { readonly name: string; readonly at: number; readonly turn: number }[] = []
    let turn = 0
    const turning = setInterval(() => turn++)
    t.after(() => clearInterval(turning))
    const ask = (name: string) =>
      inTurn('a', async () => {
        begun.push({ name, at: performance.now(), turn })
        await delay(5)
      })
    await Promise.all(['1', '2', '3', '4', '5'].map(ask))
    const [first, second, third, fourth, fifth] = begun
    assert.deepEqual(
      begun.map(({ name }) => name),
      ['1', '2', '3', '4', '5'],
    )
    assert.ok(first && second && third && fourth && fifth)
    assert.deepEqual([second.turn, fourth.turn], [first.turn, third.turn])
    // Five milliseconds of work and ten of rest.
    assert.ok(third.at - second.at > 10 && fifth.at - fourth.at > 10)
    const sixth = ask('6')
    assert.equal(begun.length, 6)
    await sixth
  })

  it('does not rest while the line is so long that the last ones would wait in vain', async () => {
    const inTurn = takeTurns(1, { rest: { times: 3, now: () => performance.now() } })
    const [many, begun] = [1_100, [] as number[]]
    let rests = 0
    const asked = Array.from({ length: many }, () => inTurn('a', async () => begun.push(rests)))
    const resting = setInterval(() => rests++, 0)
    await Promise.all(asked)
    clearInterval(resting)
    assert.equal(begun[90], 0)
    assert.ok((begun[many - 1] ?? 0) > 0)
  })

  it('goes past one who is stuck while it rests between the others', async () => {
    const inTurn = takeTurns(2, { rest: { times: 1, now: () => performance.now() } })
    const gate = Promise.withResolvers<string>()
    const stuck = inTurn('a', () => gate.promise)
    const others = ['1', '2', '3'].map((name) => inTurn('a', async () => name))
    assert.deepEqual(await Promise.all(others), ['1', '2', '3'])
    gate.resolve('at last')
    assert.equal(await stuck, 'at last')
    assert.equal(await inTurn('a', async () => 'anew'), 'anew')
  })
})
