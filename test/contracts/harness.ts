import type { Accounts } from '../../src/application/ports/accounts.ts'
import type { Answers } from '../../src/application/ports/answers.ts'
import type { Audit } from '../../src/application/ports/audit.ts'
import type { BookingArchive, BookingLedger } from '../../src/application/ports/booking-ledger.ts'
import type { BookingPages } from '../../src/application/ports/booking-pages.ts'
import type { Erasures } from '../../src/application/ports/erasures.ts'
import type { EventLog } from '../../src/application/ports/event-log.ts'
import type { EventTickets } from '../../src/application/ports/event-tickets.ts'
import type { HoldLedger } from '../../src/application/ports/hold-ledger.ts'
import type { Occupancy } from '../../src/application/ports/occupancy.ts'
import type { Page, PageRequest } from '../../src/application/ports/page.ts'
import type { PasswordResets } from '../../src/application/ports/password-resets.ts'
import type { ProviderDirectory } from '../../src/application/ports/provider-directory.ts'
import type { ReminderLedger } from '../../src/application/ports/reminder-ledger.ts'
import type { ScheduleCatalog } from '../../src/application/ports/schedule-catalog.ts'
import type { Offers, ServiceCatalog } from '../../src/application/ports/service-catalog.ts'
import type { Sessions } from '../../src/application/ports/sessions.ts'
import type { Standings } from '../../src/application/ports/standings.ts'
import type { Booking } from '../../src/domain/booking.ts'
import type { EpochDay } from '../../src/domain/calendar.ts'
import type { BookingEvent, BookingEventType } from '../../src/domain/event.ts'
import type { BookingId, EventId, HoldId, UserId } from '../../src/domain/ids.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { Interval } from '../../src/domain/interval.ts'
import type { Json } from '../../src/domain/json.ts'
import type { Reminder } from '../../src/domain/reminder.ts'
import type { ScheduleOverride } from '../../src/domain/schedule.ts'

/** What the log keeps of an event, whatever the technology. */
export interface RecordedEvent
  extends Omit<BookingEvent<BookingEventType, never>, 'booking' | 'actedAs' | 'reason'> {
  readonly bookingId: BookingId
  readonly bookingNumber: number
  readonly bookingVersion: number
  readonly status: Booking['status']
  readonly providerId: UserId
  readonly customerId: UserId
}

/** What the log keeps of a hold. */
export interface RecordedHoldEvent {
  readonly id: EventId
  readonly type: 'hold.created' | 'hold.released' | 'hold.expired'
  readonly holdId: HoldId
  readonly holderId: UserId
  readonly providerId: UserId
}

/** What the log keeps of a service or a schedule. */
export interface RecordedCatalogEvent {
  readonly id: EventId
  readonly type: 'service.changed' | 'schedule.changed'
  readonly occurredAt: Instant
  readonly subject: string
  readonly version: number
  readonly actorId: UserId
  readonly providerId: UserId
  readonly data: Readonly<Record<string, Json>>
}

export interface Counts {
  readonly bookings: number
  readonly claims: number
  readonly reminders: number
  /** Of bookings and holds. */
  readonly events: number
}

/** What a contract has to see or to set and no port offers. */
export interface Probe {
  counts(): Promise<Counts>
  /** In the order in which they were written. */
  recordedEvents(): Promise<readonly RecordedEvent[]>
  /** In the order in which they were written. */
  holdEvents(): Promise<readonly RecordedHoldEvent[]>
  /** Of services and schedules, in the order in which they were written. */
  catalogEvents(): Promise<readonly RecordedCatalogEvent[]>
  /** Empties the log of what happened while a shop was set up. */
  forgetEvents(): Promise<void>
  /** Fulfils when all that was written before can be read from the log. */
  everythingIsReadable(): Promise<void>
  /** The log of another store; of one, however often it is asked for. */
  openOtherLog(): Promise<EventLog>
  /** Makes every ticket older. */
  ageTickets(seconds: number): Promise<void>
  /** The tickets that are kept, as the store keeps them. */
  keptTickets(): Promise<readonly string[]>
  /** How many answers are kept. */
  keptAnswers(): Promise<number>
  /** Makes everything that was kept of a user's keys older. */
  ageAnswers(id: UserId, hours: number): Promise<void>
  /** Lets the time of a hold have passed, by the store's own clock; nothing has noticed yet. */
  expireHold(id: HoldId): Promise<void>
  /** In the order of their time. */
  reminders(id: BookingId): Promise<readonly Reminder[]>
  deactivate(id: UserId, now: Instant): Promise<void>
  /** Makes everything that is known of a user's sessions older. */
  ageSessions(id: UserId, seconds: number): Promise<void>
  /** Makes every session that has ended older. */
  ageEndedSessions(seconds: number): Promise<void>
  /** Makes every request for a new password, and every token for one, older. */
  ageResets(seconds: number): Promise<void>
  addOverride(providerId: UserId, day: EpochDay, override: ScheduleOverride): Promise<void>
  addTimeOff(providerId: UserId, period: Interval): Promise<void>
}

/** The ports by which another process of the same store changes or reads what can be booked. */
export interface OtherNode {
  readonly catalog: ServiceCatalog
  readonly schedules: ScheduleCatalog
  readonly ledger: BookingLedger
  readonly occupancy: Occupancy
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly standings: Standings
  readonly resets: PasswordResets
  readonly eventTickets: EventTickets
  readonly reminders: ReminderLedger
}

/** Every port over one store that nobody else uses, empty at first. */
export interface Harness extends AsyncDisposable {
  readonly accounts: Accounts
  readonly directory: ProviderDirectory
  readonly catalog: ServiceCatalog
  readonly offers: Offers
  readonly schedules: ScheduleCatalog
  readonly ledger: BookingLedger
  readonly holds: HoldLedger
  readonly answers: Answers
  readonly archive: BookingArchive
  readonly pages: BookingPages
  readonly occupancy: Occupancy
  readonly sessions: Sessions
  readonly standings: Standings
  readonly resets: PasswordResets
  readonly audit: Audit
  readonly erasures: Erasures
  readonly log: EventLog
  readonly eventTickets: EventTickets
  readonly reminders: ReminderLedger
  readonly otherNode: OtherNode
  readonly probe: Probe
}

export type OpenHarness = () => Promise<Harness>

/** Reads a list to its end, a page at a time. */
export async function allPages<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  limit: number,
): Promise<T[][]> {
  const pages: T[][] = []
  let after: PageRequest['after'] = null
  do {
    const page: Page<T> = await list({ limit, after })
    pages.push([...page.items])
    after = page.next
  } while (after !== null && pages.length < 100)
  return pages
}

/** The numbers from 0 up to `count`, as a list to map over. */
export const times = (count: number) => Array.from({ length: count }, (_, index) => index)
