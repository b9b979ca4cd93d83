import type { BookingPages, PagedBookings } from '../../application/ports/booking-pages.ts'
import type { Booking } from '../../domain/booking.ts'
import type { MemoryDatabase } from './database.ts'

/** Pages of the bookings that there are for as long as the process lives; exact always. */
export const memoryBookingPages = ({ bookings }: MemoryDatabase): BookingPages => ({
  async read(list, { number, size }) {
    const direction = list.view === 'past' ? -1 : 1
    const found = [...bookings.values()]
      .filter((booking) => isIn(booking, list))
      .sort((a, b) => direction * (a.start - b.start || (a.id < b.id ? -1 : 1)))
    const first = (number - 1) * size
    return { items: found.slice(first, first + size), total: found.length }
  },
})

const isIn = ({ customerId, providerId, start }: Booking, { participant, view, now }: PagedBookings) =>
  (participant === null || [customerId, providerId].includes(participant)) &&
  start < now === (view === 'past')
