import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BookSlotPorts } from '../../src/application/book-slot.ts'
import type { BookingLedger } from '../../src/application/ports/booking-ledger.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Service } from '../../src/domain/service.ts'
import { accepted, at, changeOf, hours, rejectionOf, setHours } from '../support/fixtures.ts'
import { bookSlot, commandOf, OFFICE_HOURS, openOffice, rememberedOffers } from './stage.ts'

const TUESDAY_TEN = at('2030-01-08T10:00:00Z')

type Office = Awaited<ReturnType<typeof openOffice>>

/** An office whose offers are remembered from before anything else happens. */
async function openWarm(terms: Partial<Service> = {}) {
  const office = await openOffice(terms)
  const offers = rememberedOffers(office.offers)
  await offers.recent(office.serviceId)
  return { ...office, offers }
}

const book = (ports: BookSlotPorts, { customer, serviceId }: Office, minutes = 0) =>
  bookSlot(ports)(customer, commandOf(serviceId, plusMinutes(TUESDAY_TEN, minutes)))

async function change({ catalog, serviceId }: Office, terms: Partial<Service>): Promise<Service> {
  const service = await catalog.find(serviceId)
  assert(service)
  return accepted(await catalog.replace(changeOf({ ...service, ...terms, version: service.version + 1 })))
}

describe('Booking by an offer that is out of date', () => {
  it('is no wrong yes after the provider has closed', async () => {
    const office = await openWarm()
    await setHours(office.schedules, office.provider.userId, { weeklyHours: {} })
    const refused = rejectionOf(await book(office, office))
    assert.deepEqual(refused, { code: 'outside-hours', reason: 'day-off' })
    assert.equal(office.database.bookings.size, 0)
  })

  it('is no wrong yes after the service was retired, or allows less', async () => {
    for (const [terms, code] of [
      [{ isActive: false }, 'service-retired'],
      [{ minNoticeMinutes: 10_000 }, 'notice-too-short'],
      [{ maxHorizonDays: 1 }, 'beyond-horizon'],
      [{ slotIntervalMinutes: 45 }, 'off-grid'],
    ] as const) {
      const office = await openWarm()
      await change(office, terms)
      assert.equal(rejectionOf(await book(office, office)).code, code)
    }
  })

  it('is no wrong no after the provider has opened', async () => {
    const office = await openWarm()
    await setHours(office.schedules, office.provider.userId, { weeklyHours: {} })
    await office.offers.current([office.serviceId])
    await setHours(office.schedules, office.provider.userId, OFFICE_HOURS)
    accepted(await book(office, office))
  })

  it('is no wrong no after the service allows more', async () => {
    for (const [before, after] of [
      [{ isActive: false }, { isActive: true }],
      [{ minNoticeMinutes: 10_000 }, { minNoticeMinutes: 0 }],
      [{ maxHorizonDays: 1 }, { maxHorizonDays: 2 }],
      [{ slotIntervalMinutes: 45 }, { slotIntervalMinutes: 60 }],
    ] as const) {
      const office = await openWarm(before)
      await change(office, after)
      accepted(await book(office, office))
    }
  })

  it('is by the daily limit that is recorded now', async () => {
    const office = await openWarm({ dailyLimit: 1 })
    accepted(await book(office, office))
    await change(office, { dailyLimit: 2 })
    accepted(await book(office, office, 60))
    await change(office, { dailyLimit: 1 })
    assert.deepEqual(rejectionOf(await book(office, office, 120)), {
      code: 'daily-limit-reached',
      dailyLimit: 1,
    })
  })

  it('keeps the terms that are recorded now', async () => {
    const office = await openWarm()
    const price = { minorUnits: 9_900, currency: 'EUR' }
    const changed = await change(office, { price, durationMinutes: 30 })
    const booking = accepted(await book(office, office))
    assert.deepEqual([booking.price, booking.serviceVersion], [price, changed.version])
    assert.equal(booking.end, plusMinutes(TUESDAY_TEN, 30))
  })

  it('tells alternatives by the hours that are recorded now', async () => {
    const office = await openWarm()
    accepted(await book(office, office))
    await setHours(office.schedules, office.provider.userId, {
      weeklyHours: { tuesday: [hours('10:00-12:00')] },
    })
    const refused = rejectionOf(await book(office, office))
    assert(refused.code === 'slot-taken')
    const starts = refused.alternatives.map(({ start }) => (start - TUESDAY_TEN) / 60_000)
    assert.deepEqual(starts, [60, 10_080, 10_140])
  })
})

/** A ledger before which something happens, as long as there is something left to happen. */
const interrupted = (ledger: BookingLedger, happenings: (() => Promise<unknown>)[]): BookingLedger => ({
  ...ledger,
  async book(entry) {
    await happenings.shift()?.()
    return ledger.book(entry, null)
  },
})

describe('Booking while the offer changes', () => {
  it('judges again, as often as it takes, and books by what is recorded then', async () => {
    const office = await openOffice()
    const happenings = [60, 50, 40, 30].map(
      (durationMinutes) => () => change(office, { durationMinutes, slotIntervalMinutes: 60 }),
    )
    const booking = accepted(
      await book({ ...office, ledger: interrupted(office.ledger, happenings) }, office),
    )
    assert.equal(booking.serviceVersion, 5)
    assert.equal(booking.end, plusMinutes(TUESDAY_TEN, 30))
    assert.equal(office.database.bookings.size, 1)
  })

  it('judges again and says no when the change asks for it', async () => {
    const office = await openOffice()
    const happenings = [() => change(office, { title: 'new' }), () => change(office, { isActive: false })]
    const refused = await book({ ...office, ledger: interrupted(office.ledger, happenings) }, office)
    assert.deepEqual(rejectionOf(refused), { code: 'service-retired' })
    assert.equal(office.database.bookings.size, 0)
  })

  it('says slot-taken when someone else was quicker', async () => {
    const office = await openOffice()
    const rival = () => book(office, office)
    const taken = await book({ ...office, ledger: interrupted(office.ledger, [rival]) }, office)
    assert.equal(rejectionOf(taken).code, 'slot-taken')
  })
})
