import { memoryAccounts } from '../../src/adapters/memory/accounts.ts'
import { memoryAnswers } from '../../src/adapters/memory/answers.ts'
import { memoryBookingArchive } from '../../src/adapters/memory/booking-archive.ts'
import { memoryBookingLedger } from '../../src/adapters/memory/booking-ledger.ts'
import { type MemoryDatabase, memoryDatabase } from '../../src/adapters/memory/database.ts'
import { memoryHoldLedger } from '../../src/adapters/memory/hold-ledger.ts'
import { memoryOccupancy } from '../../src/adapters/memory/occupancy.ts'
import { memoryOffers } from '../../src/adapters/memory/offers.ts'
import { memoryProviderDirectory } from '../../src/adapters/memory/provider-directory.ts'
import { memoryScheduleCatalog } from '../../src/adapters/memory/schedule-catalog.ts'
import { memoryServiceCatalog } from '../../src/adapters/memory/service-catalog.ts'
import type { TimeOffId, UserId } from '../../src/domain/ids.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { Schedule } from '../../src/domain/schedule.ts'
import { scheduleData } from '../../src/domain/schedule-event.ts'
import { serviceData } from '../../src/domain/service-event.ts'
import { accountsContract } from '../contracts/accounts.contract.ts'
import { answersContract } from '../contracts/answers.contract.ts'
import { bookingArchiveContract } from '../contracts/booking-archive.contract.ts'
import { bookingLedgerContract } from '../contracts/booking-ledger.contract.ts'
import { catalogEventsContract } from '../contracts/catalog-events.contract.ts'
import type { Harness, Probe } from '../contracts/harness.ts'
import { holdLedgerContract } from '../contracts/hold-ledger.contract.ts'
import { occupancyContract } from '../contracts/occupancy.contract.ts'
import { offersContract } from '../contracts/offers.contract.ts'
import { providerDirectoryContract } from '../contracts/provider-directory.contract.ts'
import { scheduleCatalogContract } from '../contracts/schedule-catalog.contract.ts'
import { scheduleExceptionsContract } from '../contracts/schedule-exceptions.contract.ts'
import { serviceCatalogContract } from '../contracts/service-catalog.contract.ts'
import { serviceListContract } from '../contracts/service-list.contract.ts'
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
      events: database.events.length + database.holdEvents.length,
    }),
    recordedEvents: async () =>
      database.events.map(({ id, type, occurredAt, actorId, booking }) => ({
        ...{ id, type, occurredAt, actorId },
        bookingId: booking.id,
        bookingNumber: booking.number,
        bookingVersion: booking.version,
        status: booking.status,
        providerId: booking.providerId,
        customerId: booking.customerId,
      })),
    holdEvents: async () =>
      database.holdEvents.map(({ id, type, hold: { id: holdId, holderId, providerId } }) => ({
        ...{ id, type, holdId, holderId, providerId },
      })),
    catalogEvents: async () => [
      ...database.serviceEvents.map((event) => ({
        ...{ id: event.id, type: event.type, occurredAt: event.occurredAt, actorId: event.actorId },
        subject: event.service.id,
        version: event.service.version,
        providerId: event.service.providerId,
        data: serviceData(event),
      })),
      ...database.scheduleEvents.map((event) => ({
        ...{ id: event.id, type: event.type, occurredAt: event.occurredAt, actorId: event.actorId },
        subject: event.providerId,
        version: event.version,
        providerId: event.providerId,
        data: scheduleData(event),
      })),
    ],
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
    occupancy: memoryOccupancy(database),
    otherNode: {
      catalog: memoryServiceCatalog(database),
      schedules: memoryScheduleCatalog(database),
      ledger: memoryBookingLedger(database),
      occupancy: memoryOccupancy(database),
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
occupancyContract('memory', openMemory)
