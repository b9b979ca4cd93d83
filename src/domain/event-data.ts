import type { Booking, NewBooking } from './booking.ts'
import type { BookingRescheduled } from './event.ts'
import { formatInstant } from './instant.ts'
import type { Json } from './json.ts'
import { formatAmount } from './money.ts'

/**
 * What the log keeps of a booking: the facts a listener needs to act without asking again, in the words of the
 * public contract. Notes and metadata stay out of it: the log is read by more programs than the booking is.
 */
export function eventData(booking: NewBooking | Booking): Readonly<Record<string, Json>> {
  const facts = {
    status: booking.status,
    service_id: booking.serviceId,
    provider_id: booking.providerId,
    customer_id: booking.customerId,
    start: formatInstant(booking.start),
    end: formatInstant(booking.end),
    price: { amount: formatAmount(booking.price), currency: booking.price.currency },
    version: booking.version,
  }
  const known = 'number' in booking ? { ...facts, number: booking.number } : facts
  if (booking.status !== 'cancelled') return known
  return {
    ...known,
    cancelled_by: booking.cancelledBy,
    cancellation_reason: booking.cancellationReason,
  }
}

/** The same of one that was moved, with the interval that is free since then. */
export const movedData = ({ booking, previous }: BookingRescheduled): Readonly<Record<string, Json>> => ({
  ...eventData(booking),
  previous_start: formatInstant(previous.start),
  previous_end: formatInstant(previous.end),
})
