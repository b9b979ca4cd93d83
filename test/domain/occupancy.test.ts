import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { occupiedRange, withBuffers } from '../../src/domain/occupancy.ts'
import { offer } from './support/builders.ts'
import { between } from './support/wall.ts'

const nineToTen = between('2026-06-01T09:00:00Z', '2026-06-01T10:00:00Z')

describe('a blocked interval', () => {
  it('is the interval with a buffer on either side', () => {
    assert.deepEqual(
      withBuffers(nineToTen, { bufferBeforeMinutes: 10, bufferAfterMinutes: 15 }),
      between('2026-06-01T08:50:00Z', '2026-06-01T10:15:00Z'),
    )
    assert.deepEqual(withBuffers(nineToTen, { bufferBeforeMinutes: 0, bufferAfterMinutes: 0 }), nineToTen)
  })
})

describe('the range in which claims are read', () => {
  it('reaches from the first slot’s buffer to the end of the last slot’s', () => {
    const buffered = offer({ service: { bufferBeforeMinutes: 10, bufferAfterMinutes: 15 } })
    assert.deepEqual(
      occupiedRange(buffered, nineToTen),
      between('2026-06-01T08:50:00Z', '2026-06-01T11:14:59.999Z'),
    )
  })

  it('is the slot and its buffers where the range is a single instant', () => {
    const instant = between('2026-06-01T09:00:00Z', '2026-06-01T09:00:00.001Z')
    assert.deepEqual(occupiedRange(offer(), instant), nineToTen)
  })

  it('covers whole local days where the service has a daily limit', () => {
    const limited = offer({ service: { dailyLimit: 3 }, schedule: { timeZone: 'America/New_York' } })
    assert.deepEqual(
      occupiedRange(limited, between('2026-03-08T12:00:00Z', '2026-03-09T12:00:00Z')),
      between('2026-03-08T05:00:00Z', '2026-03-10T04:00:00Z'),
    )
    assert.deepEqual(
      occupiedRange(limited, between('2026-03-08T12:00:00Z', '2026-03-09T03:30:00Z')),
      between('2026-03-08T05:00:00Z', '2026-03-09T04:29:59.999Z'),
    )
  })
})
