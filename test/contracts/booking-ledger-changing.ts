import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Actor } from '../../src/domain/actor.ts'
import type { Booking, Doer } from '../../src/domain/booking.ts'
import {
  annotateBooking,
  settleBooking,
  TRANSITIONS,
  type Transition,
  transit,
} from '../../src/domain/booking-life.ts'
import { bookingEvent } from '../../src/domain/event.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, bookingEntry, NOW, newId, rejectionOf } from '../support/fixtures.ts'
import { type OpenHarness, times } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

const providerOf = ({ providerId }: Booking): Actor => ({ userId: providerId, roles: ['provider'] })

/** What a transition makes of a booking, with its event. */
function changeOf(booking: Booking, transition: Transition, now = NOW, reason: string | null = null) {
  const by = providerOf(booking)
  const after = accepted(transit(transition, booking, by, reason, now))
  return bookingEvent(newId() as EventId, TRANSITIONS[transition], after, by, reason)
}

const remarkOf = (booking: Booking, notes: string | null, by: Doer = providerOf(booking)) =>
  bookingEvent(newId() as EventId, 'booking.updated', annotateBooking(booking, { notes }, NOW), by)

async function bookPending(shop: ContractShop, start: Instant): Promise<Booking> {
  const entry = bookingEntry(shop.offer, shop.customer.user.id, start, { status: 'pending' })
  return accepted(await shop.ledger.book(entry, null))
}

/** What every ledger keeps of the changes of a booking that stays where it is. */
export function changing(open: OpenHarness): void {
  it('frees the slot of a booking that is cancelled, and takes the reminders from every one that has ended', async () => {
    await using shop = await openShop(open)
    const later = plusMinutes(TEN, 90)
    const ways: readonly (readonly Transition[])[] = [
      ['confirm'],
      ['decline'],
      ['cancel'],
      ['confirm', 'complete'],
      ['confirm', 'no-show'],
    ]
    for (const [index, transitions] of ways.entries()) {
      let booking = await bookPending(shop, plusMinutes(TEN, index * 60))
      const before = await shop.probe.counts()
      for (const transition of transitions) {
        const now = transition === 'confirm' ? NOW : plusMinutes(later, 600)
        const event = changeOf(booking, transition, now, 'because')
        booking = accepted(await shop.ledger.change(event, null))
        assert.deepEqual(booking, event.booking)
        assert.deepEqual(await shop.archive.find(booking.id), booking)
        const { type, status, bookingVersion } = (await shop.probe.recordedEvents()).at(-1) ?? {}
        assert.deepEqual([type, status, bookingVersion], [event.type, booking.status, booking.version])
      }
      const freed = booking.status === 'cancelled' ? 1 : 0
      const reminded = booking.status === 'confirmed' ? 0 : 1
      const { claims, reminders, events } = await shop.probe.counts()
      assert.deepEqual(
        [before.claims - claims, before.reminders - reminders, events - before.events],
        [freed, reminded, transitions.length],
        transitions.join(),
      )
    }
  })

  it('counts a booking that took place to its day and its buffers until its claim is forgotten', async () => {
    await using shop = await openShop(open, { dailyLimit: 1, bufferAfterMinutes: 30 })
    const booking = accepted(await shop.book(TEN))
    const over = plusMinutes(booking.end, 1)
    accepted(await shop.ledger.change(changeOf(booking, 'complete', over), null))
    const unlimited = (start: Instant) => {
      const entry = bookingEntry(shop.offer, shop.customer.user.id, start)
      return shop.ledger.book({ ...entry, judgedBy: { ...entry.judgedBy, dailyLimit: null } }, null)
    }
    assert.equal(rejectionOf(await shop.book(plusMinutes(TEN, 300))).code, 'daily-limit-reached')
    assert.equal(rejectionOf(await unlimited(plusMinutes(TEN, 75))).code, 'slot-taken')
    assert.equal(await shop.ledger.forgetClaims(booking.end, 10), 0)
    assert.equal(await shop.ledger.forgetClaims(over, 10), 1)
    const next = accepted(await shop.book(plusMinutes(TEN, 75)))
    assert.equal(await shop.ledger.forgetClaims(plusMinutes(next.end, 9_999), 10), 0)
  })

  it('keeps who ended a booking and why through later remarks', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const cancelled = accepted(
      await shop.ledger.change(
        bookingEvent(
          newId() as EventId,
          'booking.cancelled',
          accepted(transit('cancel', booking, providerOf(booking), 'ill', NOW)),
          providerOf(booking),
          'ill',
        ),
        null,
      ),
    )
    const remarked = accepted(await shop.ledger.change(remarkOf(cancelled, 'Sorry.'), null))
    assert.deepEqual(await shop.archive.find(booking.id), { ...cancelled, notes: 'Sorry.', version: 3 })
    assert.deepEqual(remarked, await shop.archive.find(booking.id))
  })

  it('says of what the time has done that the system did it', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    assert(booking.status === 'confirmed')
    const settlement = settleBooking(booking, booking.end)
    assert(settlement)
    const event = bookingEvent(newId() as EventId, settlement.type, settlement.booking, 'system')
    accepted(await shop.ledger.change(event, null))
    assert.equal((await shop.probe.recordedEvents()).at(-1)?.actorId, null)
    const { actorId, actedAs, change } = (await shop.archive.history(booking.id)).at(-1) ?? {}
    assert.deepEqual([actorId, actedAs, change], [null, 'system', 'booking.completed'])
  })

  it('writes exactly one of forty different changes of one version, and each of a row that wait for each other', async () => {
    await using shop = await openShop(open)
    const changes: readonly ((
      booking: Booking,
      racer: number,
    ) => ReturnType<typeof changeOf | typeof remarkOf>)[] = [
      (booking) => changeOf(booking, 'confirm'),
      (booking) => changeOf(booking, 'decline'),
      (booking) => changeOf(booking, 'cancel'),
      (booking, racer) => remarkOf(booking, `racer ${racer}`),
    ]
    for (const round of times(20)) {
      const booking = await bookPending(shop, plusMinutes(TEN, round * 60))
      const results = await Promise.all(
        times(40).map((racer) => {
          const change = changes[racer % changes.length] as (typeof changes)[number]
          return shop.ledger.change(change(booking, racer), null)
        }),
      )
      const written = results.filter((result) => result.ok)
      assert.equal(written.length, 1, `round ${round}`)
      for (const no of results.filter(({ ok }) => !ok)) {
        assert.deepEqual(rejectionOf(no), { code: 'version-mismatch', version: 2 })
      }
      assert.deepEqual(await shop.archive.find(booking.id), written[0]?.ok && written[0].value)
      assert.equal((await shop.archive.history(booking.id)).length, 2)
    }
  })

  it('takes a change of a booking that does not exist for a defect', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const nowhere = { ...booking, id: newId() as Booking['id'] }
    await assert.rejects(shop.ledger.change(remarkOf(nowhere, 'x'), null))
    assert.equal((await shop.probe.counts()).events, 1)
  })
}
