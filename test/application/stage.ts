import assert from 'node:assert/strict'
import { memoryAccounts } from '../../src/adapters/memory/accounts.ts'
import { memoryAnswers } from '../../src/adapters/memory/answers.ts'
import { memoryAudit } from '../../src/adapters/memory/audit.ts'
import { memoryBell } from '../../src/adapters/memory/bell.ts'
import { memoryBookingArchive } from '../../src/adapters/memory/booking-archive.ts'
import { memoryBookingLedger } from '../../src/adapters/memory/booking-ledger.ts'
import { memoryDatabase } from '../../src/adapters/memory/database.ts'
import { memoryEventLog } from '../../src/adapters/memory/event-log.ts'
import { memoryHoldLedger } from '../../src/adapters/memory/hold-ledger.ts'
import { memoryOccupancy } from '../../src/adapters/memory/occupancy.ts'
import { memoryOffers } from '../../src/adapters/memory/offers.ts'
import { memoryPasswordResets } from '../../src/adapters/memory/password-resets.ts'
import { memoryProviderDirectory } from '../../src/adapters/memory/provider-directory.ts'
import { memoryScheduleCatalog } from '../../src/adapters/memory/schedule-catalog.ts'
import { memoryServiceCatalog } from '../../src/adapters/memory/service-catalog.ts'
import { memorySessions } from '../../src/adapters/memory/sessions.ts'
import { memoryStandings } from '../../src/adapters/memory/standings.ts'
import {
  type BookSlotCommand,
  type BookSlotPorts,
  bookSlot as bookSlotOnce,
} from '../../src/application/book-slot.ts'
import { type BookingChangePorts, transitBooking } from '../../src/application/booking-changes.ts'
import type { Offers } from '../../src/application/ports/service-catalog.ts'
import { takeTurns } from '../../src/application/turns.ts'
import type { Actor } from '../../src/domain/actor.ts'
import { type EpochDay, parseDate, WEEKDAYS } from '../../src/domain/calendar.ts'
import type { BookingId, ServiceId, UserId } from '../../src/domain/ids.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { Schedule, WorkingWeekDraft } from '../../src/domain/schedule.ts'
import type { Offer, Service } from '../../src/domain/service.ts'
import { actorOf, addAccount, addOffer, hours, NOW, newId, setHours } from '../support/fixtures.ts'

export const ADMIN: Actor = { userId: newId() as UserId, roles: ['admin'] }

export function dayOf(text: string): EpochDay {
  const day = parseDate(text)
  assert(day !== undefined, `${text} is not a date`)
  return day
}

/** Nine to five, Monday to Friday, without a break. */
export const OFFICE_HOURS: WorkingWeekDraft = {
  timeZone: 'UTC',
  weeklyHours: Object.fromEntries(WEEKDAYS.slice(0, 5).map((weekday) => [weekday, [hours('09:00-17:00')]])),
  breaks: {},
}

/** Every port in memory, and a clock that stands still until it is set. */
export function openStage() {
  const database = memoryDatabase()
  let now = NOW
  return {
    database,
    accounts: memoryAccounts(database),
    sessions: memorySessions(database),
    standings: memoryStandings(database),
    resets: memoryPasswordResets(database),
    audit: memoryAudit(database),
    isCommonPassword: (password: string) => password === 'password1',
    directory: memoryProviderDirectory(database),
    catalog: memoryServiceCatalog(database),
    offers: memoryOffers(database),
    schedules: memoryScheduleCatalog(database),
    ledger: memoryBookingLedger(database),
    holds: memoryHoldLedger(database),
    answers: memoryAnswers(database),
    archive: memoryBookingArchive(database),
    occupancy: memoryOccupancy(database),
    log: memoryEventLog(database),
    bell: memoryBell(),
    newId,
    inTurn: takeTurns(4, { rest: { times: 3, now: () => performance.now() } }),
    oneByOne: takeTurns(1),
    readInTurn: takeTurns(4, { longestWaitMilliseconds: null }),
    wait: async (_milliseconds: number) => {},
    chance: () => 0.5,
    clock: () => now,
    setClock: (instant: Instant) => {
      now = instant
    },
    /** Changes a schedule past every use case. */
    changeSchedule: (id: UserId, change: Partial<Schedule>) => {
      const schedule = database.schedules.get(id)
      assert(schedule)
      database.schedules.set(id, { ...schedule, ...change, version: schedule.version + 1 })
    },
  }
}

export type Stage = ReturnType<typeof openStage>

/** A provider with office hours and one service, and a customer. */
export async function openOffice(terms: Partial<Service> = {}, week: Partial<WorkingWeekDraft> = {}) {
  const stage = openStage()
  const providerAccount = await addAccount(stage.accounts, 'provider')
  const customerAccount = await addAccount(stage.accounts, 'customer')
  await setHours(stage.schedules, providerAccount.user.id, { ...OFFICE_HOURS, ...week })
  const { service } = await addOffer(stage, providerAccount, terms)
  stage.database.log.events.length = 0
  const provider = actorOf(providerAccount)
  const customer = actorOf(customerAccount)
  return { ...stage, provider, customer, providerAccount, service, serviceId: service.id }
}

export const commandOf = (serviceId: ServiceId, start: Instant): BookSlotCommand => ({
  serviceId,
  start,
  notes: null,
  metadata: {},
  holdId: null,
  customerId: null,
})

/** Books without a key. */
export const bookSlot = (ports: BookSlotPorts) => (actor: Actor, command: BookSlotCommand) =>
  bookSlotOnce(ports)(actor, command, null)

/** Cancels without a key. */
export const cancelBooking =
  (ports: BookingChangePorts) =>
  (actor: Actor, id: BookingId, reason: string | null, version: number | null) =>
    transitBooking(ports)(actor, { id, version }, 'cancel', reason, null)
/** Offers of which the recent ones are as old as the port allows: whatever was last read of them. */
export function rememberedOffers(source: Offers): Offers {
  const known = new Map<ServiceId, Offer>()
  const current: Offers['current'] = async (ids) => {
    const offers = await source.current(ids)
    for (const offer of offers) known.set(offer.service.id, offer)
    return offers
  }
  return { current, recent: async (id) => known.get(id) ?? (await current([id]))[0] }
}
