import { type Booking, isStanding, type StandingBooking, termsOf } from '../booking.ts'
import { settleBooking } from '../booking-life.ts'
import type { BookingEventType, BookingHistoryEntry } from '../event.ts'
import type { UserId, UserNumber } from '../ids.ts'
import type { Instant } from '../instant.ts'
import type { Money } from '../money.ts'
import { type Reminder, remindersFor } from '../reminder.ts'
import type { Result } from '../result.ts'
import type { Service } from '../service.ts'
import type { ArrivingBooking } from './booking.ts'
import { hinder, judging, type Obstacle } from './obstacle.ts'
import { money } from './values.ts'

/** Whom and what an arriving booking belongs to here; undefined for what is not there. */
export interface Belonging {
  readonly customerId: UserId | undefined
  readonly providerId: UserId | undefined
  readonly providerNumber: UserNumber | undefined
  readonly service: BookedService | undefined
}

/** What a booking takes along of its service. */
export type BookedService = Pick<
  Service,
  'id' | 'providerId' | 'version' | 'price' | 'cancellationWindowMinutes' | 'reminderMinutes'
>

/** A booking as it is to be recorded here. */
export interface SettledBooking {
  readonly booking: Omit<Booking, 'number'>
  readonly providerNumber: UserNumber
  readonly number: number | null
  /** Whether it needs its slot from now on. */
  readonly isStanding: boolean
  readonly reminders: readonly Reminder[]
  readonly history: readonly BookingHistoryEntry[]
}

/**
 * A booking with whom it belongs to. It has the price it had, no buffers, which nobody knew of when it was made, and only such
 * reminders as are still to come. What has come to its end since is settled as if it had been made here. Hours, notice and
 * daily limits are not asked: it was made under other rules.
 */
export const settled = (
  arriving: ArrivingBooking,
  { customerId, providerId, providerNumber, service }: Belonging,
  now: Instant,
): Result<SettledBooking, Obstacle> =>
  judging(() => {
    if (customerId === undefined) return hinder('orphan', 'customer')
    if (providerId === undefined || providerNumber === undefined) return hinder('orphan', 'provider')
    if (service === undefined) return hinder('orphan', 'service')
    if (service.providerId !== providerId) return hinder('service-of-another', 'service')
    const { status, start } = arriving
    if ((status === 'completed' || status === 'no_show') && start > now) {
      return hinder('done-before-it-began', 'status')
    }
    const price = priceOf(arriving, service)
    const { booking, history } = lived(
      made(arriving, { customerId, providerId, service, price }),
      arriving,
      now,
    )
    return {
      booking,
      providerNumber,
      number: arriving.number,
      isStanding: isStanding(booking as Booking),
      reminders: isStanding(booking as Booking) ? remindersFor(start, service.reminderMinutes, now) : [],
      history,
    }
  })

const priceOf = ({ price }: ArrivingBooking, service: BookedService): Money =>
  price === null ? service.price : money(price, service.price.currency, 'price')

interface Parties {
  readonly customerId: UserId
  readonly providerId: UserId
  readonly service: BookedService
  readonly price: Money
}

/** The booking as it was when it was made. */
function made(
  arriving: ArrivingBooking,
  { customerId, providerId, service, price }: Parties,
): StandingBooking {
  const { id, start, end, notes, createdAt, status } = arriving
  const buffers = { bufferBeforeMinutes: 0, bufferAfterMinutes: 0 }
  return {
    ...termsOf({ ...service, ...buffers } as Service, start),
    id,
    number: 0,
    version: 1,
    status: status === 'pending' ? 'pending' : 'confirmed',
    price,
    serviceId: service.id,
    customerId,
    providerId,
    start,
    end,
    notes,
    metadata: {},
    createdAt,
    updatedAt: createdAt,
  }
}

interface Lived {
  readonly booking: Booking
  readonly history: readonly BookingHistoryEntry[]
}

/** What has become of it since. */
function lived(first: StandingBooking, { status, updatedAt }: ArrivingBooking, now: Instant): Lived {
  const creation = entry(first, 'booking.created', first.createdAt, null)
  const next = { version: 2, updatedAt }
  const ended = (booking: Booking, change: BookingEventType, reason: string | null = null): Lived => ({
    booking,
    history: [creation, entry(booking, change, booking.updatedAt, reason)],
  })
  switch (status) {
    case 'completed':
      return ended({ ...first, ...next, status }, 'booking.completed')
    case 'no_show':
      return ended({ ...first, ...next, status }, 'booking.no_show')
    case 'cancelled': {
      const end = { cancelledAt: updatedAt, cancelledBy: 'system', cancellationReason: null } as const
      return ended({ ...first, ...next, ...end, status }, 'booking.cancelled')
    }
    default: {
      const settlement = settleBooking(first, now)
      return settlement
        ? ended(settlement.booking, settlement.type, settlement.reason)
        : { booking: first, history: [creation] }
    }
  }
}

/** The customer made it; who did what came after, no other system tells. */
const entry = (
  booking: Booking,
  change: BookingEventType,
  occurredAt: Instant,
  reason: string | null,
): BookingHistoryEntry => ({
  version: booking.version,
  change,
  status: booking.status,
  start: booking.start,
  end: booking.end,
  actorId: change === 'booking.created' ? booking.customerId : null,
  actedAs: change === 'booking.created' ? 'customer' : 'system',
  reason,
  occurredAt,
})
