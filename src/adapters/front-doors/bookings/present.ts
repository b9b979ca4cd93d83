import type { Booking } from '../../../domain/booking.ts'
import { formatInstant, type Instant } from '../../../domain/instant.ts'
import type { Json } from '../../../domain/json.ts'
import type { LoggedEvent } from '../../../domain/logged-event.ts'
import type { BookingBody } from './schemas.ts'

/** A booking in the words of this door. */
export const presentBooking = (booking: Booking): BookingBody => ({
  id: booking.id,
  user_id: booking.customerId,
  provider_id: booking.providerId,
  service_id: booking.serviceId,
  start_time: formatInstant(booking.start),
  end_time: formatInstant(booking.end),
  status: booking.status,
  created_at: formatInstant(booking.createdAt),
})

/** What an event says besides the booking as it was then, by the name that it has here. */
const BESIDES: Readonly<Record<string, string>> = {
  minutes_before: 'minutes_before',
  previous_start: 'previous_start_time',
  previous_end: 'previous_end_time',
  cancelled_by: 'cancelled_by',
  cancellation_reason: 'cancellation_reason',
}

/**
 * What is told of a booking when something has happened to it: the booking as it was then, and what else there is to say. The log
 * does not know when it was made.
 */
export function presentEvent({ subject, data }: LoggedEvent, createdAt: Instant): Record<string, Json> {
  const besides = Object.entries(BESIDES).flatMap(([name, told]) => {
    const value = data[name]
    return value === undefined ? [] : [[told, value] as const]
  })
  return {
    id: subject.id,
    user_id: data.customer_id ?? null,
    provider_id: data.provider_id ?? null,
    service_id: data.service_id ?? null,
    start_time: data.start ?? null,
    end_time: data.end ?? null,
    status: data.status ?? null,
    created_at: formatInstant(createdAt),
    ...Object.fromEntries(besides),
  }
}
