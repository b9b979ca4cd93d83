import type { StandingBooking } from '../domain/booking.ts'
import { settleBooking } from '../domain/booking-life.ts'
import { bookingEvent } from '../domain/event.ts'
import type { EventId } from '../domain/ids.ts'
import type { BookingChangePorts } from './booking-changes.ts'

type SettlePorts = Pick<BookingChangePorts, 'archive' | 'ledger' | 'clock' | 'newId'>

export type SettleBookings = () => Promise<number>

/** How many bookings are settled at once. */
const SETTLED_AT_ONCE = 200

/**
 * Does what is due by time alone: completes what is over and cancels what nobody confirmed before its start. Tells how
 * many bookings it settled; one that someone else changes meanwhile is left to the next time.
 */
export const settleBookings =
  ({ archive, ledger, clock, newId }: SettlePorts): SettleBookings =>
  async () => {
    let settled = 0
    for (;;) {
      const now = clock()
      const due = await archive.due(now, SETTLED_AT_ONCE)
      const outcomes = await Promise.all(due.map((booking) => settle(booking, now)))
      const done = outcomes.filter(Boolean).length
      settled += done
      if (due.length < SETTLED_AT_ONCE || done === 0) return settled
    }

    async function settle(booking: StandingBooking, now: ReturnType<typeof clock>): Promise<boolean> {
      const settlement = settleBooking(booking, now)
      if (!settlement) return false
      const { type, booking: after, reason } = settlement
      const event = bookingEvent(newId() as EventId, type, after, 'system', reason)
      return (await ledger.change(event, null)).ok
    }
  }
