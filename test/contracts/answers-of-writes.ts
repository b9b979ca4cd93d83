import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { AnsweredBefore } from '../../src/application/ports/answers.ts'
import type { Booking } from '../../src/domain/booking.ts'
import type { TimeOffId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Result } from '../../src/domain/result.ts'
import type { Schedule } from '../../src/domain/schedule.ts'
import { MOST_TIME_OFF } from '../../src/domain/schedule-exceptions.ts'
import {
  accepted,
  additionOf,
  cancellationOf,
  newId,
  newService,
  occasion,
  rejectionOf,
} from '../support/fixtures.ts'
import { holdEntry, moveOf, recordingOf } from '../support/ledger-entries.ts'
import { type OpenHarness, times } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

interface Keyed {
  /** Asks for one thing; whoever asks again under the key asks for the same. */
  readonly write: (
    shop: ContractShop,
    booking: Booking,
    key: string,
  ) => Promise<Result<unknown, { code: string }>>
  /** What one of them adds: bookings, claims, events, and the rest by its count. */
  readonly adds: readonly number[]
}

const later = plusMinutes(TEN, 600)
const userOf = (shop: ContractShop) => shop.customer.user.id

/** Each write that a key can be used for. */
const WRITES: Readonly<Record<string, Keyed>> = {
  'a booking': {
    write: (shop, _, key) => shop.ledger.book(shop.entryAt(later), recordingOf(userOf(shop), key)),
    adds: [1, 1, 1, 0, 0],
  },
  'a cancellation': {
    write: (shop, booking, key) =>
      shop.ledger.change(cancellationOf(booking), recordingOf(userOf(shop), key)),
    adds: [0, -1, 1, 0, 0],
  },
  'a move': {
    write: (shop, booking, key) =>
      shop.ledger.move(moveOf(booking, shop.offer, later), recordingOf(userOf(shop), key)),
    adds: [0, 0, 1, 0, 0],
  },
  'a hold': {
    write: (shop, _, key) =>
      shop.holds.place(holdEntry(shop.offer, userOf(shop), later), recordingOf(userOf(shop), key)),
    adds: [0, 1, 1, 0, 0],
  },
  'a service': {
    write: (shop, _, key) =>
      shop.catalog.add(additionOf(newService(shop.offer.service.providerId)), recordingOf(userOf(shop), key)),
    adds: [0, 0, 1, 1, 0],
  },
  'time off': {
    write: (shop, _, key) => shop.schedules.addTimeOff(...timeOff(shop), recordingOf(userOf(shop), key)),
    adds: [0, 0, 1, 0, 1],
  },
}

const timeOff = (shop: ContractShop) =>
  [
    shop.offer.service.providerId,
    { id: newId() as TimeOffId, start: later, end: plusMinutes(later, 60), reason: null },
    occasion(),
  ] as const

/** How much there is of everything that may be written. */
async function countAll({ probe, catalog, schedules, offer }: ContractShop): Promise<number[]> {
  const { bookings, claims, events } = await probe.counts()
  const { providerId } = offer.service
  const everything = { category: null, currency: null, minPrice: null, maxPrice: null, text: null }
  const { items } = await catalog.list(
    { ...everything, providerId, retiredOf: null, sort: 'created_at' },
    { limit: 100, after: null },
  )
  const schedule = await schedules.find(providerId)
  const catalogEvents = await probe.catalogEvents()
  return [bookings, claims, events + catalogEvents.length, items.length, schedule?.timeOff.length ?? 0]
}

const toldIn = (results: readonly Result<unknown, { code: string }>[]) =>
  results.flatMap((result) => (result.ok ? [] : [result.rejection as AnsweredBefore]))

/** What every write keeps that is asked for under a key. */
export function keyedWrites(open: OpenHarness): void {
  for (const [name, { write, adds }] of Object.entries(WRITES)) {
    it(`makes ${name} once of fifty who ask for it at once under one key, and tells the others the same`, async () => {
      await using shop = await openShop(open)
      const booking = accepted(await shop.book(TEN))
      const before = await countAll(shop)
      const results = await Promise.all(times(50).map(() => write(shop, booking, 'key')))
      const told = toldIn([...results, await write(shop, booking, 'key')])
      assert.equal(told.length, 50)
      assert.deepEqual([...new Set(told.map(({ code }) => code))], ['answered-before'])
      const answers = new Set(told.map((one) => one.code === 'answered-before' && one.answer))
      assert.equal(answers.size, 1)
      assert.match(String([...answers][0]), /^done <.*>$/)
      const after = await countAll(shop)
      assert.deepEqual(
        after.map((count, index) => count - (before[index] ?? 0)),
        adds,
      )
      assert.equal(await shop.probe.keptAnswers(), 1)
    })
  }

  it('makes none of fifty that are refused, and leaves no key', async () => {
    await using shop = await openShop(open)
    accepted(await shop.book(later))
    const booking = accepted(await shop.book(TEN))
    const { 'a booking': book, 'a move': move, 'a hold': hold } = WRITES
    for (const keyed of [book, move, hold]) {
      const results = await Promise.all(times(50).map(() => keyed?.write(shop, booking, 'key')))
      for (const result of results) {
        assert.deepEqual(result && rejectionOf(result), { code: 'slot-taken' })
      }
    }
    assert.equal(await shop.probe.keptAnswers(), 0)
  })

  it('leaves no key of time off that there is no room or no provider for', async () => {
    await using shop = await openShop(open)
    const { providerId } = shop.offer.service
    const [, added, when] = timeOff(shop)
    await Promise.all(times(MOST_TIME_OFF).map(() => shop.probe.addTimeOff(providerId, added)))
    const recording = recordingOf<Schedule>(userOf(shop), 'key')
    const full = await shop.schedules.addTimeOff(providerId, added, when, recording)
    assert.equal(rejectionOf(full).code, 'too-much-time-off')
    const nowhere = await shop.schedules.addTimeOff(userOf(shop), added, when, recording)
    assert.equal(rejectionOf(nowhere).code, 'provider-not-found')
    assert.equal(await shop.probe.keptAnswers(), 0)
  })
}
