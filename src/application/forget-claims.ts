import { DAY_MINUTES, plusMinutes } from '../domain/instant.ts'
import { inBatches } from './in-batches.ts'
import type { BookingLedger } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'

export type ForgetClaims = () => Promise<number>

/** By then the buffers of a booking have passed in every zone, and its local day. */
const KEPT_DAYS = 3

/** How many claims are taken away at once: others wait behind them on the same connection, some 50 ms. */
const FORGOTTEN_AT_ONCE = 1_000

/** Takes away the claims of bookings that are over and count for nothing any more; tells how many. */
export const forgetClaims =
  ({ ledger, clock }: { readonly ledger: BookingLedger; readonly clock: Clock }): ForgetClaims =>
  () => {
    const before = plusMinutes(clock(), -KEPT_DAYS * DAY_MINUTES)
    return inBatches(FORGOTTEN_AT_ONCE, (most) => ledger.forgetClaims(before, most))
  }
