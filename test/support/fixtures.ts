import assert from 'node:assert/strict'
import { judgedBy } from '../../src/application/claim-slot.ts'
import type { Accounts } from '../../src/application/ports/accounts.ts'
import type { BookingEntry } from '../../src/application/ports/booking-ledger.ts'
import type { Erasures } from '../../src/application/ports/erasures.ts'
import type { PasswordResets } from '../../src/application/ports/password-resets.ts'
import type { ScheduleCatalog } from '../../src/application/ports/schedule-catalog.ts'
import type { Offers, ServiceCatalog } from '../../src/application/ports/service-catalog.ts'
import type { Begun, Sessions } from '../../src/application/ports/sessions.ts'
import type { Account, NewAccount } from '../../src/domain/account.ts'
import { decideAccount, userEvent } from '../../src/domain/account-changes.ts'
import type { Actor, Role } from '../../src/domain/actor.ts'
import { type Booking, isStanding, type NewBooking, termsOf } from '../../src/domain/booking.ts'
import { cancelBooking } from '../../src/domain/booking-life.ts'
import { parseWallTime, type WallMinutes } from '../../src/domain/calendar.ts'
import { bookingEvent } from '../../src/domain/event.ts'
import type { BookingId, EventId, ServiceId, UserId } from '../../src/domain/ids.ts'
import { type Instant, parseInstant, plusMinutes } from '../../src/domain/instant.ts'
import type { ResetToken } from '../../src/domain/password-reset.ts'
import { remindersFor } from '../../src/domain/reminder.ts'
import type { Result } from '../../src/domain/result.ts'
import { type WorkingWeekDraft, workingWeek } from '../../src/domain/schedule.ts'
import { type Occasion, scheduleChanged } from '../../src/domain/schedule-event.ts'
import type { Offer, Service } from '../../src/domain/service.ts'
import { type ServiceChanged, serviceChanged } from '../../src/domain/service-event.ts'
import type { WallInterval } from '../../src/domain/weekly-hours.ts'

/** Reads RFC 3339. */
export function at(text: string): Instant {
  const instant = parseInstant(text)
  assert(instant !== undefined, `${text} is not an instant`)
  return instant
}

/** The present of every test that does not set its own: a Monday morning. */
export const NOW = at('2030-01-07T08:00:00Z')

let ids = 0

/** Ids in the shape of a UUIDv7, each greater than the one before. */
export const newId = () => `01900000-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`

/** `09:00-17:00` on the wall clock. */
export function hours(text: string): WallInterval {
  const [start, end] = text.split('-').map(parseWallTime) as [WallMinutes, WallMinutes]
  return { start, end }
}

/** The value of a yes; fails the test at a no. */
export function accepted<T, R>(result: Result<T, R>): T {
  assert(result.ok, () => `refused: ${JSON.stringify(result)}`)
  return result.value
}

/** The words of a no; fails the test at a yes. */
export function rejectionOf<T, R>(result: Result<T, R>): R {
  assert(!result.ok, () => `not refused: ${JSON.stringify(result)}`)
  return result.rejection
}

export type AccountChanges = Partial<NewAccount['user'] & Omit<NewAccount['profile'], 'id' | 'createdAt'>>

export function newAccount(role: Role, changes: AccountChanges = {}): NewAccount {
  const id = changes.id ?? (newId() as UserId)
  const {
    email = `${id}@example.com`,
    roles = [role],
    deactivatedAt = null,
    createdAt = NOW,
    ...personal
  } = changes
  return {
    user: { id, email, roles, deactivatedAt, createdAt },
    profile: {
      firstName: 'Ada',
      lastName: 'Byron',
      phoneNumber: null,
      accountType: 'personal',
      address: null,
      timeZone: 'UTC',
      ...personal,
      id,
      createdAt,
    },
  }
}

/** Of the password of everyone who is added here. */
const HASH = 'hash'

export const addAccount = async (
  accounts: Accounts,
  role: Role,
  changes?: AccountChanges,
): Promise<Account> => accepted(await accounts.add(newAccount(role, changes), HASH))

/** A token that sets a new password. */
export async function issueReset(resets: PasswordResets, id: UserId): Promise<ResetToken> {
  const issued = await resets.issue(id)
  assert(issued)
  return issued
}

/** Lets an admin give somebody other roles. */
export async function decideRoles(
  { accounts }: { readonly accounts: Accounts },
  id: UserId,
  roles: readonly Role[],
): Promise<void> {
  const account = await accounts.find(id)
  assert(account)
  accepted(await accounts.change(decideAccount(account, { roles }, null, NOW, () => newId() as EventId)))
}

