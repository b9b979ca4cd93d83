import { memoryAccounts } from '../../src/adapters/memory/accounts.ts'
import { memoryAnswers } from '../../src/adapters/memory/answers.ts'
import { memoryAudit } from '../../src/adapters/memory/audit.ts'
import { memoryBell } from '../../src/adapters/memory/bell.ts'
import { memoryBookingArchive } from '../../src/adapters/memory/booking-archive.ts'
import { memoryBookingLedger } from '../../src/adapters/memory/booking-ledger.ts'
import { memoryBookingPages } from '../../src/adapters/memory/booking-pages.ts'
import { type MemoryDatabase, memoryDatabase } from '../../src/adapters/memory/database.ts'
import { memoryErasures } from '../../src/adapters/memory/erasures.ts'
import { memoryEventLog } from '../../src/adapters/memory/event-log.ts'
import { memoryEventTickets } from '../../src/adapters/memory/event-tickets.ts'
import { memoryHoldLedger } from '../../src/adapters/memory/hold-ledger.ts'
import { memoryOccupancy } from '../../src/adapters/memory/occupancy.ts'
import { memoryOffers } from '../../src/adapters/memory/offers.ts'
import { memoryPasswordResets } from '../../src/adapters/memory/password-resets.ts'
import { memoryProviderDirectory } from '../../src/adapters/memory/provider-directory.ts'
import { memoryReminderLedger } from '../../src/adapters/memory/reminder-ledger.ts'
import { memoryScheduleCatalog } from '../../src/adapters/memory/schedule-catalog.ts'
import { memoryServiceCatalog } from '../../src/adapters/memory/service-catalog.ts'
import { memorySessions } from '../../src/adapters/memory/sessions.ts'
import { memoryStandings } from '../../src/adapters/memory/standings.ts'
import type { TimeOffId, UserId } from '../../src/domain/ids.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { Schedule } from '../../src/domain/schedule.ts'
import { accountChangesContract } from '../contracts/account-changes.contract.ts'
import { accountsContract } from '../contracts/accounts.contract.ts'
import { answersContract } from '../contracts/answers.contract.ts'
import { auditContract } from '../contracts/audit.contract.ts'
import { bellContract } from '../contracts/bell.contract.ts'
import { bookingArchiveContract } from '../contracts/booking-archive.contract.ts'
import { bookingLedgerContract } from '../contracts/booking-ledger.contract.ts'
import { bookingPagesContract } from '../contracts/booking-pages.contract.ts'
import { catalogEventsContract } from '../contracts/catalog-events.contract.ts'
import { erasuresContract } from '../contracts/erasures.contract.ts'
import { eventLogContract } from '../contracts/event-log.contract.ts'
import { eventTicketsContract } from '../contracts/event-tickets.contract.ts'
import type {
  Harness,
  Probe,
  RecordedCatalogEvent,
  RecordedEvent,
  RecordedHoldEvent,
} from '../contracts/harness.ts'
import { holdLedgerContract } from '../contracts/hold-ledger.contract.ts'
import { occupancyContract } from '../contracts/occupancy.contract.ts'
import { offersContract } from '../contracts/offers.contract.ts'
import { passwordResetsContract } from '../contracts/password-resets.contract.ts'
import { providerDirectoryContract } from '../contracts/provider-directory.contract.ts'
import { reminderLedgerContract } from '../contracts/reminder-ledger.contract.ts'
import { scheduleCatalogContract } from '../contracts/schedule-catalog.contract.ts'
import { scheduleExceptionsContract } from '../contracts/schedule-exceptions.contract.ts'
import { serviceCatalogContract } from '../contracts/service-catalog.contract.ts'
import { serviceListContract } from '../contracts/service-list.contract.ts'
import { sessionsContract } from '../contracts/sessions.contract.ts'
import { standingsContract } from '../contracts/standings.contract.ts'
import { newId } from '../support/fixtures.ts'

const sum = (lists: Iterable<readonly unknown[]>) =>
  [...lists].reduce((count, { length }) => count + length, 0)

