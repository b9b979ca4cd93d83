import type { Bell } from './ports/bell.ts'
import type { BookingLedger } from './ports/booking-ledger.ts'
import type { HoldLedger } from './ports/hold-ledger.ts'
import type { ScheduleCatalog } from './ports/schedule-catalog.ts'
import type { ServiceCatalog } from './ports/service-catalog.ts'

/** What was written may be read at once: tells those who wait for it, and never waits for them. */
const rung =
  <Arguments extends readonly unknown[], Written extends { readonly ok: boolean }>(
    bell: Bell,
    write: (...given: Arguments) => Promise<Written>,
  ) =>
  async (...given: Arguments): Promise<Written> => {
    const outcome = await write(...given)
    if (outcome.ok) bell.ring()
    return outcome
  }

/** The same ledger, which rings when it has written. */
export const ringingBookings = (ledger: BookingLedger, bell: Bell): BookingLedger => ({
  ...ledger,
  book: rung(bell, ledger.book),
  change: rung(bell, ledger.change),
  move: rung(bell, ledger.move),
})

/** The same ledger, which rings when it has written. */
export const ringingHolds = (ledger: HoldLedger, bell: Bell): HoldLedger => ({
  ...ledger,
  place: rung(bell, ledger.place),
  release: rung(bell, ledger.release),
  async expire(eventIds) {
    const expired = await ledger.expire(eventIds)
    if (expired > 0) bell.ring()
    return expired
  },
})

/** The same catalog, which rings when it has written. */
export const ringingServices = (catalog: ServiceCatalog, bell: Bell): ServiceCatalog => ({
  ...catalog,
  add: rung(bell, catalog.add),
  replace: rung(bell, catalog.replace),
})

/** The same catalog, which rings when it has written. */
export const ringingSchedules = (schedules: ScheduleCatalog, bell: Bell): ScheduleCatalog => ({
  ...schedules,
  replaceWeek: rung(bell, schedules.replaceWeek),
  putOverride: rung(bell, schedules.putOverride),
  removeOverride: rung(bell, schedules.removeOverride),
  addTimeOff: rung(bell, schedules.addTimeOff),
  removeTimeOff: rung(bell, schedules.removeTimeOff),
})
