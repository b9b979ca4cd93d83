import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inBatches } from '../../src/application/in-batches.ts'

describe('work in batches', () => {
  it('goes on as long as batches are full, and tells how much was done in all', async () => {
    for (const [left, asked] of [
      [25, 3],
      [20, 3],
      [3, 1],
      [0, 1],
    ] as const) {
      let rest: number = left
      const batches: number[] = []
      const total = await inBatches(10, async (most) => {
        batches.push(most)
        const done = Math.min(rest, most)
        rest -= done
        return done
      })
      assert.deepEqual([total, batches], [left, Array.from({ length: asked }, () => 10)])
    }
  })
})
