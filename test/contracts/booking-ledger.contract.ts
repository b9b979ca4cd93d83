import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { UserId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import type { Service } from '../../src/domain/service.ts'
import {
  accepted,
  addOffer,
  addOfferOfNewProvider,
  bookingEntry,
  changeOf,
  decideRoles,
  NOW,
  newId,
  rejectionOf,
  setHours,
} from '../support/fixtures.ts'
import { cancelling } from './booking-ledger-cancelling.ts'
import { changing } from './booking-ledger-changing.ts'
import { claiming } from './booking-ledger-claims.ts'
import { limitingDays } from './booking-ledger-limits.ts'
import { moving } from './booking-ledger-moving.ts'
import { racingMoves } from './booking-ledger-moving-races.ts'
import { racing } from './booking-ledger-races.ts'
import { keepingText } from './booking-ledger-text.ts'
import type { OpenHarness } from './harness.ts'
import { openShop, TEN } from './shop.ts'

/** What every implementation of the `BookingLedger` port keeps. */
export function bookingLedgerContract(name: string, open: OpenHarness): void {
  describe(`${name} booking ledger`, () => {
    writing(open)
    keepingText(open)
    refusing(open)
    changingOffers(open)
    limitingDays(open)
    cancelling(open)
    changing(open)
    moving(open)
    claiming(open)
    racing(open)
    racingMoves(open)
  })
}

function writing(open: OpenHarness): void {
  it('writes the booking, its claim, its reminders and its event', async () => {
    await using shop = await openShop(open, {
      reminderMinutes: [10, 1_440],
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 15,
      cancellationWindowMinutes: 90,
    })
    const entry = shop.entryAt(TEN)
    const booking = accepted(await shop.ledger.book(entry, null))
    assert.deepEqual(booking, { ...entry.booking, number: booking.number })
    assert.deepEqual(await shop.archive.find(booking.id), booking)
    assert.deepEqual(await shop.probe.counts(), { bookings: 1, claims: 1, reminders: 2, events: 1 })
    const wholeDay = { start: plusMinutes(TEN, -600), end: plusMinutes(TEN, 600) }
    const claims = await shop.ledger.claims([entry.judgedBy.providerNumber], wholeDay)
    assert.deepEqual(claims.get(entry.judgedBy.providerNumber), [
      {
        bookingId: booking.id,
        serviceId: booking.serviceId,
        start: TEN,
        end: plusMinutes(TEN, 60),
        blocked: { start: plusMinutes(TEN, -5), end: plusMinutes(TEN, 75) },
      },
    ])
    assert.deepEqual(await shop.probe.reminders(booking.id), [
      { minutesBefore: 1_440, dueAt: plusMinutes(TEN, -1_440) },
      { minutesBefore: 10, dueAt: plusMinutes(TEN, -10) },
    ])
    const { id, occurredAt, actorId } = entry.event
    assert.deepEqual(await shop.probe.recordedEvents(), [
      {
        ...{ id, type: 'booking.created', occurredAt, actorId },
        bookingId: booking.id,
        bookingNumber: booking.number,
        bookingVersion: 1,
        status: 'confirmed',
        providerId: booking.providerId,
        customerId: booking.customerId,
      },
    ])
  })

  it('writes a booking that is pending and one that is reminded of by nobody', async () => {
    await using shop = await openShop(open, { reminderMinutes: [] })
    const entry = bookingEntry(shop.offer, shop.customer.user.id, TEN, { status: 'pending' })
    const booking = accepted(await shop.ledger.book(entry, null))
    assert.equal(booking.status, 'pending')
    assert.deepEqual(await shop.archive.find(booking.id), booking)
    assert.deepEqual(await shop.probe.counts(), { bookings: 1, claims: 1, reminders: 0, events: 1 })
    assert.equal((await shop.probe.recordedEvents())[0]?.status, 'pending')
  })

  it('gives numbers in ascending order and never twice', async () => {
    await using shop = await openShop(open)
    const numbers: number[] = []
    for (const hour of [5, 1, 3, 1, 7, 2]) {
      const outcome = await shop.book(plusMinutes(TEN, hour * 60))
      if (outcome.ok) numbers.push(outcome.value.number)
    }
    assert.equal(numbers.length, 5)
    assert(numbers.every((number, index) => number > (numbers[index - 1] ?? 0)))
    assert(numbers.every(Number.isSafeInteger))
  })

  it('keeps every millisecond of its instants', async () => {
    await using shop = await openShop(open, { reminderMinutes: [1] })
    const start = (TEN + 123) as Instant
    const createdAt = (NOW + 7) as Instant
    const entry = bookingEntry(shop.offer, shop.customer.user.id, start, { createdAt })
    const booking = accepted(await shop.ledger.book(entry, null))
    assert.deepEqual(await shop.archive.find(booking.id), { ...entry.booking, number: booking.number })
    assert.deepEqual(await shop.probe.reminders(booking.id), entry.reminders)
    assert.equal((await shop.probe.recordedEvents())[0]?.occurredAt, createdAt)
    assert.equal((await shop.book((start + 3_600_000 - 1) as Instant)).ok, false)
    assert.equal((await shop.book((start + 3_600_000) as Instant)).ok, true)
  })
}

const NOTHING = { bookings: 0, claims: 0, reminders: 0, events: 0 }

function refusing(open: OpenHarness): void {
  it('lets touching bookings coexist and refuses overlapping ones', async () => {
    await using shop = await openShop(open)
    accepted(await shop.book(TEN))
    const before = await shop.probe.counts()
    for (const minutes of [-59, -30, 0, 1, 59]) {
      assert.deepEqual(rejectionOf(await shop.book(plusMinutes(TEN, minutes))), { code: 'slot-taken' })
    }
    assert.deepEqual(await shop.probe.counts(), before)
    for (const minutes of [-60, 60]) accepted(await shop.book(plusMinutes(TEN, minutes)))
  })

  it('refuses a booking around a shorter one, of whichever service of the provider', async () => {
    await using shop = await openShop(open, { durationMinutes: 10 })
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    assert(provider)
    const long = await addOffer(shop, provider, { durationMinutes: 120 })
    accepted(await shop.book(TEN))
    assert.deepEqual(rejectionOf(await shop.book(plusMinutes(TEN, -60), long)), { code: 'slot-taken' })
    accepted(await shop.book(plusMinutes(TEN, -120), long))
  })

  it('blocks the buffers of a booking too: two may touch by their buffers and not overlap', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 10, bufferAfterMinutes: 20 })
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    assert(provider)
    const bare = await addOffer(shop, provider)
    accepted(await shop.book(TEN))
    for (const minutes of [-89, 89]) {
      assert.equal((await shop.book(plusMinutes(TEN, minutes))).ok, false, `buffered at ${minutes}`)
    }
    for (const minutes of [-69, 79]) {
      assert.equal((await shop.book(plusMinutes(TEN, minutes), bare)).ok, false, `bare at ${minutes}`)
    }
    accepted(await shop.book(plusMinutes(TEN, -70), bare))
    accepted(await shop.book(plusMinutes(TEN, 90)))
  })

  it('lets the bookings of two providers overlap', async () => {
    await using shop = await openShop(open)
    accepted(await shop.book(TEN))
    accepted(await shop.book(TEN, await addOfferOfNewProvider(shop)))
  })

  it('leaves nothing at all of an entry that is refused', async () => {
    await using shop = await openShop(open, { dailyLimit: 1 })
    const fresh = shop.entryAt(TEN)
    const stale = { ...fresh, judgedBy: { ...fresh.judgedBy, scheduleVersion: 7 } }
    assert.deepEqual(rejectionOf(await shop.ledger.book(stale, null)), { code: 'offer-changed' })
    assert.deepEqual(await shop.probe.counts(), NOTHING)
    accepted(await shop.book(TEN))
    const before = await shop.probe.counts()
    const unlimited = shop.entryAt(TEN)
    const taken = { ...unlimited, judgedBy: { ...unlimited.judgedBy, dailyLimit: null } }
    assert.deepEqual(rejectionOf(await shop.ledger.book(taken, null)), { code: 'slot-taken' })
    const limited = shop.entryAt(plusMinutes(TEN, 60))
    assert.equal(rejectionOf(await shop.ledger.book(limited, null)).code, 'daily-limit-reached')
    assert.deepEqual(await shop.probe.counts(), before)
    for (const { booking } of [stale, taken, limited]) {
      assert.equal(await shop.archive.find(booking.id), undefined)
      assert.deepEqual(await shop.probe.reminders(booking.id), [])
    }
  })

  it('leaves nothing of an entry that fails half way, and its slot to others', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const before = await shop.probe.counts()
    const later = plusMinutes(TEN, 120)
    const again = bookingEntry(shop.offer, shop.customer.user.id, later, { id: booking.id })
    await assert.rejects(shop.ledger.book(again, null))
    assert.deepEqual(await shop.probe.counts(), before)
    assert.deepEqual(await shop.archive.find(booking.id), booking)
    accepted(await shop.book(later))
  })
}

