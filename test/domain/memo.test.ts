import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { boundedMemo } from '../../src/domain/memo.ts'

const keys = (count: number) => Array.from({ length: count }, (_, index) => ({ index }))

describe('a bounded memo', () => {
  it('gives back what was set last', () => {
    const memo = boundedMemo<object, string>(10, () => 1)
    const [key = {}, other = {}] = keys(2)
    memo.set(key, 'first')
    memo.set(key, 'second')
    assert.deepEqual([memo.get(key), memo.get(other)], ['second', undefined])
  })

  it('never keeps more than twice its room', () => {
    const memo = boundedMemo<object, number>(100, (size) => size)
    const all = keys(500)
    for (const key of all) memo.set(key, 7)
    const kept = all.filter((key) => memo.get(key) !== undefined).length
    assert(kept >= 14 && kept * 7 <= 200, `${kept} are kept`)
  })

  it('keeps what is asked for again and again, whatever else comes', () => {
    const memo = boundedMemo<object, number>(10, () => 1)
    const [favourite = {}, ...others] = keys(200)
    memo.set(favourite, 1)
    for (const key of others) {
      memo.set(key, 1)
      assert.equal(memo.get(favourite), 1)
    }
  })

  it('keeps the newest even where it alone is larger than the room', () => {
    const memo = boundedMemo<object, number>(10, (size) => size)
    const [key = {}] = keys(1)
    memo.set(key, 1_000)
    assert.equal(memo.get(key), 1_000)
  })
})