/** Begins an erasure at the present of tests. */
export const eraseNow = (erasures: Erasures, id: UserId, expected: number | null = null) =>
  erasures.begin(id, expected, {
    now: NOW,
    user: (version) => userEvent(newId() as EventId, 'user.erased', { user: { id }, version }, id, NOW),
    service: (before, after) => serviceChanged(newId() as EventId, before, after, { userId: id, roles: [] }),
    schedule: (emptied) =>
      scheduleChanged({ eventId: newId() as EventId, actorId: id, now: NOW }, emptied, {
        kind: 'week-replaced',
      }),
  })

/** A session of somebody who was added here. */
export async function beginSession(sessions: Sessions, id: UserId): Promise<Begun> {
  const begun = await sessions.begin(id, HASH)
  assert(begun)
  return begun
}

export const actorOf = ({ user }: Account): Actor => ({ userId: user.id, roles: user.roles })

export const newService = (providerId: UserId, changes: Partial<Service> = {}): Service => ({
  id: newId() as ServiceId,
  providerId,
  version: 1,
  title: 'Haircut',
  description: '',
  category: 'hair',
  price: { minorUnits: 7_500, currency: 'USD' },
  durationMinutes: 60,
  slotIntervalMinutes: 60,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  minNoticeMinutes: 0,
  maxHorizonDays: 365,
  dailyLimit: null,
  requiresConfirmation: false,
  cancellationWindowMinutes: 0,
  reminderMinutes: [10],
  weeklyHours: null,
  images: [],
  isActive: true,
  createdAt: NOW,
  updatedAt: NOW,
  ...changes,
})

/** A service that its provider puts on sale. */
export const additionOf = (service: Service): ServiceChanged => changeOf(service, null)

/** The next version of a service, made by its provider. */
export const changeOf = (service: Service, before: Service | null = service): ServiceChanged =>
  serviceChanged(newId() as EventId, before, service, { userId: service.providerId, roles: ['provider'] })

export const SOMEONE = newId() as UserId

/** On which someone changes a schedule. */
export const occasion = (now = NOW): Occasion => ({ eventId: newId() as EventId, actorId: SOMEONE, now })

export interface OfferPorts {
  readonly accounts: Accounts
  readonly catalog: ServiceCatalog
  readonly schedules: ScheduleCatalog
  readonly offers: Offers
}

/** Puts a service of a provider on sale. */
export async function addOffer(
  { catalog, offers }: OfferPorts,
  provider: Account,
  changes: Partial<Service> = {},
): Promise<Offer> {
  const service = newService(provider.user.id, changes)
  accepted(await catalog.add(additionOf(service), null))
  const [offer] = await offers.current([service.id])
  assert(offer, 'a service that was added has an offer')
  return offer
}

/** A service of a provider of its own, without any hours. */
export const addOfferOfNewProvider = async (
  ports: OfferPorts,
  changes: Partial<Service> = {},
): Promise<Offer> => addOffer(ports, await addAccount(ports.accounts, 'provider'), changes)

export async function setHours(
  schedules: ScheduleCatalog,
  providerId: UserId,
  { timeZone = 'UTC', weeklyHours = {}, breaks = {} }: Partial<WorkingWeekDraft>,
): Promise<void> {
  const week = accepted(workingWeek({ timeZone, weeklyHours, breaks }))
  accepted(await schedules.replaceWeek(providerId, week, null, occasion()))
}

export type BookingChanges = Partial<Pick<NewBooking, 'id' | 'notes' | 'metadata' | 'createdAt' | 'status'>>

/** A booking of an offer with all that is written with it, whatever the provider's hours say. */
export function bookingEntry(
  offer: Offer,
  customerId: UserId,
  start: Instant,
  changes: BookingChanges = {},
): BookingEntry {
  const { service } = offer
  const createdAt = changes.createdAt ?? NOW
  const booking: NewBooking = {
    id: newId() as BookingId,
    ...termsOf(service, start),
    version: 1,
    status: 'confirmed',
    serviceId: service.id,
    providerId: service.providerId,
    customerId,
    start,
    end: plusMinutes(start, service.durationMinutes),
    notes: null,
    metadata: {},
    createdAt,
    updatedAt: createdAt,
    ...changes,
  }
  const by: Actor = { userId: customerId, roles: ['customer'] }
  return {
    booking,
    judgedBy: judgedBy(offer, start),
    reminders: remindersFor(start, service.reminderMinutes, createdAt),
    event: bookingEvent(newId() as EventId, 'booking.created', booking, by),
    holdId: null,
  }
}

/** A cancellation by the provider. */
export function cancellationOf(booking: Booking, reason: string | null = null, now = NOW) {
  const by: Actor = { userId: booking.providerId, roles: ['provider'] }
  assert(isStanding(booking))
  const cancelled = accepted(cancelBooking(booking, by, reason, now))
  return bookingEvent(newId() as EventId, 'booking.cancelled', cancelled, by, reason)
}
