import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Booking } from '../../src/domain/booking.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import type { LoggedEvent } from '../../src/domain/logged-event.ts'
import { accepted, cancellationOf, newId } from '../support/fixtures.ts'
import { moveOf, recordingOf } from '../support/ledger-entries.ts'
import { readOn } from './event-log-reading.ts'
import { type OpenHarness, times } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

const BOOKINGS = 60
const SENDERS = 8
const BATCH = 7
const ROUNDS = 6
/** How long before its start everyone is reminded. */
const BEFORE_MINUTES = 100_000

const SHORT = { durationMinutes: 5, slotIntervalMinutes: 5 }
/** By then every booking of a round is due, and none has begun. */
const PRESENT = plusMinutes(TEN, -1)

/** Sends until there is nothing left, as a node does at each tick. */
async function sendAll(shop: ContractShop, sender: number): Promise<number> {
  const { reminders } = sender % 2 ? shop.otherNode : shop
  let total = 0
  for (;;) {
    const ids = times(BATCH).map(() => newId() as EventId)
    const { due, sent } = await reminders.send(ids, PRESENT, null)
    total += sent
    if (due === 0) return total
  }
}

const bookMany = (shop: ContractShop, from: Instant) =>
  Promise.all(
    times(BOOKINGS).map(async (index) => {
      const entry = shop.entryAt(plusMinutes(from, index * 5))
      const reminders = [
        { minutesBefore: BEFORE_MINUTES, dueAt: plusMinutes(entry.booking.start, -BEFORE_MINUTES) },
      ]
      return accepted(await shop.ledger.book({ ...entry, reminders }, null))
    }),
  )

/** What every ledger keeps when several nodes tick at the same moment, and people change their minds meanwhile. */
export function racingReminders(open: OpenHarness): void {
  it('sends each once, however many send at the same moment on however many nodes', async () => {
    await using shop = await openShop(open, SHORT)
    for (const round of times(ROUNDS)) {
      await bookMany(shop, plusMinutes(TEN, round * 1_440))
      const sent = await Promise.all(times(SENDERS).map((sender) => sendAll(shop, sender)))
      assert.equal(
        sent.reduce((sum, count) => sum + count),
        BOOKINGS,
        `round ${round}`,
      )
    }
    const reminders = (await readOn(shop)).filter(({ type }) => type === 'booking.reminder')
    assert.equal(reminders.length, ROUNDS * BOOKINGS)
    assert.equal(new Set(reminders.map(({ subject }) => subject.id)).size, ROUNDS * BOOKINGS)
    assert.equal(new Set(reminders.map(({ id }) => id)).size, ROUNDS * BOOKINGS)
  })

  it('never reminds of a booking after it was cancelled, or of the old time after it was moved', async () => {
    await using shop = await openShop(open, SHORT)
    for (const round of times(ROUNDS)) {
      const bookings = await bookMany(shop, plusMinutes(TEN, round * 2_880))
      await Promise.all([
        ...bookings.map((booking, index) => changeMind(shop, booking, index)),
        ...times(SENDERS).map((sender) => sendAll(shop, sender)),
      ])
      await sendAll(shop, 0)
    }
    const told = Map.groupBy(await readOn(shop), ({ subject }) => subject.id)
    assert.equal(told.size, ROUNDS * BOOKINGS)
    for (const events of told.values()) assertNoneIsStale(events)
  })
}

/** One of three is cancelled, one is moved by some hours, and one stays; some of it under a key. */
async function changeMind(shop: ContractShop, booking: Booking, index: number): Promise<void> {
  const recording = index % 2 ? recordingOf<Booking>(shop.customer.user.id, booking.id) : null
  if (index % 3 === 0) accepted(await shop.ledger.change(cancellationOf(booking), recording))
  if (index % 3 === 1) {
    const move = moveOf(booking, shop.offer, plusMinutes(booking.start, 720))
    accepted(await shop.ledger.move({ ...move, reminders: [] }, recording))
  }
}

function assertNoneIsStale(events: readonly LoggedEvent[]): void {
  const order = events.map(({ type, subject: { version } }) => `${type} ${version}`).join(', ')
  const reminders = events.filter(({ type }) => type === 'booking.reminder')
  assert(reminders.length <= 1, order)
  if (events.every(({ type }) => type === 'booking.created' || type === 'booking.reminder')) {
    assert.equal(reminders.length, 1, order)
    return
  }
  assert.notEqual(events.at(-1)?.type, 'booking.reminder', order)
  for (const { data } of reminders) assert.equal(data.start, events[0]?.data.start, order)
}
