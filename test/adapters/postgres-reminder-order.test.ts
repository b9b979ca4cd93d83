import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { Booking, PendingBooking } from '../../src/domain/booking.ts'
import { confirmBooking } from '../../src/domain/booking-life.ts'
import { bookingEvent } from '../../src/domain/event.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { formatInstant, plusMinutes } from '../../src/domain/instant.ts'
import type { Offer } from '../../src/domain/service.ts'
import { TEN } from '../contracts/shop.ts'
import { equipment, type Point } from '../proofs/interleavings/equipment.ts'
import { openSession, type Session } from '../proofs/interleavings/session.ts'
import { openWatcher, type Watcher } from '../proofs/interleavings/watcher.ts'
import {
  accepted,
  addAccount,
  addOfferOfNewProvider,
  bookingEntry,
  cancellationOf,
  newId,
} from '../support/fixtures.ts'
import { moveOf, recordingOf } from '../support/ledger-entries.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
let sending: Session
let changing: Session
let watcher: Watcher
before(async () => {
  bench = await openBench()
  await bench.database.query(equipment(formatInstant(TEN)))
  const { url } = bench.database
  sending = await openSession(url)
  changing = await openSession(url)
  watcher = await openWatcher(url)
})
after(async () => {
  for (const one of [sending, changing, watcher, bench]) await one[Symbol.asyncDispose]()
})

let offer: Offer
let booking: Booking
beforeEach(async () => {
  const harness = await bench.open()
  offer = await addOfferOfNewProvider(harness)
  const customer = await addAccount(harness.accounts, 'customer')
  const entry = bookingEntry(offer, customer.user.id, TEN, { status: 'pending' })
  booking = accepted(await harness.ledger.book(entry, null))
})

afterEach(async () => {
  // What a test that has failed leaves open would fail the next as well.
  await watcher.openGate()
  for (const one of [sending, changing]) await one.end('rollback')
})

const DUE = plusMinutes(TEN, -5)
const send = async () => {
  const { due, sent } = await sending.reminders.send([newId() as EventId], DUE, null)
  return { due, sent }
}

function confirmation() {
  const by = { userId: booking.providerId, roles: ['provider'] } as const
  const confirmed = accepted(confirmBooking(booking as PendingBooking, DUE))
  return changing.ledger.change(bookingEvent(newId() as EventId, 'booking.confirmed', confirmed, by), null)
}

/** With a key, for which the transaction takes its number before it writes anything else. */
const keyed = <T>() => recordingOf<T>(booking.providerId, newId())
const cancellation = () => changing.ledger.change(cancellationOf(booking, null, DUE), keyed())
const move = () => changing.ledger.move(moveOf(booking, offer, plusMinutes(TEN, 600), DUE), keyed())

/** Begins and stops at a point, where it waits for the gate. */
async function stoppedAt<T>(
  session: Session,
  point: Point,
  work: () => Promise<T>,
): Promise<{ readonly done: Promise<T> }> {
  await watcher.closeGate()
  await session.begin(point)
  const done = work()
  assert.ok(await watcher.isWaiting(session.pid, watcher.pid, done), `It is never at ${point}`)
  return { done }
}

const log = () =>
  watcher.lines(
    `select type || ' ' || subject_version as line from events where subject_type = 'booking' order by xid, sequence`,
  )

describe('a reminder in the order of the log', () => {
  it('is left to the next tick while its booking becomes another', async () => {
    const { done } = await stoppedAt(sending, 'before delete reminders', send)
    await changing.begin(null)
    accepted(await confirmation())
    await changing.end('commit')
    await watcher.openGate()
    assert.deepEqual(await done, { due: 0, sent: 0 })
    await sending.end('commit')
    await sending.begin(null)
    assert.deepEqual(await send(), { due: 1, sent: 1 })
    await sending.end('commit')
    assert.deepEqual(await log(), ['booking.created 1', 'booking.confirmed 2', 'booking.reminder 2'])
  })

  for (const [type, change] of [
    ['booking.cancelled', cancellation],
    ['booking.rescheduled', move],
  ] as const) {
    it(`does not come after the event ${type} that has its number already`, async () => {
      const { done } = await stoppedAt(changing, 'after insert idempotency_keys', change)
      await sending.begin(null)
      const outcome = await send()
      await sending.end('commit')
      await watcher.openGate()
      accepted(await done)
      await changing.end('commit')
      assert.deepEqual(await log(), ['booking.created 1', `${type} 2`])
      assert.deepEqual(outcome, { due: 0, sent: 0 })
    })

    it(`comes before the event ${type} that waits for it`, async () => {
      const { done } = await stoppedAt(sending, 'before insert events', send)
      await changing.begin(null)
      const changed = change()
      assert.ok(await watcher.isWaiting(changing.pid, sending.pid, changed))
      await watcher.openGate()
      assert.deepEqual(await done, { due: 1, sent: 1 })
      await sending.end('commit')
      accepted(await changed)
      await changing.end('commit')
      assert.deepEqual(await log(), ['booking.created 1', 'booking.reminder 1', `${type} 2`])
    })
  }
})
