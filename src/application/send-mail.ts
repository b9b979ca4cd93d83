import type { Account } from '../domain/account.ts'
import { calendarEntryOf, type MailAddress } from '../domain/calendar-entry.ts'
import { type LetterFacts, letterFor, nameOf, otherThan } from '../domain/letter.ts'
import {
  type Addressee,
  hasCalendarEntry,
  judgeMail,
  type MailOrder,
  type MailUnneeded,
} from '../domain/mail.ts'
import { asOneLine } from '../domain/plain-text.ts'
import type { Result } from '../domain/result.ts'
import { htmlOf } from './letter-html.ts'
import { textOf } from './letter-text.ts'
import type { Accounts } from './ports/accounts.ts'
import type { BookingArchive } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { CalendarFile, Mailer, MailMessage, MailRefused, WriteCalendar } from './ports/mailer.ts'
import type { ServiceCatalog } from './ports/service-catalog.ts'

export interface SendMailPorts {
  readonly archive: BookingArchive
  readonly accounts: Accounts
  readonly catalog: ServiceCatalog
  readonly mailer: Mailer
  readonly writeCalendar: WriteCalendar
  readonly clock: Clock
  /** Whom mails are from, and who keeps the entries in calendars. */
  readonly sender: MailAddress
  /** Where this Slotwright is: part of the ids of mails and of entries in calendars. */
  readonly host: string
}

/** Sends a mail that is due, unless it is not needed any more; throws when it is to be tried again later, as after the signal. */
export type SendMail = (
  order: MailOrder,
  signal?: AbortSignal,
) => Promise<Result<null, MailUnneeded | MailRefused>>

type People = Readonly<Record<Addressee, Account | undefined>>

/** Everything that a mail says is read when it is sent, which may be long after it was due. */
export const sendMail =
  (ports: SendMailPorts): SendMail =>
  async (order, signal) => {
    const { archive, accounts, mailer, clock } = ports
    const booking = await archive.find(order.bookingId)
    // Read after the booking, it has everything that the booking may have been overtaken by.
    const history = await archive.history(order.bookingId)
    const people: People = {
      customer: booking && (await accounts.find(booking.customerId)),
      provider: booking && (await accounts.find(booking.providerId)),
    }
    const now = clock()
    const judged = judgeMail(order, { booking, history, reader: people[order.to]?.user, now })
    if (!judged.ok) return judged
    const { booking: told, reader } = judged.value
    const service = await ports.catalog.find(told.serviceId)
    if (!service) throw new Error(`The service ${told.serviceId} of a booking is not there`)
    const profiles = { customer: people.customer?.profile, provider: people.provider?.profile }
    const facts = { order, booking: told, history, serviceTitle: service.title, people: profiles, now }
    const message = messageOf(facts, { name: nameOf(profiles[order.to]), address: reader.email }, ports)
    return mailer.send(message, signal)
  }

const calendarOf = (
  { order, booking, serviceTitle, people }: LetterFacts,
  attendee: MailAddress,
  { host, sender, writeCalendar }: SendMailPorts,
): CalendarFile => {
  const title = `${asOneLine(serviceTitle)} ${order.to === 'customer' ? 'with' : 'for'} ${nameOf(people[otherThan(order.to)])}`
  const description = `Booking ${booking.number}`
  return writeCalendar(calendarEntryOf(booking, { title, description, organizer: sender, attendee, host }))
}

function messageOf(facts: LetterFacts, to: MailAddress, ports: SendMailPorts): MailMessage {
  const { order } = facts
  const letter = letterFor(facts)
  return {
    id: `${order.eventId}.${order.to}@${ports.host}`,
    to,
    subject: letter.subject,
    text: textOf(letter),
    html: htmlOf(letter),
    calendar: hasCalendarEntry(order) ? calendarOf(facts, to, ports) : null,
  }
}
