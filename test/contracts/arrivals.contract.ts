import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Accounts } from '../../src/application/ports/accounts.ts'
import type { Arrivals } from '../../src/application/ports/arrivals.ts'
import type { BookingArchive, BookingLedger } from '../../src/application/ports/booking-ledger.ts'
import type { PasswordResets } from '../../src/application/ports/password-resets.ts'
import type { ScheduleCatalog } from '../../src/application/ports/schedule-catalog.ts'
import type { ServiceCatalog } from '../../src/application/ports/service-catalog.ts'
import type { BookingId, UserId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import type { OldStatus } from '../../src/domain/moving-in/booking.ts'
import { settled } from '../../src/domain/moving-in/settled-booking.ts'
import { NO_HOURS } from '../../src/domain/weekly-hours.ts'
import { accepted, hours, NOW, newAccount, newId, newService } from '../support/fixtures.ts'

/** A store that something moves into, and the ports by which one sees what has come. */
export interface ArrivalsHarness extends AsyncDisposable {
  readonly arrivals: Arrivals
  readonly accounts: Accounts
  readonly catalog: ServiceCatalog
  readonly schedules: ScheduleCatalog
  readonly ledger: BookingLedger
  readonly archive: BookingArchive
  readonly resets: PasswordResets
}

const person = (
  sourceId: string,
  changes: Parameters<typeof newAccount>[1] = {},
  number: number | null = null,
) => ({
  sourceId,
  arrival: {
    account: newAccount('provider', changes),
    passwordHash: 'hash',
    number,
    alias: null as string | null,
  },
})

async function addShop({ arrivals }: ArrivalsHarness, name = newId()) {
  await arrivals.addPeople([person(name), person(`${name}-customer`)])
  const provider = (await arrivals.people([name])).get(name)
  const customer = (await arrivals.people([`${name}-customer`])).get(`${name}-customer`)
  assert(provider && customer)
  const { id, createdAt, updatedAt: _, version: __, ...terms } = newService(provider.id)
  const arrival = { id, createdAt, terms, provider: name, providerId: provider.id }
  await arrivals.addServices([{ sourceId: name, arrival }])
  const service = (await arrivals.services([name])).get(name)
  assert(service)
  return { provider, customer, service }
}

type Shop = Awaited<ReturnType<typeof addShop>>

const booking = (
  { provider, customer, service }: Shop,
  start: Instant,
  status: OldStatus = 'confirmed',
  number: number | null = null,
) => {
  const id = newId() as BookingId
  const arriving = {
    ...{ id, number, customer: '', provider: '', service: '', start, end: plusMinutes(start, 60), status },
    ...{ price: null, notes: null, createdAt: plusMinutes(NOW, -100), updatedAt: plusMinutes(NOW, -50) },
  }
  const belonging = {
    customerId: customer.id,
    providerId: provider.id,
    providerNumber: provider.number,
    service,
  }
  return { sourceId: id, arrival: accepted(settled(arriving, belonging, NOW)) }
}

/** What every implementation of the `Arrivals` port keeps. */
export function arrivalsContract(name: string, open: () => Promise<ArrivalsHarness>): void {
  describe(`${name} arrivals`, () => {
    people(open)
    offers(open)
    bookings(open)
  })
}

function people(open: () => Promise<ArrivalsHarness>): void {
  it('remembers who has moved in, by every name', async () => {
    await using harness = await open()
    const { arrivals } = harness
    const ada = person('ada')
    await arrivals.addPeople([{ ...ada, arrival: { ...ada.arrival, alias: 'also ada' } }])
    assert.deepEqual(await arrivals.missing('person', ['ada', 'also ada', 'bob']), new Set(['bob']))
    assert.deepEqual(await arrivals.missing('booking', ['ada']), new Set(['ada']))
    const known = await arrivals.people(['ada', 'also ada', 'bob'])
    const { id } = ada.arrival.account.user
    assert.deepEqual([known.get('ada')?.id, known.get('also ada')?.id, known.size], [id, id, 2])
  })

  it('joins nobody to an account that is here', async () => {
    await using harness = await open()
    const email = `${newId()}@example.com`
    const here = accepted(await harness.accounts.add(newAccount('customer', { email }), 'old hash')).user
    const arrived = await harness.arrivals.addPeople([
      person('by address', { email: email.toUpperCase() }),
      person('by id', { id: here.id }),
      person('twice', { email: `twice-${email}` }),
      person('twice again', { email: `TWICE-${email}` }),
    ])
    const codes = new Map(arrived.map((one) => [one.sourceId, one.ok ? 'came' : one.code]))
    assert.deepEqual(
      ['by address', 'by id', 'twice', 'twice again'].map((sourceId) => codes.get(sourceId)),
      ['email-taken', 'id-taken', 'came', 'email-taken'],
    )
    assert.equal((await harness.accounts.findByEmail(email))?.passwordHash, 'old hash')
    assert.equal((await harness.arrivals.missing('person', ['by address', 'by id', 'twice again'])).size, 3)
  })

  it('keeps numbers that are free, and gives higher ones than were reserved to whoever else comes', async () => {
    await using harness = await open()
    const { arrivals, accounts } = harness
    const first = accepted(await accounts.add(newAccount('customer'), 'hash')).user
    const free = first.number + 500
    await arrivals.reserveNumbers('person', free + 10)
    const arrived = await arrivals.addPeople([
      person('free', {}, free),
      person('taken', {}, first.number),
      person('any'),
    ])
    const kept = new Map(arrived.map((one) => [one.sourceId, one.ok && one.isNumberKept]))
    assert.deepEqual(
      ['free', 'taken', 'any'].map((one) => kept.get(one)),
      [true, false, true],
    )
    const known = await arrivals.people(['free', 'taken', 'any'])
    assert.equal(known.get('free')?.number, free)
    const later = accepted(await accounts.add(newAccount('customer'), 'hash')).user.number
    for (const number of [known.get('taken')?.number, known.get('any')?.number, later]) {
      assert(number !== undefined && number > free + 10)
    }
  })
}

function offers(open: () => Promise<ArrivalsHarness>): void {
  it('has services under their names, once', async () => {
    await using harness = await open()
    const { provider, service } = await addShop(harness, 'shop')
    assert.deepEqual((await harness.catalog.find(service.id))?.price, service.price)
    const { id, createdAt, updatedAt: _, version: __, ...terms } = newService(provider.id, { id: service.id })
    const arrival = { id, createdAt, terms, provider: 'shop', providerId: provider.id }
    const [again] = await harness.arrivals.addServices([{ sourceId: 'other', arrival }])
    assert(again && !again.ok && again.code === 'id-taken')
    assert.equal((await harness.arrivals.services(['other'])).size, 0)
  })

  it('gives hours to a provider who has none, and no others to one who has', async () => {
    await using harness = await open()
    const { provider } = await addShop(harness)
    const week = (text: string) => ({
      timeZone: 'UTC',
      weeklyHours: { ...NO_HOURS, monday: [hours(text)] },
      breaks: NO_HOURS,
    })
    const add = (sourceId: string, text: string | null) =>
      harness.arrivals.addHours([
        { sourceId, arrival: { providerId: provider.id, week: text === null ? null : week(text) } },
      ])
    for (const [sourceId, text] of [
      ['none', null],
      ['first', '09:00-17:00'],
      ['second', '10:00-11:00'],
    ] as const) {
      assert.equal((await add(sourceId, text))[0]?.ok, true)
    }
    const schedule = await harness.schedules.find(provider.id)
    assert.deepEqual([schedule?.weeklyHours.monday, schedule?.version], [[hours('09:00-17:00')], 2])
    assert.equal((await harness.arrivals.missing('hours', ['none', 'first', 'second'])).size, 0)
  })

  it('takes over what sets a new password, once', async () => {
    await using harness = await open()
    const { customer } = await addShop(harness)
    const token = `${newId()}-token`
    const arrival = {
      token,
      user: '',
      userId: customer.id as UserId,
      expiresAt: (Date.now() + 3_600_000) as Instant,
    }
    const add = async (sourceId: string) =>
      (await harness.arrivals.addResetTokens([{ sourceId, arrival }]))[0]
    assert.equal((await add(`${token} 1`))?.ok, true)
    assert.equal(await harness.resets.isGood(token), true)
    assert.equal((await add(`${token} 2`))?.ok, false)
  })
}

function bookings(open: () => Promise<ArrivalsHarness>): void {
  it('gives a slot to the first who stands on it, and refuses the others', async () => {
    await using harness = await open()
    const shop = await addShop(harness)
    const later = plusMinutes(NOW, 600)
    const all = [
      booking(shop, later, 'pending'),
      booking(shop, plusMinutes(later, 30)),
      booking(shop, later, 'cancelled'),
      booking(shop, plusMinutes(later, 60)),
    ] as const
    const arrived = await harness.arrivals.addBookings(all)
    const outcomes = new Map(arrived.map((one) => [one.sourceId, one.ok ? 'came' : one.code]))
    assert.deepEqual(
      all.map(({ sourceId }) => outcomes.get(sourceId)),
      ['came', 'slot-taken', 'came', 'came'],
    )
    const range = { start: NOW, end: plusMinutes(NOW, 1_000) }
    const claims = (await harness.ledger.claims([shop.provider.number], range)).get(shop.provider.number)
    assert.deepEqual(
      claims?.map(({ bookingId }) => bookingId),
      [all[0].arrival.booking.id, all[3].arrival.booking.id],
    )
    assert.equal(await harness.archive.find(all[1].arrival.booking.id), undefined)
    const [again] = await harness.arrivals.addBookings([booking(shop, later)])
    assert(again && !again.ok && again.code === 'slot-taken')
  })

  it('keeps what is over without a claim, with its history and its number', async () => {
    await using harness = await open()
    const shop = await addShop(harness)
    const before = plusMinutes(NOW, -600)
    await harness.arrivals.reserveNumbers('booking', 100_000)
    const past = [
      booking(shop, before, 'completed', 90_000),
      booking(shop, before, 'no_show', 90_000),
      booking(shop, before, 'pending'),
    ] as const
    const arrived = await harness.arrivals.addBookings(past)
    const kept = arrived.filter((one) => one.ok && one.isNumberKept).length
    assert.deepEqual([arrived.filter(({ ok }) => ok).length, kept], [3, 2])
    const found = await harness.archive.findMany(past.map(({ arrival }) => arrival.booking.id))
    assert.deepEqual(found.map(({ status }) => status).sort(), ['cancelled', 'completed', 'no_show'])
    assert.deepEqual(found.filter(({ number }) => number === 90_000).length, 1)
    assert.deepEqual(found.filter(({ number }) => number > 100_000).length, 2)
    for (const { id, version } of found) {
      const history = await harness.archive.history(id)
      assert.deepEqual(
        history.map((entry) => entry.version),
        [1, 2],
      )
      assert.equal(version, 2)
    }
    const range = { start: plusMinutes(before, -60), end: NOW }
    const claims = await harness.ledger.claims([shop.provider.number], range)
    assert.deepEqual(claims.get(shop.provider.number), [])
  })

  it('refuses an id that is taken, with its slot left free', async () => {
    await using harness = await open()
    const shop = await addShop(harness)
    const first = booking(shop, plusMinutes(NOW, 600))
    const { booking: taken } = first.arrival
    await harness.arrivals.addBookings([first])
    const other = booking(shop, plusMinutes(NOW, 900))
    const same = {
      ...other,
      arrival: { ...other.arrival, booking: { ...other.arrival.booking, id: taken.id } },
    }
    const [refused] = await harness.arrivals.addBookings([same])
    assert(refused && !refused.ok && refused.code === 'id-taken')
    const range = { start: plusMinutes(NOW, 900), end: plusMinutes(NOW, 960) }
    const claims = await harness.ledger.claims([shop.provider.number], range)
    assert.deepEqual(claims.get(shop.provider.number), [])
  })
}