function changingOffers(open: OpenHarness): void {
  it('refuses what was judged by another version of the service than the recorded one', async () => {
    await using shop = await openShop(open)
    const { service } = shop.offer
    accepted(await shop.catalog.replace(changeOf({ ...service, version: 2 })))
    const later = { ...shop.offer, service: { ...service, version: 3 } }
    for (const offer of [shop.offer, later]) {
      assert.deepEqual(rejectionOf(await shop.book(TEN, offer)), { code: 'offer-changed' })
    }
    assert.deepEqual(await shop.probe.counts(), NOTHING)
    accepted(await shop.book(TEN, { ...shop.offer, service: { ...service, version: 2 } }))
  })

  it('refuses what was judged by another version of the schedule than the recorded one', async () => {
    await using shop = await openShop(open)
    const { schedule, service } = shop.offer
    await setHours(shop.schedules, service.providerId, {})
    const later = { ...shop.offer, schedule: { ...schedule, version: 3 } }
    for (const offer of [shop.offer, later]) {
      assert.deepEqual(rejectionOf(await shop.book(TEN, offer)), { code: 'offer-changed' })
    }
    assert.deepEqual(await shop.probe.counts(), NOTHING)
    accepted(await shop.book(TEN, { ...shop.offer, schedule: { ...schedule, version: 2 } }))
  })

  it('refuses what is booked at a provider or by a customer whose account is not active', async () => {
    await using shop = await openShop(open)
    const { providerId } = shop.offer.service
    const stranger = {
      ...shop.entryAt(TEN),
      booking: { ...shop.entryAt(TEN).booking, customerId: newId() as UserId },
    }
    assert.deepEqual(rejectionOf(await shop.ledger.book(stranger, null)), { code: 'account-inactive' })
    await shop.probe.deactivate(shop.customer.user.id, TEN)
    assert.deepEqual(rejectionOf(await shop.book(TEN)), { code: 'account-inactive' })
    await shop.probe.deactivate(providerId, TEN)
    assert.deepEqual(rejectionOf(await shop.book(TEN)), { code: 'offer-changed' })
    assert.deepEqual(await shop.probe.counts(), NOTHING)
  })

  it('refuses what is booked at somebody who is no provider any more, until they are one again', async () => {
    await using shop = await openShop(open)
    const { providerId } = shop.offer.service
    await decideRoles(shop, providerId, ['customer'])
    assert.deepEqual(rejectionOf(await shop.book(TEN)), { code: 'offer-changed' })
    assert.deepEqual(await shop.probe.counts(), NOTHING)
    await decideRoles(shop, providerId, ['customer', 'provider'])
    accepted(await shop.book(TEN))
  })

  it('refuses a booking of a service that does not exist', async () => {
    await using shop = await openShop(open)
    const unknown = { ...shop.offer, service: { ...shop.offer.service, id: newId() as Service['id'] } }
    assert.deepEqual(rejectionOf(await shop.book(TEN, unknown)), { code: 'offer-changed' })
    assert.deepEqual(await shop.probe.counts(), NOTHING)
  })
}
