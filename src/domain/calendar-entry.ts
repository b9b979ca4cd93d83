import type { Booking, BookingStatus } from './booking.ts'
import type { Instant } from './instant.ts'
import type { Interval } from './interval.ts'

/** Somebody who writes or gets mail. */
export interface MailAddress {
  readonly name: string
  readonly address: string
}

/**
 * What a calendar is to do (RFC 5546): put an entry in, replace it, or take it out. Entries with the same `uid` are the
 * same one, and the highest `sequence` holds.
 */
export interface CalendarEntry extends Interval {
  readonly method: 'REQUEST' | 'CANCEL'
  readonly uid: string
  readonly sequence: number
  readonly status: 'TENTATIVE' | 'CONFIRMED' | 'CANCELLED'
  /** When the entry became what it is. */
  readonly stampedAt: Instant
  readonly title: string
  readonly description: string
  readonly organizer: MailAddress
  /** Whose calendar it is for; nobody else is named, so that no address gets about. */
  readonly attendee: MailAddress
}

const STATUS_IN_CALENDAR: Readonly<Record<BookingStatus, CalendarEntry['status']>> = {
  pending: 'TENTATIVE',
  confirmed: 'CONFIRMED',
  completed: 'CONFIRMED',
  no_show: 'CONFIRMED',
  cancelled: 'CANCELLED',
}

export interface CalendarEntryDetails
  extends Pick<CalendarEntry, 'title' | 'description' | 'organizer' | 'attendee'> {
  /** Where this Slotwright is, so that its ids differ from those of others. */
  readonly host: string
}

/** A booking as an entry of a calendar: one entry for all of its life, and a higher sequence with each version. */
export const calendarEntryOf = (
  booking: Booking,
  { host, ...details }: CalendarEntryDetails,
): CalendarEntry => ({
  ...details,
  method: booking.status === 'cancelled' ? 'CANCEL' : 'REQUEST',
  uid: `${booking.id}@${host}`,
  sequence: booking.version,
  status: STATUS_IN_CALENDAR[booking.status],
  stampedAt: booking.updatedAt,
  start: booking.start,
  end: booking.end,
})
