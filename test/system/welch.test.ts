import assert from 'node:assert/strict'
import { test } from 'node:test'
import { welchT, withoutSlowest } from './welch.ts'

test('the t of two samples is that of the textbook, and changes its sign with their order', () => {
  const left = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
  const right = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.3, 23.9]
  assert.equal(welchT(left, right).toFixed(2), (-welchT(right, left)).toFixed(2))
  assert(Math.abs(welchT(left, right) + 2.83) < 0.05, String(welchT(left, right)))
  assert.equal(welchT(left, left), 0)
})

test('a difference that is no chance shows', () => {
  const fast = Array.from({ length: 1_000 }, (_, index) => 10 + (index % 7))
  const slow = fast.map((time) => time + 1)
  assert(welchT(slow, fast) > 4.5)
})

test('the slowest tenth is left out', () => {
  assert.deepEqual(withoutSlowest([10, 1, 2, 3, 4, 5, 6, 7, 8, 9]), [1, 2, 3, 4, 5, 6, 7, 8, 9])
})
