import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Actor } from '../../src/domain/actor.ts'
import { BOOKING_STATUSES, type Booking } from '../../src/domain/booking.ts'
import {
  annotateBooking,
  cancelForErasure,
  completeBooking,
  confirmBooking,
  declineBooking,
  dueAt,
  missBooking,
  settleBooking,
  TRANSITIONS,
  type Transition,
  transit,
} from '../../src/domain/booking-life.ts'
import type { Instant } from '../../src/domain/instant.ts'
import {
  ADMIN,
  actor,
  booking,
  CUSTOMER,
  cancelledBooking,
  PROVIDER,
  pendingBooking,
} from './support/builders.ts'

const { start, end, cancellableUntil } = booking()
const before = (instant: Instant) => (instant - 1) as Instant

const everyState: Readonly<Record<Booking['status'], Booking>> = {
  pending: pendingBooking(),
  confirmed: booking(),
  completed: { ...booking(), status: 'completed' },
  cancelled: cancelledBooking(),
  no_show: { ...booking(), status: 'no_show' },
}

const people: Readonly<Record<string, Actor>> = {
  customer: actor(CUSTOMER),
  provider: actor(PROVIDER, 'provider'),
  admin: actor(ADMIN, 'admin'),
  'customer who is an admin': actor(CUSTOMER, 'customer', 'admin'),
}

/** The state that follows, or the code of the no. */
function ask(transition: Transition, state: Booking, by: Actor, now: Instant) {
  const outcome = transit(transition, state, by, 'because', now)
  if (outcome.ok) return outcome.value.status
  const { rejection } = outcome
  return rejection.code === 'invalid-transition' ? `no: ${rejection.status}` : rejection.code
}

const WRONG = {
  completed: 'no: completed',
  cancelled: 'no: cancelled',
  no_show: 'no: no_show',
} as const

/** What a decider gets for each transition and state, at the start of the booking. */
const AT_START: Readonly<Record<Transition, Readonly<Record<Booking['status'], string>>>> = {
  confirm: { pending: 'started-already', confirmed: 'no: confirmed', ...WRONG },
  decline: { pending: 'cancelled', confirmed: 'no: confirmed', ...WRONG },
  cancel: { pending: 'cancelled', confirmed: 'cancelled', ...WRONG },
  complete: { pending: 'no: pending', confirmed: 'completed', ...WRONG },
  'no-show': { pending: 'no: pending', confirmed: 'no_show', ...WRONG },
}

/** The same a millisecond earlier, where it is another. */
const BEFORE_START: Readonly<Partial<Record<`${Transition} ${Booking['status']}`, string>>> = {
  'confirm pending': 'confirmed',
  'complete confirmed': 'not-started-yet',
  'no-show confirmed': 'not-started-yet',
}

describe('every transition from every state', () => {
  for (const transition of Object.keys(TRANSITIONS) as Transition[]) {
    for (const status of BOOKING_STATUSES) {
      for (const [who, by] of Object.entries(people)) {
        it(`${transition} of a ${status} booking by the ${who} is what the table says`, () => {
          const isForbidden = who === 'customer' && transition !== 'cancel'
          const isTooLate = who === 'customer' && ['pending', 'confirmed'].includes(status)
          const expected = isTooLate ? 'cancellation-window-closed' : AT_START[transition][status]
          const now = ask(transition, everyState[status], by, start)
          assert.equal(now, isForbidden ? 'forbidden' : expected)
          const earlier = ask(transition, everyState[status], by, before(start))
          const other = BEFORE_START[`${transition} ${status}`] ?? expected
          assert.equal(earlier, isForbidden ? 'forbidden' : other)
        })
      }
    }
  }
})

