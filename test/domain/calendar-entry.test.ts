import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Booking } from '../../src/domain/booking.ts'
import { type CalendarEntry, calendarEntryOf } from '../../src/domain/calendar-entry.ts'
import { BOOKING, booking, cancelledBooking, pendingBooking } from './support/builders.ts'

const details = {
  host: 'booking.example.com',
  title: 'Haircut',
  description: 'Booking 42',
  organizer: { name: 'Salon', address: 'salon@example.com' },
  attendee: { name: 'Ben Cole', address: 'ben@example.com' },
}

const entryOf = (subject: Booking): CalendarEntry => calendarEntryOf(subject, details)

describe('the entry of a booking in a calendar', () => {
  it('has the instants of the booking, one reader and a name that no other entry has', () => {
    const { host, ...told } = details
    assert.deepEqual(entryOf(booking()), {
      ...told,
      method: 'REQUEST',
      uid: `${BOOKING}@${host}`,
      sequence: 1,
      status: 'CONFIRMED',
      stampedAt: booking().updatedAt,
      start: booking().start,
      end: booking().end,
    })
  })

  it('keeps its name and gets a higher number with every version', () => {
    const versions = [1, 2, 5].map((version) => entryOf(booking({ version })))
    assert.equal(new Set(versions.map(({ uid }) => uid)).size, 1)
    assert.deepEqual(
      versions.map(({ sequence }) => sequence),
      [1, 2, 5],
    )
  })

  it('is tentative until somebody has said yes, and taken out of the calendar when it is cancelled', () => {
    const shown = [pendingBooking(), booking(), cancelledBooking()].map(entryOf)
    assert.deepEqual(
      shown.map(({ method, status }) => [method, status]),
      [
        ['REQUEST', 'TENTATIVE'],
        ['REQUEST', 'CONFIRMED'],
        ['CANCEL', 'CANCELLED'],
      ],
    )
  })
})
