import type { Actor } from '../domain/actor.ts'
import { type Booking, isStanding } from '../domain/booking.ts'
import type { BookingId, EventId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import { type Interval, isEmpty, overlaps } from '../domain/interval.ts'
import type { Schedule } from '../domain/schedule.ts'
import type { Occasion } from '../domain/schedule-event.ts'
import { concernedPart, conflictsWith } from '../domain/schedule-exceptions.ts'
import type { Accounts } from './ports/accounts.ts'
import type { BookingArchive, BookingLedger } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { ScheduleCatalog } from './ports/schedule-catalog.ts'

export interface ConflictPorts {
  readonly accounts: Accounts
  readonly ledger: BookingLedger
  readonly archive: BookingArchive
}

/** What a change of a schedule needs, and the bookings that it may leave outside. */
export interface ScheduleChangePorts extends ConflictPorts {
  readonly schedules: ScheduleCatalog
  readonly clock: Clock
  readonly newId: NewId
}

/** The occasion of a change that someone makes now. */
export const occasionOf = (
  { clock, newId }: Pick<ScheduleChangePorts, 'clock' | 'newId'>,
  { userId }: Actor,
): Occasion => ({ eventId: newId() as EventId, actorId: userId, now: clock() })

/** The bookings that a schedule has no room for. They stand: whoever changed it moves or cancels them. */
export interface Conflicts {
  /** In order of start, at most MOST_CONFLICTS. */
  readonly conflicts: readonly Booking[]
  /** How many there are. */
  readonly conflictCount: number
}

const MOST_CONFLICTS = 100

/** The standing bookings in a range that the schedule, as it is after a change, has no room for. */
export async function conflictsIn(
  { accounts, ledger, archive }: ConflictPorts,
  schedule: Schedule,
  range: Interval,
): Promise<Conflicts> {
  const account = isEmpty(range) ? undefined : await accounts.find(schedule.providerId)
  if (!account) return { conflicts: [], conflictCount: 0 }
  const { number } = account.user
  const claims = (await ledger.claims([number], range)).get(number) ?? []
  // A buffer alone may reach into the range; it needs no opening hours.
  const taken = claims.filter((claim) => claim.bookingId !== null && overlaps(claim, range))
  const outside = conflictsWith(schedule, taken)
  const ids = outside.slice(0, MOST_CONFLICTS).map(({ bookingId }) => bookingId as BookingId)
  const bookings = (await archive.findMany(ids)).filter(isStanding)
  const place = new Map(ids.map((id, index) => [id, index]))
  const conflicts = bookings.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
  return { conflicts, conflictCount: outside.length }
}

/** What an exception has made of a schedule. */
export interface ExceptionMade extends Conflicts {
  readonly scheduleVersion: number
}

/** The version that an exception has made, and the bookings that have no room in the time that it changed. */
export const exceptionMade = async (
  ports: ConflictPorts,
  schedule: Schedule,
  changed: Interval,
  now: Instant,
): Promise<ExceptionMade> => ({
  scheduleVersion: schedule.version,
  ...(await conflictsIn(ports, schedule, concernedPart(changed, now))),
})
