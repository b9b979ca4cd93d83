import type { Account } from '../domain/account.ts'
import type { Actor } from '../domain/actor.ts'
import type { Booking } from '../domain/booking.ts'
import type { EpochDay } from '../domain/calendar.ts'
import type { UserId, UserNumber } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { Service } from '../domain/service.ts'
import {
  comingWeek,
  type NoServiceFits,
  type SessionHour,
  type SessionWish,
  serviceOfBoard,
  sessionHours,
  sessionSlot,
  typeOfSession,
  wordsOfSession,
} from '../domain/session-service.ts'
import type { Slot } from '../domain/slots.ts'
import { zoneOf } from '../domain/zone.ts'
import type { BoardSlot, ReadDayBoard, SearchAvailability, SearchRejection } from './availability.ts'
import type { BookSlot, BookSlotRejection } from './book-slot.ts'
import type { Accounts, UserNotFound } from './ports/accounts.ts'
import type { AnsweredBefore } from './ports/answers.ts'
import type { Clock } from './ports/clock.ts'
import type { Provider, ProviderDirectory } from './ports/provider-directory.ts'
import type { ProviderNotFound } from './ports/schedule-catalog.ts'
import type { ServiceCatalog } from './ports/service-catalog.ts'
import type { ServiceNotFound } from './services.ts'

export interface TrainerPorts {
  readonly directory: ProviderDirectory
  readonly catalog: ServiceCatalog
}

/** A trainer with what can be booked, the oldest first. */
interface Trainer {
  readonly provider: Provider
  readonly active: readonly Service[]
}

async function findTrainer(
  { directory, catalog }: TrainerPorts,
  number: UserNumber,
): Promise<Trainer | undefined> {
  const provider = await directory.findByNumber(number)
  return provider && { provider, active: await catalog.activeOf(provider.id) }
}

export interface BookSessionPorts extends TrainerPorts {
  readonly accounts: Accounts
  readonly bookSlot: BookSlot
}

/** A booking with what the front end of a gym knows its people by. */
export interface BookedSession {
  readonly booking: Booking
  readonly trainer: Provider
  readonly memberNumber: UserNumber
}

export type BookSession = (
  actor: Actor,
  trainer: UserNumber,
  wish: SessionWish,
  notes: string | null,
) => Promise<Result<BookedSession, ProviderNotFound | NoServiceFits | UserNotFound | BookSlotRejection>>

/** Books a session with a trainer for the actor, by the clock on the trainer's wall. */
export const bookSession =
  ({ accounts, bookSlot, ...ports }: BookSessionPorts): BookSession =>
  async (actor, number, wish, notes) => {
    const trainer = await findTrainer(ports, number)
    if (!trainer) return reject({ code: 'provider-not-found' })
    const member = await accounts.find(actor.userId)
    if (!member) return reject({ code: 'user-not-found' })
    const { provider, active } = trainer
    const slot = sessionSlot(wish, active, zoneOf(provider.timeZone))
    if (!slot.ok) return slot
    const { service, start } = slot.value
    const remarks = { notes, metadata: wordsOfSession(wish) }
    const command = { serviceId: service.id, start, ...remarks, holdId: null, customerId: null }
    const booked = await bookSlot(actor, command, null)
    if (!booked.ok) return reject(notAnswered(booked.rejection))
    return ok({ booking: booked.value, trainer: provider, memberNumber: member.user.number })
  }

/** Without a key nothing has been answered before. */
function notAnswered(rejection: BookSlotRejection | AnsweredBefore): BookSlotRejection {
  if (rejection.code === 'answered-before' || rejection.code === 'idempotency-key-reused') {
    throw new Error('A booking without a key was answered before')
  }
  return rejection
}

/** An hour of a trainer's day; who comes and what for is null for those who may not know. */
export interface TrainerHour extends SessionHour<BoardSlot> {
  readonly member: Account | null
  readonly sessionType: string | null
}

export type ReadTrainerDay = (
  actor: Actor | null,
  trainer: UserNumber,
  day: EpochDay,
) => Promise<Result<readonly TrainerHour[], ProviderNotFound | ServiceNotFound>>

export interface TrainerDayPorts extends TrainerPorts {
  readonly accounts: Accounts
  readonly readDayBoard: ReadDayBoard
}

/** The hours of one day of a trainer; none where nothing is on sale. */
export const readTrainerDay =
  ({ accounts, readDayBoard, ...ports }: TrainerDayPorts): ReadTrainerDay =>
  async (actor, number, day) => {
    const trainer = await findTrainer(ports, number)
    if (!trainer) return reject({ code: 'provider-not-found' })
    const { provider, active } = trainer
    const shown = serviceOfBoard(active)
    if (!shown) return ok([])
    const board = await readDayBoard(actor, provider.id, shown.id, day)
    if (!board.ok) return board
    const { offer, slots } = board.value
    const members = await membersOf(accounts, slots)
    const hours = sessionHours(slots, zoneOf(offer.schedule.timeZone)).map((hour) => ({
      ...hour,
      member: (hour.booking && members.get(hour.booking.customerId)) ?? null,
      sessionType: hour.booking && typeOfSession(hour.booking, active),
    }))
    return ok(hours)
  }

async function membersOf(
  accounts: Accounts,
  slots: readonly BoardSlot[],
): Promise<ReadonlyMap<UserId, Account>> {
  const ids = new Set(slots.flatMap(({ booking }) => (booking ? [booking.customerId] : [])))
  const found = await Promise.all([...ids].map((id) => accounts.find(id)))
  return new Map(found.filter((one) => one !== undefined).map((account) => [account.user.id, account]))
}

export type ReadTrainerWeek = (
  trainer: UserNumber,
) => Promise<Result<readonly SessionHour<Slot>[], ProviderNotFound | SearchRejection>>

export interface TrainerWeekPorts extends TrainerPorts {
  readonly searchAvailability: SearchAvailability
  readonly clock: Clock
}

/** The hours of a trainer in the seven days from today; none where nothing is on sale. */
export const readTrainerWeek =
  ({ searchAvailability, clock, ...ports }: TrainerWeekPorts): ReadTrainerWeek =>
  async (number) => {
    const trainer = await findTrainer(ports, number)
    if (!trainer) return reject({ code: 'provider-not-found' })
    const { provider, active } = trainer
    const shown = serviceOfBoard(active)
    if (!shown) return ok([])
    const zone = zoneOf(provider.timeZone)
    const { from, to } = comingWeek(zone, clock())
    const searched = await searchAvailability(null, {
      serviceIds: [shown.id],
      from: { day: from },
      to: { day: to },
      timeZone: null,
      excludeBookingId: null,
    })
    if (!searched.ok) return searched
    return ok(searched.value.data.flatMap(({ found }) => sessionHours(found, zone)))
  }
