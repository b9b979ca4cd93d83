import type { Booking } from '../../domain/booking.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'

/** Which page of a list: the first has the number 1; `size` is 1 to 100. */
export interface PageNumber {
  readonly number: number
  readonly size: number
}

/** The rows of a page, and how many there are on all pages. */
export interface NumberedPage<T> {
  readonly items: readonly T[]
  readonly total: number
}

export interface PagedBookings {
  /** Bookings in which this user is the customer or the provider; null for everyone's. */
  readonly participant: UserId | null
  /** `upcoming` start at `now` or later, the next one first; `past` before, the last one first. Then by id, in the same direction. */
  readonly view: 'upcoming' | 'past'
  readonly now: Instant
}

/** Lists of bookings by the numbers of their pages, of which the thousandth is as quick as the first. */
export interface BookingPages {
  /**
   * A page, empty beyond the end, with the total in any case. Exact as long as the list is short; of a long one, a booking that
   * somebody has made, moved or imported meanwhile may be missing from the total, and shift the pages that lie far behind,
   * for a moment that the implementation names. What the passing of time moves from one list to the other is exact always.
   */
  read(list: PagedBookings, page: PageNumber): Promise<NumberedPage<Booking>>
}
