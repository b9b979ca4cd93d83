import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { slotsIn } from '../../src/domain/slots.ts'
import { ZONES } from '../oracle/anchors.ts'
import { compareCases } from '../oracle/compare.ts'
import { slotsOf, type Tally } from '../oracle/tally.ts'

const agrees = ({ disagreements }: Tally) =>
  assert.equal(disagreements.length, 0, disagreements.map(({ text }) => text).join('\n'))

describe('slots against the rules worked out minute by minute', () => {
  it('are the same in 8,000 situations, which meet nearly every zone, and every reason often', () => {
    const tally = compareCases({ seed: 1, from: 0, count: 8_000 })
    agrees(tally)
    assert.ok(tally.zones.size >= ZONES.length * 0.99, `only ${tally.zones.size} zones had slots`)
    for (const [answer, count] of Object.entries(tally.answers)) {
      assert.ok(count >= slotsOf(tally) / 200, `${answer} was the answer for ${count} slots only`)
    }
  })

  it('are the same in situations never seen before', (context) => {
    const seed = Math.floor(Math.random() * 2 ** 32)
    const from = Math.floor(Math.random() * 1_000_000)
    context.diagnostic(`npm run oracle -- --seed ${seed} --from ${from} --cases 1500`)
    agrees(compareCases({ seed, from, count: 1_500 }))
  })
})

describe('the comparison', () => {
  it('gives the same cases for the same seed and number, wherever a run begins', () => {
    const together = compareCases({ seed: 7, from: 40, count: 20 })
    const apart = [40, 50].map((from) => compareCases({ seed: 7, from, count: 10 }))
    assert.equal(
      slotsOf(together),
      apart.map(slotsOf).reduce((sum, slots) => sum + slots),
    )
    assert.notEqual(slotsOf(together), slotsOf(compareCases({ seed: 8, from: 40, count: 20 })))
  })

  it('tells of a slot too many, a wrong reason, a wrong end and an error, and how to see them again', () => {
    const range = { seed: 1, from: 0, count: 60 }
    const faults: (typeof slotsIn)[] = [
      (...search) => slotsIn(...search).slice(1),
      (...search) => slotsIn(...search).map((slot) => ({ ...slot, reason: null })),
      (...search) => slotsIn(...search).map((slot) => ({ ...slot, end: slot.start })),
      () => {
        throw new Error('out of order')
      },
    ]
    for (const fault of faults) {
      const [first] = compareCases(range, fault).disagreements
      assert.match(
        first?.text ?? '',
        /^Case \d+, .+ Again: npm run oracle -- --seed 1 --from \d+ --cases 1\n/,
      )
    }
  })
})
