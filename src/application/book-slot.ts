import type { Actor } from '../domain/actor.ts'
import type { Booking } from '../domain/booking.ts'
import { type BookingRejection, instantRange, limitedDay, requestBooking } from '../domain/booking-request.ts'
import { bookingCreated } from '../domain/event.ts'
import type { BookingId, EventId, ServiceId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import type { Interval } from '../domain/interval.ts'
import type { Json } from '../domain/json.ts'
import type { Claim } from '../domain/occupancy.ts'
import { remindersFor } from '../domain/reminder.ts'
import { type Result, reject } from '../domain/result.ts'
import type { Offer } from '../domain/service.ts'
import { firstFreeSlots, type NextFreePorts } from './next-free.ts'
import type { BookingLedger, EntryRefused } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import { Unavailable } from './ports/unavailable.ts'
import type { ServiceNotFound } from './services.ts'

export interface BookSlotPorts extends NextFreePorts {
  readonly ledger: BookingLedger
  readonly clock: Clock
  readonly newId: NewId
}

export interface BookSlotCommand {
  readonly serviceId: ServiceId
  readonly start: Instant
  readonly notes: string | null
  readonly metadata: Readonly<Record<string, Json>>
}

export interface SlotTaken {
  readonly code: 'slot-taken'
  /** The next free slots from the refused start on, at most three. */
  readonly alternatives: readonly Interval[]
}

export interface AccountInactive {
  readonly code: 'account-inactive'
}

export type BookSlotRejection =
  | ServiceNotFound
  | AccountInactive
  | Exclude<BookingRejection, { code: 'slot-taken' }>
  | SlotTaken

export type BookSlot = (actor: Actor, command: BookSlotCommand) => Promise<Result<Booking, BookSlotRejection>>

const ALTERNATIVES = 3

/** How often a booking is judged anew because its service or schedule has just changed. */
const MOST_JUDGEMENTS = 5

/**
 * Books a slot for the actor. A yes is judged by a recent offer and has to pass the ledger, which is one round
 * trip; a no is only ever said by what is recorded now.
 */
export const bookSlot = (ports: BookSlotPorts): BookSlot => {
  const attempt = attemptBooking(ports)
  return async (actor, command) => {
    const { serviceId, start } = command
    const recent = await ports.offers.recent(serviceId)
    const quick = recent && (await attempt(actor, command, recent, []))
    if (quick?.ok) return quick
    for (let judged = 0; judged < MOST_JUDGEMENTS; judged++) {
      const [occupied] = await ports.occupancy.read([serviceId], () => instantRange(start))
      if (!occupied) return reject({ code: 'service-not-found' })
      const outcome = await attempt(actor, command, occupied.offer, occupied.claims)
      if (outcome.ok) return outcome
      const { rejection } = outcome
      if (rejection.code === 'offer-changed') continue
      if (rejection.code !== 'slot-taken') return reject(rejection)
      const next = await firstFreeSlots(ports, serviceId, start, ports.clock(), ALTERNATIVES)
      return reject({ code: 'slot-taken', alternatives: next?.found ?? [] })
    }
    throw new Unavailable('The service changes faster than it can be booked')
  }
}

/** Judges by the given facts, and enters into the ledger what they allow. */
const attemptBooking =
  ({ ledger, clock, newId }: BookSlotPorts) =>
  async (
    actor: Actor,
    { serviceId: _, ...request }: BookSlotCommand,
    offer: Offer,
    claims: readonly Claim[],
  ): Promise<Result<Booking, BookingRejection | EntryRefused>> => {
    const { service, schedule, providerNumber } = offer
    const now = clock()
    const id = newId() as BookingId
    const decision = requestBooking({ ...request, id, customerId: actor.userId }, offer, claims, now)
    if (!decision.ok) return decision
    const booking = decision.value
    return ledger.book({
      booking,
      providerNumber,
      scheduleVersion: schedule.version,
      dailyLimit:
        service.dailyLimit === null
          ? null
          : { limit: service.dailyLimit, day: limitedDay(offer, booking.start) },
      reminders: remindersFor(booking.start, service.reminderMinutes, now),
      event: bookingCreated(newId() as EventId, booking, actor),
    })
  }
