import type { BookingArchive, BookingFilter } from '../../application/ports/booking-ledger.ts'
import { pageOf } from '../../application/ports/page.ts'
import { type Booking, isStanding } from '../../domain/booking.ts'
import { dueAt } from '../../domain/booking-life.ts'
import type { MemoryDatabase } from './database.ts'
import { pageIn } from './page.ts'

/** The record of bookings for as long as the process lives. */
export const memoryBookingArchive = ({ bookings, history }: MemoryDatabase): BookingArchive => ({
  async find(id) {
    return bookings.get(id)
  },

  async findMany(ids) {
    return [...new Set(ids)].map((id) => bookings.get(id)).filter((booking) => booking !== undefined)
  },

  async history(id) {
    return [...(history.get(id) ?? [])]
  },

  async listHistory(id, { limit, after }) {
    const following = (history.get(id) ?? []).filter(({ version }) => version > Number(after?.value ?? 0))
    return pageOf(following, limit, ({ version }) => ({ value: String(version), id }))
  },

  async due(now, limit) {
    const standing = [...bookings.values()].filter(isStanding)
    const due = standing.filter((booking) => dueAt(booking) <= now)
    return due.sort((a, b) => dueAt(a) - dueAt(b)).slice(0, limit)
  },

  async list(filter, page) {
    const found = bookings.values().filter((booking) => matches(booking, filter))
    const descending = filter.order === 'descending'
    return pageIn(found, { value: (booking) => booking.start, descending }, page)
  },
})

const matches = (booking: Booking, filter: BookingFilter): boolean =>
  (filter.participant === null || [booking.customerId, booking.providerId].includes(filter.participant)) &&
  (filter.customerId === null || booking.customerId === filter.customerId) &&
  (filter.providerId === null || booking.providerId === filter.providerId) &&
  (filter.serviceId === null || booking.serviceId === filter.serviceId) &&
  (filter.status === null || booking.status === filter.status) &&
  (filter.from === null || booking.start >= filter.from) &&
  (filter.to === null || booking.start < filter.to)
