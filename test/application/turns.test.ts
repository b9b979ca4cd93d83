import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
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
    const inTurn = takeTurns(1, 20)
    const gate = Promise.withResolvers<string>()
    let done = 0
    const first = inTurn('a', () => gate.promise)
    const tired = inTurn('a', async () => done++)
    await assert.rejects(tired, Unavailable)
    const patient = inTurn('a', async () => done++)
    gate.resolve('first')
    assert.deepEqual([await first, await patient, done], ['first', 0, 1])
  })

  it('goes on when work fails, and begins anew when all is done', async () => {
    const inTurn = takeTurns(1)
    const failed = inTurn('a', () => Promise.reject(new Error('no')))
    const next = inTurn('a', async () => 'yes')
    await assert.rejects(failed, /no/)
    assert.equal(await next, 'yes')
    assert.equal(await inTurn('a', async () => 'again'), 'again')
  })
})
