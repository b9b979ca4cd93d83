import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BookingLedger } from '../../src/application/ports/booking-ledger.ts'
import { settleBookings } from '../../src/application/settle-bookings.ts'
import type { Booking } from '../../src/domain/booking.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, at, bookingEntry, cancellationOf } from '../support/fixtures.ts'
import { openOffice } from './stage.ts'

const TEN = at('2030-01-08T10:00:00Z')
const ELEVEN = plusMinutes(TEN, 60)

type Office = Awaited<ReturnType<typeof openOffice>>

async function book(office: Office, status: 'pending' | 'confirmed', start = TEN): Promise<Booking> {
  const [offer] = await office.offers.current([office.serviceId])
  assert(offer)
  const entry = bookingEntry(offer, office.customer.userId, start, { status })
  return accepted(await office.ledger.book(entry, null))
}

const statusOf = async (office: Office, { id }: Booking) => (await office.archive.find(id))?.status

describe('What the time does to bookings', () => {
  it('cancels at its start what nobody confirmed, as the system, with its event and its slot free', async () => {
    const office = await openOffice()
    const booking = await book(office, 'pending')
    office.setClock((TEN - 1) as Instant)
    assert.equal(await settleBookings(office)(), 0)
    office.setClock(TEN)
    assert.equal(await settleBookings(office)(), 1)
    const settled = await office.archive.find(booking.id)
    assert(settled?.status === 'cancelled')
    assert.deepEqual([settled.cancelledBy, settled.cancelledAt, settled.version], ['system', TEN, 2])
    const event = office.database.log.events.at(-1)
    assert.deepEqual([event?.type, event?.actorId], ['booking.cancelled', null])
    const entry = (await office.archive.history(booking.id)).at(-1)
    assert.deepEqual([entry?.actedAs, entry?.reason], ['system', settled.cancellationReason])
    await book(office, 'confirmed')
  })

  it('completes at its end what was confirmed', async () => {
    const office = await openOffice()
    const booking = await book(office, 'confirmed')
    office.setClock((ELEVEN - 1) as Instant)
    assert.equal(await settleBookings(office)(), 0)
    office.setClock(ELEVEN)
    assert.equal(await settleBookings(office)(), 1)
    assert.equal(await statusOf(office, booking), 'completed')
    const event = office.database.log.events.at(-1)
    assert.deepEqual([event?.type, event?.occurredAt], ['booking.completed', ELEVEN])
    assert.equal((await office.archive.history(booking.id)).at(-1)?.reason, null)
    assert.equal(await settleBookings(office)(), 0)
  })

  it('settles all that is due, however many there are', async () => {
    const office = await openOffice()
    const hours = Array.from({ length: 450 }, (_, hour) => plusMinutes(TEN, hour * 60))
    for (const [index, start] of hours.entries())
      await book(office, index % 2 ? 'pending' : 'confirmed', start)
    office.setClock(plusMinutes(TEN, 451 * 60))
    assert.equal(await settleBookings(office)(), 450)
    assert.equal((await office.archive.due(plusMinutes(TEN, 1e6), 1)).length, 0)
  })

  it('leaves alone what someone else changes at that moment, and does the rest', async () => {
    const office = await openOffice()
    const raced = await book(office, 'confirmed')
    const other = await book(office, 'confirmed', ELEVEN)
    const ledger: BookingLedger = {
      ...office.ledger,
      change: async (event, recording) => {
        if (event.booking.id === raced.id && event.actorId === null) {
          await office.ledger.change(cancellationOf(raced, 'came first'), null)
        }
        return office.ledger.change(event, recording)
      },
    }
    office.setClock(plusMinutes(ELEVEN, 60))
    assert.equal(await settleBookings({ ...office, ledger })(), 1)
    assert.deepEqual(
      [await statusOf(office, raced), await statusOf(office, other)],
      ['cancelled', 'completed'],
    )
    assert.equal((await office.archive.history(raced.id)).length, 2)
  })

  it('ends when it gets nothing done, even with a full list before it', async () => {
    const office = await openOffice()
    for (let hour = 0; hour < 200; hour++) await book(office, 'confirmed', plusMinutes(TEN, hour * 60))
    let asked = 0
    const ledger: BookingLedger = {
      ...office.ledger,
      change: async () => {
        asked++
        assert(asked < 500, 'it goes on and on')
        return { ok: false, rejection: { code: 'version-mismatch', version: 9 } }
      },
    }
    office.setClock(plusMinutes(TEN, 1e6))
    assert.equal(await settleBookings({ ...office, ledger })(), 0)
    assert.equal(asked, 200)
  })
})
