import assert from 'node:assert/strict'
import { it } from 'node:test'
import { FIRST_PACE, MOUTHFUL, paceAfter } from '../../src/domain/reading-pace.ts'

it('begins with a mouthful for which nobody waits, and goes on in turn, with less where there was no room', () => {
  assert.deepEqual(FIRST_PACE, { stretch: MOUTHFUL, isInTurn: false })
  const full = paceAfter({ read: 50, told: 50 })
  const short = paceAfter({ read: 1_000, told: 150 })
  assert(full.isInTurn && short.isInTurn)
  assert(full.stretch > short.stretch && short.stretch > MOUTHFUL)
})
