import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BookingEventType } from '../../src/domain/event.ts'
import { type Cursor, EVENT_TYPES, type EventType, type LoggedEvent } from '../../src/domain/logged-event.ts'
import {
  hasCalendarEntry,
  judgeMail,
  MAIL_EVENT_TYPES,
  type MailOrder,
  mailsOf,
} from '../../src/domain/mail.ts'
import { BOOKING, booking, CUSTOMER, cancelledBooking, PROVIDER } from './support/builders.ts'
import { EVENT, entry, order, user } from './support/mail.ts'
import { at } from './support/wall.ts'

const event = (type: EventType, version: number | null = 3): LoggedEvent => ({
  id: EVENT,
  cursor: 'cursor' as Cursor,
  type,
  occurredAt: booking().updatedAt,
  subject: { type: 'booking', id: BOOKING, version },
  providerId: PROVIDER,
  customerId: CUSTOMER,
  data: {},
})

describe('the mails of an event', () => {
  for (const type of MAIL_EVENT_TYPES) {
    it(`tell both of ${type}, whoever did it`, () => {
      const common = { eventId: EVENT, about: type, bookingId: BOOKING, version: 3 }
      assert.deepEqual(mailsOf(event(type)), [
        { ...common, to: 'customer' },
        { ...common, to: 'provider' },
      ])
    })
  }

  it('are none where nobody has to change their plans', () => {
    const told: ReadonlySet<EventType> = new Set(MAIL_EVENT_TYPES)
    const silent = EVENT_TYPES.filter((type) => !told.has(type))
    assert(silent.includes('booking.completed') && silent.includes('hold.created'))
    for (const type of silent) assert.deepEqual(mailsOf(event(type)), [], type)
  })

  it('bring an entry for the calendar, all but a reminder', () => {
    const without = MAIL_EVENT_TYPES.filter((about) => !hasCalendarEntry(order({ about })))
    assert.deepEqual(without, ['booking.reminder'])
  })
})

describe('a mail that has waited', () => {
  const made = entry(1, 'booking.created')
  const judge = (asked: MailOrder, later: readonly ReturnType<typeof entry>[], now = booking().createdAt) =>
    judgeMail(asked, { booking: booking(), history: [made, ...later], reader: user(), now })
  const codeOf = (result: ReturnType<typeof judgeMail>) => (result.ok ? 'sent' : result.rejection.code)

  it('is sent to its reader about its booking', () => {
    const judged = judge(order(), [])
    assert.deepEqual(judged.ok && judged.value, { booking: booking(), reader: user() })
  })

  for (const change of [
    'booking.confirmed',
    'booking.declined',
    'booking.rescheduled',
    'booking.cancelled',
    'booking.completed',
    'booking.no_show',
  ] as const satisfies readonly BookingEventType[]) {
    it(`is overtaken by a ${change}, of which its reader is told or needs to know no more`, () => {
      assert.equal(codeOf(judge(order(), [entry(2, change)])), 'overtaken')
    })
  }

  it('is not overtaken by other notes, nor by what it tells of itself', () => {
    assert.equal(codeOf(judge(order(), [entry(2, 'booking.updated')])), 'sent')
    const moved = order({ about: 'booking.rescheduled', version: 2 })
    assert.equal(codeOf(judge(moved, [entry(2, 'booking.rescheduled')])), 'sent')
    assert.equal(codeOf(judge(moved, [entry(2, 'booking.rescheduled'), entry(3, 'booking.updated')])), 'sent')
  })

  it('tells of a cancellation however late it is', () => {
    const cancelled = order({ about: 'booking.cancelled', version: 2 })
    const history = [made, entry(2, 'booking.cancelled', { status: 'cancelled' })]
    const situation = { booking: cancelledBooking(), history, reader: user() }
    assert.equal(codeOf(judgeMail(cancelled, { ...situation, now: at('2026-07-01T00:00:00Z') })), 'sent')
  })

  it('is for nobody when the account of its reader is gone or deactivated, or the booking is', () => {
    const now = booking().createdAt
    const history = [made]
    const deactivated = user(CUSTOMER, { deactivatedAt: now })
    for (const situation of [
      { booking: booking(), reader: undefined },
      { booking: booking(), reader: deactivated },
      { booking: undefined, reader: user() },
    ]) {
      assert.equal(codeOf(judgeMail(order(), { ...situation, history, now })), 'nobody-to-tell')
    }
  })
})

describe('a reminder', () => {
  const reminder = order({ about: 'booking.reminder', version: 2 })
  const { start } = booking()
  const judge = (later: readonly ReturnType<typeof entry>[], now: number) => {
    const history = [entry(1, 'booking.created'), entry(2, 'booking.updated'), ...later]
    const judged = judgeMail(reminder, {
      booking: booking(),
      history,
      reader: user(),
      now: now as typeof start,
    })
    return judged.ok ? 'sent' : judged.rejection.code
  }

  it('is sent until the booking begins, and not from that instant on', () => {
    assert.equal(judge([], start - 1), 'sent')
    assert.equal(judge([], start), 'begun')
  })

  it('is not sent of a booking that was moved or cancelled meanwhile', () => {
    assert.equal(judge([entry(3, 'booking.rescheduled')], start - 1), 'overtaken')
    assert.equal(judge([entry(3, 'booking.cancelled')], start - 1), 'overtaken')
    assert.equal(judge([entry(3, 'booking.declined')], start - 1), 'overtaken')
  })

  it('is still sent of a request that was confirmed meanwhile', () => {
    assert.equal(judge([entry(3, 'booking.confirmed'), entry(4, 'booking.updated')], start - 1), 'sent')
  })
})
