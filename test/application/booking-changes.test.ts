import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { annotate, rescheduleBooking, transitBooking } from '../../src/application/booking-changes.ts'
import type { BookingLedger } from '../../src/application/ports/booking-ledger.ts'
import { Unavailable } from '../../src/application/ports/unavailable.ts'
import { takeTurns } from '../../src/application/turns.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, at, cancellationOf, rejectionOf } from '../support/fixtures.ts'
import { bookSlot, commandOf, openOffice } from './stage.ts'

const TEN = at('2030-01-08T10:00:00Z')

/** A booked office in which someone else annotates the booking before each of the first few writes. */
async function openContended(interruptions: number) {
  const office = await openOffice({ cancellationWindowMinutes: 0 })
  const booking = accepted(await bookSlot(office)(office.customer, commandOf(office.serviceId, TEN)))
  let left = interruptions
  // Whoever interrupts is on another node.
  const elsewhere = { ...office, oneByOne: takeTurns(1) }
  const interrupted =
    <Event, Rest extends unknown[], Result>(write: (event: Event, ...rest: Rest) => Promise<Result>) =>
    async (event: Event, ...rest: Rest) => {
      if (left-- > 0) {
        const remarks = { notes: `remark ${left}` }
        accepted(await annotate(elsewhere)(office.provider, { id: booking.id, version: null }, remarks, null))
      }
      return write(event, ...rest)
    }
  const ledger: BookingLedger = {
    ...office.ledger,
    change: interrupted(office.ledger.change),
    move: interrupted(office.ledger.move),
  }
  const waits: number[] = []
  const wait = async (milliseconds: number) => void waits.push(milliseconds)
  return { ...office, ledger, booking, wait, waits }
}

describe('A change that another one overtakes', () => {
  it('is judged again and made, on what the other has left', async () => {
    for (const interruptions of [0, 1, 3]) {
      const office = await openContended(interruptions)
      const expected = { id: office.booking.id, version: null }
      const moved = accepted(
        await rescheduleBooking(office)(office.customer, expected, plusMinutes(TEN, 60), null),
      )
      assert.equal(moved.version, 2 + interruptions)
      assert.equal(moved.notes, interruptions === 0 ? null : 'remark 0')
    }
    const office = await openContended(2)
    const expected = { id: office.booking.id, version: null }
    const done = accepted(await transitBooking(office)(office.customer, expected, 'cancel', null, null))
    assert.deepEqual([done.status, done.version, done.notes], ['cancelled', 4, 'remark 0'])
  })

  it('waits longer each time before it is tried again, and for some seconds in all', async () => {
    const office = await openContended(1_000)
    const expected = { id: office.booking.id, version: null }
    const ports = { ...office, chance: () => 1 }
    await assert.rejects(
      async () => await annotate(ports)(office.customer, expected, { notes: 'Mine.' }, null),
      Unavailable,
    )
    const { waits } = office
    assert.deepEqual(waits.slice(0, 6), [5, 10, 20, 40, 80, 100])
    assert.equal(
      waits.reduce((all, one) => all + one),
      5_655,
    )
  })

  it('is told to whoever expects a version', async () => {
    const office = await openContended(1)
    const expected = { id: office.booking.id, version: 1 }
    const refused = await transitBooking(office)(office.customer, expected, 'cancel', null, null)
    assert.deepEqual(rejectionOf(refused), { code: 'version-mismatch', version: 2 })
    const start = plusMinutes(TEN, 60)
    const moved = await rescheduleBooking(office)(office.customer, expected, start, null)
    assert.deepEqual(rejectionOf(moved), { code: 'version-mismatch', version: 2 })
  })

  it('is refused where what the other has left does not allow it', async () => {
    const office = await openContended(0)
    const { booking } = office
    const ledger: BookingLedger = {
      ...office.ledger,
      change: async (event, recording) => {
        await office.ledger.change(cancellationOf(booking), null)
        return office.ledger.change(event, recording)
      },
    }
    const ports = { ...office, ledger }
    const refused = await transitBooking(ports)(
      office.customer,
      { id: booking.id, version: null },
      'cancel',
      null,
      null,
    )
    assert.deepEqual(rejectionOf(refused), { code: 'invalid-transition', status: 'cancelled' })
  })
})
