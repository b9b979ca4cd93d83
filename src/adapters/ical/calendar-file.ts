import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
} from 'ical-generator'
import type { WriteCalendar } from '../../application/ports/mailer.ts'
import type { CalendarEntry } from '../../domain/calendar-entry.ts'

const PARTICIPATION: Readonly<Record<CalendarEntry['status'], ICalAttendeeStatus>> = {
  TENTATIVE: ICalAttendeeStatus.TENTATIVE,
  CONFIRMED: ICalAttendeeStatus.ACCEPTED,
  CANCELLED: ICalAttendeeStatus.ACCEPTED,
}

/**
 * One entry as a file of RFC 5545 and a message of RFC 5546. Times are instants in UTC, so that a calendar shows them in its
 * own zone and needs to know none. Nobody is asked to answer: bookings are answered where they are made.
 */
export const writeCalendar: WriteCalendar = (entry) => {
  const calendar = ical({
    method: ICalCalendarMethod[entry.method],
    prodId: { company: 'Slotwright', product: 'Slotwright', language: 'EN' },
  })
  const event = calendar.createEvent({
    id: entry.uid,
    sequence: entry.sequence,
    stamp: new Date(entry.stampedAt),
    start: new Date(entry.start),
    end: new Date(entry.end),
    status: ICalEventStatus[entry.status],
    summary: entry.title,
    description: entry.description,
    organizer: { name: entry.organizer.name, email: entry.organizer.address },
  })
  event.createAttendee({
    name: entry.attendee.name,
    email: entry.attendee.address,
    role: ICalAttendeeRole.REQ,
    status: PARTICIPATION[entry.status],
    rsvp: false,
  })
  return { method: entry.method, text: calendar.toString() }
}
