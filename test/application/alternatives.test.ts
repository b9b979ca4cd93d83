import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { holdSlot } from '../../src/application/holds.ts'
import { Unavailable } from '../../src/application/ports/unavailable.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, actorOf, addAccount, at, hours, rejectionOf } from '../support/fixtures.ts'
import { bookSlot, commandOf, openOffice } from './stage.ts'

const TUESDAY_TEN = at('2030-01-08T10:00:00Z')

describe('Alternatives to a slot that is taken', () => {
  it('tells with slot-taken the next three free slots from the refused start on', async () => {
    const office = await openOffice()
    const book = (minutes: number) =>
      bookSlot(office)(office.customer, commandOf(office.serviceId, plusMinutes(TUESDAY_TEN, minutes)))
    for (const minutes of [0, 60, 180, 300]) accepted(await book(minutes))
    const free = [120, 240, 360].map((minutes) => {
      const start = plusMinutes(TUESDAY_TEN, minutes)
      return { start, end: plusMinutes(start, 60) }
    })
    assert.deepEqual(rejectionOf(await book(0)), { code: 'slot-taken', alternatives: free })
  })

  it('asks for the alternatives of what seems taken together with whether it is, which is one round trip', async () => {
    const office = await openOffice()
    let [asked, under, most] = [0, 0, 0]
    const occupancy: typeof office.occupancy = {
      remembered: office.occupancy.remembered,
      async read(...wish) {
        asked++
        most = Math.max(most, ++under)
        await new Promise(setImmediate)
        under--
        return office.occupancy.read(...wish)
      },
    }
    const book = () =>
      bookSlot({ ...office, occupancy })(office.customer, commandOf(office.serviceId, TUESDAY_TEN))
    accepted(await book())
    assert.deepEqual([asked, most], [0, 0])
    const refused = rejectionOf(await book())
    assert(refused.code === 'slot-taken' && refused.alternatives.length === 3)
    assert.deepEqual([asked, most], [2, 2])
  })

  it('offers nobody the slot that somebody else has just got, though it was free when alternatives were looked for', async () => {
    const office = await openOffice({ slotIntervalMinutes: 30 })
    const rival = actorOf(await addAccount(office.accounts, 'customer'))
    const command = commandOf(office.serviceId, TUESDAY_TEN)
    const gone = { start: TUESDAY_TEN, end: plusMinutes(TUESDAY_TEN, 60) }
    const { serviceId } = office
    const occupancy: typeof office.occupancy = {
      // Of a booking that was cancelled since.
      remembered: () => [{ ...gone, blocked: gone, serviceId, bookingId: null }],
      read: office.occupancy.read,
    }
    const ledger: typeof office.ledger = {
      ...office.ledger,
      async book(...entry) {
        accepted(await bookSlot(office)(rival, command))
        return office.ledger.book(...entry)
      },
    }
    const refused = rejectionOf(await bookSlot({ ...office, occupancy, ledger })(office.customer, command))
    assert(refused.code === 'slot-taken')
    assert.deepEqual(
      refused.alternatives.map(({ start }) => start),
      [60, 90, 120].map((minutes) => plusMinutes(TUESDAY_TEN, minutes)),
    )
  })

  it('books what seemed taken and is not, whatever becomes of looking for alternatives', async () => {
    const office = await openOffice()
    const gone = { start: TUESDAY_TEN, end: plusMinutes(TUESDAY_TEN, 60) }
    const { serviceId } = office
    const occupancy: typeof office.occupancy = {
      remembered: () => [{ ...gone, blocked: gone, serviceId, bookingId: null }],
      async read(ids, rangeOf, termsOf) {
        const found = await office.occupancy.read(ids, rangeOf, termsOf)
        const isSearch = found.some(({ range }) => range.end - range.start > 1)
        if (isSearch) throw new Unavailable('too many changes')
        return found
      },
    }
    accepted(await bookSlot({ ...office, occupancy })(office.customer, commandOf(serviceId, TUESDAY_TEN)))
  })

  it('looks for alternatives under the offer as it is, whatever is remembered of it', async () => {
    const office = await openOffice(
      { maxHorizonDays: 28 },
      { weeklyHours: { tuesday: [hours('10:00-11:00')] } },
    )
    const command = (weeks: number) => commandOf(office.serviceId, plusMinutes(TUESDAY_TEN, weeks * 10_080))
    for (const weeks of [0, 1]) accepted(await bookSlot(office)(office.customer, command(weeks)))
    const offers: typeof office.offers = {
      ...office.offers,
      async recent(id) {
        const offer = await office.offers.recent(id)
        return (
          offer && {
            ...offer,
            service: { ...offer.service, version: offer.service.version - 1, maxHorizonDays: 10 },
          }
        )
      },
    }
    const refused = rejectionOf(await bookSlot({ ...office, offers })(office.customer, command(0)))
    assert(refused.code === 'slot-taken')
    assert.deepEqual(
      refused.alternatives.map(({ start }) => start),
      [2, 3].map((weeks) => command(weeks).start),
    )
  })

  it('looks for alternatives as far as the horizon and no farther', async () => {
    const office = await openOffice(
      { maxHorizonDays: 28 },
      { weeklyHours: { tuesday: [hours('10:00-11:00')] } },
    )
    const book = (weeks: number) =>
      bookSlot(office)(office.customer, commandOf(office.serviceId, plusMinutes(TUESDAY_TEN, weeks * 10_080)))
    for (const weeks of [0, 1, 2]) accepted(await book(weeks))
    const refused = rejectionOf(await book(0))
    assert(refused.code === 'slot-taken')
    assert.deepEqual(
      refused.alternatives.map(({ start }) => start),
      [plusMinutes(TUESDAY_TEN, 3 * 10_080)],
    )
    accepted(await book(3))
    assert.deepEqual(rejectionOf(await book(0)), { code: 'slot-taken', alternatives: [] })
  })

  it('tells alternatives that can be booked', async () => {
    const office = await openOffice({ bufferAfterMinutes: 15, slotIntervalMinutes: 30, dailyLimit: 3 })
    const book = (start = TUESDAY_TEN) =>
      bookSlot(office)(office.customer, commandOf(office.serviceId, start))
    accepted(await book())
    for (let round = 0; round < 10; round++) {
      const refused = rejectionOf(await book())
      if (refused.code !== 'slot-taken') break
      const [next] = refused.alternatives
      assert(next)
      accepted(await book(next.start))
    }
    assert.equal(office.database.bookings.size > 5, true)
  })
})

describe('Redeeming a hold', () => {
  it('stands in no line behind those who want the slot that it keeps', async () => {
    const office = await openOffice()
    const wanted = { serviceId: office.serviceId, start: TUESDAY_TEN, ttlSeconds: 60 }
    const hold = accepted(await holdSlot(office)(office.customer, wanted, null))
    const inTurn = () => Promise.reject(new Unavailable('There is a line'))
    const command = commandOf(office.serviceId, TUESDAY_TEN)
    const book = bookSlot({ ...office, inTurn })
    accepted(await book(office.customer, { ...command, holdId: hold.id }))
    await assert.rejects(book(office.customer, command), Unavailable)
  })
})
