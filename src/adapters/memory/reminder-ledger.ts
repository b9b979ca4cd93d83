import type { ReminderLedger } from '../../application/ports/reminder-ledger.ts'
import { isStanding, type StandingBooking } from '../../domain/booking.ts'
import type { EventId } from '../../domain/ids.ts'
import { formatInstant, type Instant } from '../../domain/instant.ts'
import type { Reminder } from '../../domain/reminder.ts'
import type { MemoryDatabase, MemoryEvent } from './database.ts'

/** Reminders are lists beside their bookings; each goes in the step that writes its event. */
export const memoryReminderLedger = ({ reminders, bookings, log }: MemoryDatabase): ReminderLedger => ({
  async send(eventIds, now, since) {
    const due = [...reminders]
      .flatMap(([bookingId, all]) => all.map((reminder) => ({ bookingId, reminder })))
      .filter(({ reminder }) => reminder.dueAt <= now && (since === null || reminder.dueAt >= since))
      .sort((left, right) => left.reminder.dueAt - right.reminder.dueAt)
      .slice(0, eventIds.length)
    let sent = 0
    for (const [index, { bookingId, reminder }] of due.entries()) {
      reminders.set(bookingId, reminders.get(bookingId)?.filter((other) => other !== reminder) ?? [])
      const booking = bookings.get(bookingId)
      if (!booking || !isStanding(booking) || booking.start <= now) continue
      log.events.push(reminded(eventIds[index] as EventId, booking, reminder, now))
      sent++
    }
    return { due: due.length, sent, reached: due.at(-1)?.reminder.dueAt ?? null }
  },
})

const reminded = (
  id: EventId,
  { id: bookingId, version, providerId, customerId, ...booking }: StandingBooking,
  { minutesBefore }: Reminder,
  occurredAt: Instant,
): MemoryEvent => ({
  id,
  type: 'booking.reminder',
  occurredAt,
  actorId: null,
  subject: { type: 'booking', id: bookingId, version },
  providerId,
  customerId,
  data: {
    status: booking.status,
    number: booking.number,
    service_id: booking.serviceId,
    provider_id: providerId,
    customer_id: customerId,
    start: formatInstant(booking.start),
    end: formatInstant(booking.end),
    minutes_before: minutesBefore,
  },
})
