import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Booking } from '../../src/domain/booking.ts'
import type { ServiceId, UserId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import {
  accepted,
  addAccount,
  additionOf,
  beginSession,
  bookingEntry,
  cancellationOf,
  eraseNow,
  issueReset,
  NOW,
  newService,
  rejectionOf,
} from '../support/fixtures.ts'
import { holdEntry, recordingOf } from '../support/ledger-entries.ts'
import type { Harness, OpenHarness } from './harness.ts'
import { openShop, TEN } from './shop.ts'

const begin = ({ erasures }: Pick<Harness, 'erasures'>, id: UserId, expected: number | null = null) =>
  eraseNow(erasures, id, expected)

/** What every implementation of the `Erasures` port keeps. */
export function erasuresContract(name: string, open: OpenHarness): void {
  describe(`${name} erasures`, () => {
    beginning(open)
    finishing(open)
  })
}

function beginning(open: OpenHarness): void {
  it('empties the account at one stroke, and the address is free', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'provider', { email: 'ada@example.com' })
    await beginSession(harness.sessions, user.id)
    const { token } = await issueReset(harness.resets, user.id)
    await harness.resets.request('ADA@example.com')
    await harness.answers.keep(recordingOf(user.id, 'a').key, 'kept')
    accepted(await begin(harness, user.id))
    assert.equal(await harness.accounts.find(user.id), undefined)
    assert.equal(await harness.accounts.findByEmail(user.email), undefined)
    assert.equal(await harness.directory.find(user.id), undefined)
    assert.equal(await harness.standings.rolesOf(user.id), null)
    assert.deepEqual(await harness.sessions.list(user.id), [])
    assert.equal(await harness.resets.isGood(token), false)
    assert.deepEqual(await harness.resets.take(10), [])
    assert.equal(await harness.probe.keptAnswers(), 0)
    const again = await addAccount(harness.accounts, 'customer', { email: 'Ada@example.com' })
    assert.notEqual(again.user.id, user.id)
    const refused = rejectionOf(await begin(harness, user.id))
    assert.deepEqual(refused, { code: 'user-not-found' })
  })

  it('keeps an account that is of another version than the expected one', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    const refused = rejectionOf(await begin(harness, user.id, 2))
    assert.deepEqual(refused, { code: 'version-mismatch', version: 1 })
    assert.deepEqual((await harness.accounts.find(user.id))?.user, user)
    accepted(await begin(harness, user.id, 1))
  })

  it('keeps the last active admin', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'admin')
    assert.deepEqual(rejectionOf(await begin(harness, user.id)), { code: 'last-admin' })
    assert.deepEqual((await harness.accounts.find(user.id))?.user, user)
    await addAccount(harness.accounts, 'admin')
    accepted(await begin(harness, user.id))
  })

  it('gives held slots back, and takes a provider’s services off sale with what was said of them', async () => {
    await using shop = await openShop(open)
    const { customer, offer } = shop
    const { providerId } = offer.service
    accepted(await shop.holds.place(holdEntry(offer, customer.user.id, TEN), null))
    accepted(await begin(shop, customer.user.id))
    assert.equal((await shop.probe.counts()).claims, 0)
    accepted(await begin(shop, providerId))
    const service = await shop.catalog.find(offer.service.id)
    assert(service)
    assert.deepEqual([service.isActive, service.description, service.images], [false, '', []])
    assert.equal(service.version, offer.service.version + 1)
    assert.deepEqual((await shop.schedules.find(providerId))?.timeOff, [])
  })

  it('tells of every service that goes off sale and of the hours, and of nothing that was gone before', async () => {
    await using shop = await openShop(open)
    const { providerId } = shop.offer.service
    const described = newService(providerId, { isActive: false, description: 'By Ada.' })
    const bare = newService(providerId, { isActive: false, description: '', images: [] })
    for (const service of [described, bare]) await shop.catalog.add(additionOf(service), null)
    await shop.probe.forgetEvents()
    accepted(await begin(shop, providerId))
    const events = await shop.probe.catalogEvents()
    const told = events.map(({ subject, type, actorId, data }) => [subject, type, actorId, data.change])
    assert.deepEqual(
      told.sort(),
      [
        [providerId, 'schedule.changed', providerId, 'week-replaced'],
        [shop.offer.service.id, 'service.changed', providerId, 'retired'],
        [described.id, 'service.changed', providerId, 'changed'],
      ].sort(),
    )
    for (const { subject, version, data } of events) {
      const recorded =
        subject === providerId
          ? await shop.schedules.find(providerId)
          : await shop.catalog.find(subject as ServiceId)
      assert.equal(version, recorded?.version)
      assert(!JSON.stringify(data).includes('By Ada'))
    }
    assert.equal((await shop.catalog.find(bare.id))?.version, 1)
  })
}

function finishing(open: OpenHarness): void {
  it('knows what still stands on either side and has not begun', async () => {
    await using shop = await openShop(open)
    const first = accepted(await shop.book(TEN))
    const second = accepted(await shop.book(plusMinutes(TEN, 60)))
    accepted(await shop.ledger.change(cancellationOf(accepted(await shop.book(plusMinutes(TEN, 120)))), null))
    for (const id of [shop.customer.user.id, shop.offer.service.providerId]) {
      const standing = await shop.erasures.standing(id, NOW, 10)
      assert.deepEqual(standing.map((booking) => booking.id).sort(), [first.id, second.id].sort())
      assert.equal((await shop.erasures.standing(id, NOW, 1)).length, 1)
      const late = await shop.erasures.standing(id, TEN, 10)
      assert.deepEqual(
        late.map((booking) => booking.id),
        [second.id],
      )
    }
  })

  it('takes out what was said by or of the person, and is unfinished until then', async () => {
    await using shop = await openShop(open)
    const { customer, offer } = shop
    const said = { notes: 'Ada Byron, ring at number 7', metadata: { phone: '+1 555' } }
    const entry = bookingEntry(offer, customer.user.id, TEN, said)
    const booking = accepted(await shop.ledger.book(entry, null))
    const quoted = recordingOf<Booking>(offer.service.providerId, 'a')
    const change = cancellationOf(booking, 'Ada Byron was rude')
    accepted(
      await shop.ledger.change(change, {
        ...quoted,
        answer: (value) => ({ before: JSON.stringify(value), after: '' }),
      }),
    )
    accepted(await begin(shop, customer.user.id))
    assert.deepEqual(await shop.erasures.unfinished(10), [customer.user.id])
    await shop.erasures.finish(customer.user.id)
    await shop.erasures.finish(customer.user.id)
    assert.deepEqual(await shop.erasures.unfinished(10), [])
    const kept = await shop.archive.find(booking.id)
    assert.deepEqual([kept?.notes, kept?.metadata, kept?.status], [null, {}, 'cancelled'])
    assert.deepEqual(kept?.price, booking.price)
    assert.equal(kept?.status === 'cancelled' && kept.cancellationReason, null)
    const history = await shop.archive.history(booking.id)
    assert.deepEqual(
      history.map(({ reason }) => reason),
      [null, null],
    )
    assert.equal(await shop.probe.keptAnswers(), 0)
  })
}
