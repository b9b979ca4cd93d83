import type { Account } from '../domain/account.ts'
import type { Booking } from '../domain/booking.ts'
import type { BookingHistoryEntry } from '../domain/event.ts'
import type { UserId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { Schedule } from '../domain/schedule.ts'
import type { TimeOff } from '../domain/schedule-exceptions.ts'
import type { Service } from '../domain/service.ts'
import type { Accounts, UserNotFound } from './ports/accounts.ts'
import type { Audit, AuditEntry } from './ports/audit.ts'
import type { BookingArchive, BookingFilter } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { ScheduleCatalog } from './ports/schedule-catalog.ts'
import type { ServiceCatalog, ServiceFilter } from './ports/service-catalog.ts'
import type { SessionFacts, Sessions } from './ports/sessions.ts'

export interface ExportPorts {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly archive: BookingArchive
  readonly catalog: ServiceCatalog
  readonly schedules: ScheduleCatalog
  readonly audit: Audit
  readonly clock: Clock
}

/** Everything that is held about a person. What there may be many of is read as it is asked for. */
export interface PersonalData {
  readonly exportedAt: Instant
  readonly account: Account
  readonly sessions: readonly SessionFacts[]
  /** Null of someone who is no provider. */
  readonly schedule: Schedule | null
  readonly timeOff: AsyncIterable<TimeOff>
  readonly services: AsyncIterable<Service>
  readonly bookings: AsyncIterable<{ booking: Booking; history: readonly BookingHistoryEntry[] }>
  /** What the person has done, and then what others have done to the account, as long as the log has it. */
  readonly activity: AsyncIterable<AuditEntry>
}

export type ExportPerson = (id: UserId) => Promise<Result<PersonalData, UserNotFound>>

export const exportPerson =
  (ports: ExportPorts): ExportPerson =>
  async (id) => {
    const { accounts, sessions, schedules, catalog, clock } = ports
    const account = await accounts.find(id)
    if (!account) return reject({ code: 'user-not-found' })
    const schedule = (await schedules.find(id)) ?? null
    const filter: ServiceFilter = {
      ...{ providerId: id, category: null, currency: null, minPrice: null, maxPrice: null, text: null },
      retiredOf: id,
      sort: 'created_at',
    }
    return ok({
      exportedAt: clock(),
      account,
      sessions: await sessions.list(id),
      schedule,
      timeOff: everyOne((page) => schedules.listTimeOff(id, page)),
      services: everyOne((page) => catalog.list(filter, page)),
      bookings: bookingsOf(ports, id),
      activity: activityOf(ports, id),
    })
  }

const MOST_A_PAGE = 100

/** The rows of a list, page by page. */
async function* everyOne<T>(list: (page: PageRequest) => Promise<Page<T> | undefined>): AsyncGenerator<T> {
  let after: PageRequest['after'] = null
  do {
    const page: Page<T> | undefined = await list({ limit: MOST_A_PAGE, after })
    if (!page) return
    yield* page.items
    after = page.next
  } while (after !== null)
}

async function* bookingsOf({ archive }: ExportPorts, id: UserId) {
  const filter: BookingFilter = {
    ...{ participant: id, customerId: null, providerId: null, serviceId: null, status: null },
    ...{ from: null, to: null },
    order: 'ascending',
  }
  for await (const booking of everyOne((page) => archive.list(filter, page))) {
    yield { booking, history: await archive.history(booking.id) }
  }
}

async function* activityOf({ audit }: ExportPorts, id: UserId): AsyncGenerator<AuditEntry> {
  const anything = { actorId: null, subjectId: null, type: null, from: null, to: null }
  yield* everyOne((page) => audit.list({ ...anything, actorId: id }, page))
  for await (const entry of everyOne((page) => audit.list({ ...anything, subjectId: id }, page))) {
    if (entry.actorId !== id) yield entry
  }
}
