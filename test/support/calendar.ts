import assert from 'node:assert/strict'
import ICAL from 'ical.js'
import type { CalendarFile } from '../../src/application/ports/mailer.ts'

/** The one entry of a calendar file, as a parser reads it that is not ours and did not write it. */
export interface ReadEntry {
  readonly method: string
  readonly uid: string
  readonly sequence: number
  readonly status: string
  readonly start: string
  readonly end: string
  readonly stamp: string
  readonly summary: string
  readonly description: string
  readonly organizer: string
  readonly attendees: readonly string[]
}

/** An instant as RFC 3339; fails the test at a time that floats or stands in a zone. */
const instantOf = (time: ICAL.Time): string => {
  assert.equal(time.zone, ICAL.Timezone.utcTimezone, 'a time that is no instant')
  return Temporal.Instant.fromEpochMilliseconds(time.toJSDate().getTime()).toString()
}

export function readCalendar(file: CalendarFile | null): ReadEntry {
  assert(file, 'there is an entry for the calendar')
  // RFC 5545 wants lines of at most 75 octets that end in CRLF.
  for (const line of file.text.split('\r\n')) {
    assert.doesNotMatch(line, /[\r\n]/)
    assert(Buffer.byteLength(line) <= 75, `${Buffer.byteLength(line)} octets`)
  }
  const calendar = new ICAL.Component(ICAL.parse(file.text))
  const entries = calendar.getAllSubcomponents('vevent')
  assert.equal(entries.length, 1)
  const [entry] = entries
  assert(entry)
  const text = (name: string) => String(entry.getFirstPropertyValue(name))
  const time = (name: string) => instantOf(entry.getFirstPropertyValue(name) as ICAL.Time)
  const method = String(calendar.getFirstPropertyValue('method'))
  assert.equal(method, file.method)
  return {
    method,
    uid: text('uid'),
    sequence: Number(text('sequence')),
    status: text('status'),
    start: time('dtstart'),
    end: time('dtend'),
    stamp: time('dtstamp'),
    summary: text('summary'),
    description: text('description'),
    organizer: text('organizer').toLowerCase(),
    attendees: entry.getAllProperties('attendee').map((one) => String(one.getFirstValue()).toLowerCase()),
  }
}