function memoryProbe(database: MemoryDatabase): Probe {
  const changeSchedule = (id: UserId, change: (schedule: Schedule) => Partial<Schedule>) => {
    const schedule = database.schedules.get(id)
    if (schedule) database.schedules.set(id, { ...schedule, ...change(schedule) })
  }

  return {
    counts: async () => ({
      bookings: database.bookings.size,
      claims: sum(database.claims.values()),
      reminders: sum(database.reminders.values()),
      events: database.log.events.filter(({ subject }) => /^(booking|hold)$/.test(subject.type)).length,
    }),
    recordedEvents: async () =>
      database.log.events
        .filter(({ subject }) => subject.type === 'booking')
        .map(
          ({ subject, data, ...event }) =>
            ({
              ...event,
              bookingId: subject.id,
              bookingNumber: data.number,
              bookingVersion: subject.version,
              status: data.status,
            }) as RecordedEvent,
        ),
    holdEvents: async () =>
      database.log.events
        .filter(({ subject }) => subject.type === 'hold')
        .map(
          ({ id, type, subject, customerId, providerId }) =>
            ({ id, type, holdId: subject.id, holderId: customerId, providerId }) as RecordedHoldEvent,
        ),
    forgetEvents: async () => {
      database.log.events.length = 0
    },
    // What is written can be read at once: there is no fence.
    everythingIsReadable: async () => {},
    openOtherLog: async () => memoryEventLog(memoryDatabase()),
    ageTickets: async (seconds) => {
      for (const [ticket, kept] of database.eventTickets) {
        const expiresAt = (kept.expiresAt - seconds * 1_000) as Instant
        database.eventTickets.set(ticket, { ...kept, expiresAt })
      }
    },
    keptTickets: async () => [...database.eventTickets.keys()],
    catalogEvents: async () =>
      database.log.events
        .filter(({ subject }) => subject.type === 'service' || subject.type === 'schedule')
        .map(
          ({ subject, customerId: _customerId, ...event }) =>
            ({ ...event, subject: subject.id, version: subject.version }) as RecordedCatalogEvent,
        ),
    keptAnswers: async () => database.answers.size,
    ageAnswers: async (id, hours) => {
      for (const [place, kept] of database.answers) {
        const createdAt = (kept.createdAt - hours * 3_600_000) as Instant
        if (place.startsWith(id)) database.answers.set(place, { ...kept, createdAt })
      }
    },
    expireHold: async (id) => {
      for (const [provider, claims] of database.claims) {
        const expired = claims.map((claim) =>
          claim.hold?.id === id
            ? { ...claim, hold: { ...claim.hold, expiresAt: (Date.now() - 1) as Instant } }
            : claim,
        )
        database.claims.set(provider, expired)
      }
    },
    reminders: async (id) =>
      (database.reminders.get(id) ?? []).toSorted((left, right) => left.dueAt - right.dueAt),
    deactivate: async (id, now) => {
      const credentials = database.accounts.get(id)
      if (!credentials) return
      const { account } = credentials
      const user = { ...account.user, deactivatedAt: now }
      database.accounts.set(id, { ...credentials, account: { ...account, user } })
    },
    ageSessions: async (id, seconds) => {
      const older = (instant: Instant) => (instant - seconds * 1_000) as Instant
      for (const [key, session] of database.sessions) {
        if (session.userId !== id) continue
        const { createdAt, refreshedAt, expiresAt, endsAt } = session
        database.sessions.set(key, {
          ...session,
          ...{ createdAt: older(createdAt), refreshedAt: older(refreshedAt) },
          ...{ expiresAt: older(expiresAt), endsAt: older(endsAt) },
        })
      }
    },
    ageEndedSessions: async (seconds) => {
      for (const [id, accessEndsAt] of database.endedSessions) {
        database.endedSessions.set(id, (accessEndsAt - seconds * 1_000) as Instant)
      }
    },
    ageResets: async (seconds) => {
      const older = (instant: Instant) => (instant - seconds * 1_000) as Instant
      for (const [key, request] of database.resetRequests) {
        database.resetRequests.set(key, { ...request, dueAt: older(request.dueAt) })
      }
      for (const [key, reset] of database.resets) {
        database.resets.set(key, { ...reset, expiresAt: older(reset.expiresAt) })
      }
    },
    addOverride: async (id, day, override) =>
      changeSchedule(id, ({ overrides }) => ({ overrides: new Map([...overrides, [day, override]]) })),
    addTimeOff: async (id, { start, end }) => {
      const added = { id: newId() as TimeOffId, start, end, reason: null }
      database.timeOff.set(id, [...(database.timeOff.get(id) ?? []), added])
      changeSchedule(id, ({ timeOff }) => ({
        timeOff: [...timeOff, { start, end }].sort((left, right) => left.start - right.start),
      }))
    },
  }
}

async function openMemory(): Promise<Harness> {
  const database = memoryDatabase()
  return {
    accounts: memoryAccounts(database),
    directory: memoryProviderDirectory(database),
    catalog: memoryServiceCatalog(database),
    offers: memoryOffers(database),
    schedules: memoryScheduleCatalog(database),
    ledger: memoryBookingLedger(database),
    holds: memoryHoldLedger(database),
    answers: memoryAnswers(database),
    archive: memoryBookingArchive(database),
    pages: memoryBookingPages(database),
    occupancy: memoryOccupancy(database),
    sessions: memorySessions(database),
    standings: memoryStandings(database),
    resets: memoryPasswordResets(database),
    audit: memoryAudit(database),
    erasures: memoryErasures(database),
    log: memoryEventLog(database),
    eventTickets: memoryEventTickets(database),
    reminders: memoryReminderLedger(database),
    otherNode: {
      catalog: memoryServiceCatalog(database),
      schedules: memoryScheduleCatalog(database),
      ledger: memoryBookingLedger(database),
      occupancy: memoryOccupancy(database),
      accounts: memoryAccounts(database),
      sessions: memorySessions(database),
      standings: memoryStandings(database),
      resets: memoryPasswordResets(database),
      eventTickets: memoryEventTickets(database),
      reminders: memoryReminderLedger(database),
    },
    probe: memoryProbe(database),
    [Symbol.asyncDispose]: async () => {},
  }
}

accountsContract('memory', openMemory)
providerDirectoryContract('memory', openMemory)
serviceCatalogContract('memory', openMemory)
serviceListContract('memory', openMemory)
offersContract('memory', openMemory)
scheduleCatalogContract('memory', openMemory)
scheduleExceptionsContract('memory', openMemory)
catalogEventsContract('memory', openMemory)
bookingLedgerContract('memory', openMemory)
holdLedgerContract('memory', openMemory)
answersContract('memory', openMemory)
bookingArchiveContract('memory', openMemory)
bookingPagesContract('memory', openMemory)
occupancyContract('memory', openMemory)
accountChangesContract('memory', openMemory)
sessionsContract('memory', openMemory)
standingsContract('memory', openMemory)
passwordResetsContract('memory', openMemory)
erasuresContract('memory', openMemory)
eventLogContract('memory', openMemory)
eventTicketsContract('memory', openMemory)
reminderLedgerContract('memory', openMemory)
bellContract('memory', async () => {
  const bell = memoryBell()
  return { nodes: [bell, bell, bell], [Symbol.asyncDispose]: async () => {} }
})
auditContract('memory', openMemory)
