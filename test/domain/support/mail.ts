import type { Profile, User } from '../../../src/domain/account.ts'
import type { BookingEventType, BookingHistoryEntry } from '../../../src/domain/event.ts'
import type { EventId, UserId, UserNumber } from '../../../src/domain/ids.ts'
import type { MailOrder } from '../../../src/domain/mail.ts'
import { BOOKING, booking, CUSTOMER, PROVIDER } from './builders.ts'
import { at } from './wall.ts'

export const EVENT = 'event-1' as EventId

export const order = (changes: Partial<MailOrder> = {}): MailOrder => ({
  eventId: EVENT,
  about: 'booking.created',
  bookingId: BOOKING,
  version: 1,
  to: 'customer',
  ...changes,
})

/** What the customer did to the booking, as the history has it. */
export const entry = (
  version: number,
  change: BookingEventType,
  changes: Partial<BookingHistoryEntry> = {},
): BookingHistoryEntry => ({
  version,
  change,
  status: 'confirmed',
  start: booking().start,
  end: booking().end,
  actorId: CUSTOMER,
  actedAs: 'customer',
  reason: null,
  occurredAt: booking().createdAt,
  ...changes,
})

export const user = (id: UserId = CUSTOMER, changes: Partial<User> = {}): User => ({
  id,
  number: 1 as UserNumber,
  email: 'ben@example.com',
  roles: ['customer'],
  deactivatedAt: null,
  createdAt: at('2026-01-01T00:00:00Z'),
  ...changes,
})

const profile = (id: UserId, firstName: string, lastName: string, timeZone: string): Profile => ({
  id,
  firstName,
  lastName,
  phoneNumber: null,
  accountType: 'personal',
  address: null,
  timeZone,
  createdAt: at('2026-01-01T00:00:00Z'),
})

/** Ben in New York books with Anna in Berlin. */
export const people = {
  customer: profile(CUSTOMER, 'Ben', 'Cole', 'America/New_York'),
  provider: profile(PROVIDER, 'Anna', 'Berg', 'Europe/Berlin'),
}
