import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { writeCalendar } from '../../src/adapters/ical/calendar-file.ts'
import { memoryMailbox } from '../../src/adapters/memory/mailbox.ts'
import { rescheduleBooking, transitBooking } from '../../src/application/booking-changes.ts'
import type { Mailer } from '../../src/application/ports/mailer.ts'
import { sendMail } from '../../src/application/send-mail.ts'
import type { Booking } from '../../src/domain/booking.ts'
import type { Transition } from '../../src/domain/booking-life.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { MailOrder } from '../../src/domain/mail.ts'
import { reject } from '../../src/domain/result.ts'
import { readCalendar } from '../support/calendar.ts'
import { accepted, NOW, rejectionOf } from '../support/fixtures.ts'
import { bookSlot, commandOf, openOffice } from './stage.ts'

const TEN = plusMinutes(NOW, 26 * 60)
const ELEVEN = plusMinutes(TEN, 60)

/** An office whose mail is kept, with one booking at ten tomorrow. */
async function openMailingOffice() {
  const office = await openOffice()
  const mailbox = memoryMailbox()
  const sender = { name: 'Salon', address: 'salon@example.com' }
  const sendBy = (mailer: Mailer) =>
    sendMail({ ...office, mailer, writeCalendar, sender, host: 'booking.example.com' })
  const booking = accepted(await bookSlot(office)(office.customer, commandOf(office.serviceId, TEN)))
  const order = (changes: Partial<MailOrder> = {}): MailOrder => ({
    eventId: 'event-1' as EventId,
    about: 'booking.created',
    bookingId: booking.id,
    version: 1,
    to: 'customer',
    ...changes,
  })
  const move = async (start = ELEVEN): Promise<Booking> =>
    accepted(await rescheduleBooking(office)(office.customer, { id: booking.id, version: null }, start, null))
  const transit = async (transition: Transition): Promise<Booking> =>
    accepted(
      await transitBooking(office)(
        office.provider,
        { id: booking.id, version: null },
        transition,
        'Ill',
        null,
      ),
    )
  const deactivate = () => {
    const credentials = office.database.accounts.get(office.customer.userId)
    assert(credentials)
    const { account } = credentials
    const user = { ...account.user, deactivatedAt: NOW }
    office.database.accounts.set(user.id, { ...credentials, account: { ...account, user } })
  }
  return { ...office, booking, mailbox, order, move, transit, deactivate, sendBy, send: sendBy(mailbox) }
}

describe('sending a mail', () => {
  it('tells the reader of the booking, under an id of its own that stays the same', async () => {
    const { send, mailbox, order, booking } = await openMailingOffice()
    for (const to of ['customer', 'provider', 'customer'] as const) accepted(await send(order({ to })))
    const [again, provider, customer] = mailbox.list()
    assert(customer && provider)
    assert.equal(customer.id, 'event-1.customer@booking.example.com')
    assert.equal(provider.id, 'event-1.provider@booking.example.com')
    assert.deepEqual(again, customer)
    assert.deepEqual(customer.to, { name: 'Ada Byron', address: `${booking.customerId}@example.com` })
    assert.match(customer.subject, /^Confirmed: Haircut, Tue 8 Jan 2030, 10:00$/)
    assert.match(customer.text, /^Hello Ada,\n\n/)
    assert.match(customer.html, /<h1[^>]*>Your booking is confirmed<\/h1>/)
  })

  it('brings one entry for the calendar that is put in, moved and taken out', async () => {
    const { send, mailbox, order, move, transit, booking } = await openMailingOffice()
    accepted(await send(order()))
    await move()
    accepted(await send(order({ about: 'booking.rescheduled', version: 2 })))
    await transit('cancel')
    accepted(await send(order({ about: 'booking.cancelled', version: 3 })))
    const entries = mailbox
      .list()
      .toReversed()
      .map(({ calendar }) => readCalendar(calendar))
    const uid = `${booking.id}@booking.example.com`
    assert.deepEqual(
      entries.map((entry) => [entry.method, entry.status, entry.uid, entry.sequence, entry.start]),
      [
        ['REQUEST', 'CONFIRMED', uid, 1, '2030-01-08T10:00:00Z'],
        ['REQUEST', 'CONFIRMED', uid, 2, '2030-01-08T11:00:00Z'],
        ['CANCEL', 'CANCELLED', uid, 3, '2030-01-08T11:00:00Z'],
      ],
    )
    for (const { attendees, organizer } of entries) {
      assert.deepEqual(attendees, [`mailto:${booking.customerId}@example.com`])
      assert.equal(organizer, 'mailto:salon@example.com')
    }
    assert.match(mailbox.list()[0]?.text ?? '', /Reason: Ill/)
  })

  it('does not send what has been overtaken, whose booking has begun, or whose reader is gone', async () => {
    const office = await openMailingOffice()
    const { send, mailbox, order } = office
    const reminder = order({ about: 'booking.reminder' })
    accepted(await send(reminder))
    assert.equal(mailbox.list()[0]?.calendar, null)
    office.setClock(TEN)
    assert.equal(rejectionOf(await send(reminder)).code, 'begun')
    office.setClock(NOW)
    await office.move()
    assert.equal(rejectionOf(await send(reminder)).code, 'overtaken')
    assert.equal(rejectionOf(await send(order())).code, 'overtaken')
    const moved = order({ about: 'booking.rescheduled', version: 2 })
    office.deactivate()
    assert.equal(rejectionOf(await send(moved)).code, 'nobody-to-tell')
    accepted(await send({ ...moved, to: 'provider' }))
    assert.equal(mailbox.list().length, 2)
  })

  it('passes on that the mail was refused, and lets it be tried again when it could not be sent', async () => {
    const { sendBy, order } = await openMailingOffice()
    const refusal = { code: 'mail-refused', status: 550 } as const
    const refusing = sendBy({ send: async () => reject(refusal) })
    assert.deepEqual(rejectionOf(await refusing(order())), refusal)
    const failing = sendBy({ send: async () => Promise.reject(new Error('away')) })
    await assert.rejects(failing(order()), /away/)
  })
})
