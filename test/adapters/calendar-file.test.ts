import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { writeCalendar } from '../../src/adapters/ical/calendar-file.ts'
import type { CalendarEntry } from '../../src/domain/calendar-entry.ts'
import { readCalendar } from '../support/calendar.ts'
import { at } from '../support/fixtures.ts'

const entry = (changes: Partial<CalendarEntry> = {}): CalendarEntry => ({
  method: 'REQUEST',
  uid: 'booking-1@booking.example.com',
  sequence: 3,
  status: 'CONFIRMED',
  start: at('2026-03-08T06:30:00Z'),
  end: at('2026-03-08T07:30:00Z'),
  stampedAt: at('2026-01-01T00:00:00Z'),
  title: 'Haircut with Anna Berg',
  description: 'Booking 42',
  organizer: { name: 'Salon', address: 'salon@example.com' },
  attendee: { name: 'Ben Cole', address: 'ben@example.com' },
  ...changes,
})

const written = (changes: Partial<CalendarEntry> = {}) => readCalendar(writeCalendar(entry(changes)))

describe('a calendar file', () => {
  it('says to another parser what the entry says, in instants', () => {
    assert.deepEqual(written(), {
      method: 'REQUEST',
      uid: 'booking-1@booking.example.com',
      sequence: 3,
      status: 'CONFIRMED',
      start: '2026-03-08T06:30:00Z',
      end: '2026-03-08T07:30:00Z',
      stamp: '2026-01-01T00:00:00Z',
      summary: 'Haircut with Anna Berg',
      description: 'Booking 42',
      organizer: 'mailto:salon@example.com',
      attendees: ['mailto:ben@example.com'],
    })
  })

  it('takes the entry out of the calendar', () => {
    const { method, status } = written({ method: 'CANCEL', status: 'CANCELLED' })
    assert.deepEqual([method, status], ['CANCEL', 'CANCELLED'])
  })

  it('asks nobody for an answer, and is tentative for those whose booking is', () => {
    const { text } = writeCalendar(entry({ status: 'TENTATIVE' }))
    const attendee = text.replaceAll('\r\n ', '').match(/^ATTENDEE.*$/m)?.[0] ?? ''
    assert.match(attendee, /PARTSTAT=TENTATIVE/)
    assert.match(attendee, /RSVP=FALSE/)
    assert.equal(written({ status: 'TENTATIVE' }).status, 'TENTATIVE')
  })

  for (const hostile of [
    'Ben"\r\nATTENDEE:mailto:all@example.com',
    'x\nEND:VEVENT\nBEGIN:VEVENT',
    'a;b,c:d\\e^f"g',
    '👩‍👩‍👧 מספרה صالون 美容室 '.repeat(100).trim(),
  ]) {
    it(`keeps ${JSON.stringify(hostile.slice(0, 40))} a text`, () => {
      const read = written({ title: hostile, attendee: { name: hostile, address: 'ben@example.com' } })
      assert.equal(read.summary, hostile.replaceAll('\r\n', '\n'))
      assert.deepEqual(read.attendees, ['mailto:ben@example.com'])
    })
  }
})