describe('a transition', () => {
  it('makes the next version at its time, and changes nothing else', () => {
    for (const [transition, from] of [
      ['confirm', pendingBooking()],
      ['complete', booking()],
      ['no-show', booking()],
    ] as const) {
      const now = transition === 'confirm' ? before(start) : start
      const outcome = transit(transition, { ...from, version: 7 }, actor(PROVIDER), null, now)
      assert(outcome.ok)
      const { status, version, updatedAt, ...rest } = outcome.value
      const { status: _, version: __, updatedAt: ___, ...known } = from
      assert.deepEqual([version, updatedAt, rest], [8, now, known])
    }
  })

  it('tells when a booking starts where that is in the way', () => {
    assert.deepEqual(transit('confirm', pendingBooking(), actor(PROVIDER), null, start), {
      ok: false,
      rejection: { code: 'started-already', start, now: start },
    })
    assert.deepEqual(transit('complete', booking(), actor(PROVIDER), null, before(start)), {
      ok: false,
      rejection: { code: 'not-started-yet', start, now: before(start) },
    })
  })

  it('lets the customer cancel to the very instant at which the window closes, pending or confirmed', () => {
    for (const state of [pendingBooking(), booking()]) {
      assert.equal(ask('cancel', state, actor(CUSTOMER), cancellableUntil), 'cancelled')
      const late = ask('cancel', state, actor(CUSTOMER), (cancellableUntil + 1) as Instant)
      assert.equal(late, 'cancellation-window-closed')
    }
  })

  it('says of a decline who said no, and why', () => {
    const outcome = declineBooking(pendingBooking(), actor(PROVIDER, 'provider'), 'full', start)
    assert(outcome.ok)
    const { cancelledBy, cancellationReason, cancelledAt } = outcome.value
    assert.deepEqual([cancelledBy, cancellationReason, cancelledAt], ['provider', 'full', start])
  })

  it('does not compile from a state that it does not start in', () => {
    const wrong = [
      // @ts-expect-error only a pending booking can be confirmed
      () => confirmBooking(booking(), start),
      // @ts-expect-error only a pending booking can be declined
      () => declineBooking(booking(), actor(PROVIDER), null, start),
      // @ts-expect-error only a confirmed booking can be completed
      () => completeBooking(pendingBooking(), start),
      // @ts-expect-error only a confirmed booking can be missed
      () => missBooking(cancelledBooking(), start),
      // @ts-expect-error only a standing booking is settled by the time
      () => settleBooking(cancelledBooking(), start),
    ]
    assert.equal(wrong.length, 5)
  })
})

describe('the time', () => {
  it('completes what is confirmed at its end, and not before', () => {
    assert.equal(settleBooking(booking(), before(end)), undefined)
    assert.deepEqual(settleBooking(booking(), end), {
      type: 'booking.completed',
      reason: null,
      booking: { ...booking(), status: 'completed', version: 2, updatedAt: end },
    })
  })

  it('cancels what is pending at its start as the system, and not before', () => {
    assert.equal(settleBooking(pendingBooking(), before(start)), undefined)
    const settled = settleBooking(pendingBooking(), start)
    assert(settled?.type === 'booking.cancelled')
    const { cancelledBy, cancellationReason, cancelledAt, version } = settled.booking
    assert.deepEqual([cancelledBy, cancelledAt, version], ['system', start, 2])
    assert.equal(cancellationReason, settled.reason)
    assert(settled.reason.length > 0)
  })

  it('is due for a confirmed booking at its end and for a pending one at its start', () => {
    assert.deepEqual([dueAt(booking()), dueAt(pendingBooking())], [end, start])
  })
})

describe('remarks', () => {
  it('are replaced where they are named and stay where they are not, in whatever state', () => {
    const remarks = { notes: 'old', metadata: { a: 1 } }
    for (const state of Object.values(everyState)) {
      const known = { ...state, ...remarks } as Booking
      const next = { ...known, version: 2, updatedAt: end }
      for (const nothingNew of [{}, { notes: 'old' }, remarks]) {
        assert.equal(annotateBooking(known, nothingNew, end), known)
      }
      assert.deepEqual(annotateBooking(known, { notes: null }, end), { ...next, notes: null })
      const metadata = { b: [2] }
      assert.deepEqual(annotateBooking(known, { metadata }, end), { ...next, metadata })
    }
  })
})

describe('Erasing somebody', () => {
  it('cancels what stands on either side, however late it is, without a word of why', () => {
    const late = before(start)
    assert(late > cancellableUntil)
    for (const [id, capacity] of [
      [CUSTOMER, 'customer'],
      [PROVIDER, 'provider'],
    ] as const) {
      const cancelled = cancelForErasure(booking(), actor(id), late)
      assert.equal(cancelled.status, 'cancelled')
      assert.equal(cancelled.cancelledBy, capacity)
      assert.equal(cancelled.cancellationReason, null)
      assert.equal(cancelled.version, booking().version + 1)
    }
  })
})
