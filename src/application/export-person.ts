import type { AuditEntry } from '../domain/audit.ts'
import type { UserId } from '../domain/ids.ts'
import type { PersonalData } from '../domain/personal-data.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { Accounts, UserNotFound } from './ports/accounts.ts'
import type { Audit } from './ports/audit.ts'
import type { BookingArchive, BookingFilter } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { OutsideIdentities } from './ports/outside-identities.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { ScheduleCatalog } from './ports/schedule-catalog.ts'
import type { ServiceCatalog, ServiceFilter } from './ports/service-catalog.ts'
import type { Sessions } from './ports/sessions.ts'
import type { WebhookEndpoints } from './ports/webhook-endpoints.ts'

export interface ExportPorts {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly archive: BookingArchive
  readonly catalog: ServiceCatalog
  readonly schedules: ScheduleCatalog
  readonly audit: Audit
  readonly outsideIdentities: OutsideIdentities
  readonly webhooks: WebhookEndpoints
  readonly clock: Clock
}

export type ExportPerson = (id: UserId) => Promise<Result<PersonalData, UserNotFound>>

export const exportPerson =
  (ports: ExportPorts): ExportPerson =>
  async (id) => {
    const { accounts, sessions, schedules, catalog, outsideIdentities, webhooks, clock } = ports
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
      identities: await outsideIdentities.list(id),
      webhooks: everyOne((page) => webhooks.list(id, page)),
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
