import type { Actor, Role } from '../../../src/domain/actor.ts'
import type { CancelledBooking, ConfirmedBooking, PendingBooking } from '../../../src/domain/booking.ts'
import type { BookingRequest } from '../../../src/domain/booking-request.ts'
import type { BookingId, ServiceId, UserId, UserNumber } from '../../../src/domain/ids.ts'
import type { Interval } from '../../../src/domain/interval.ts'
import { type Claim, withBuffers } from '../../../src/domain/occupancy.ts'
import type { Schedule } from '../../../src/domain/schedule.ts'
import type { Offer, Service } from '../../../src/domain/service.ts'
import { NO_HOURS } from '../../../src/domain/weekly-hours.ts'
import { allHours, at, day, week } from './wall.ts'

export const PROVIDER = 'provider-anna' as UserId
export const CUSTOMER = 'customer-ben' as UserId
export const STRANGER = 'customer-cleo' as UserId
export const ADMIN = 'admin-dora' as UserId
export const SERVICE = 'service-haircut' as ServiceId
export const OTHER_SERVICE = 'service-colour' as ServiceId
export const BOOKING = 'booking-1' as BookingId

/** An hour for 75 dollars, on the hour, with no rule that gets in the way. */
export const service = (overrides: Partial<Service> = {}): Service => ({
  id: SERVICE,
  providerId: PROVIDER,
  version: 1,
  title: 'Haircut',
  description: '',
  category: 'beauty',
  price: { minorUnits: 7500, currency: 'USD' },
  durationMinutes: 60,
  slotIntervalMinutes: overrides.durationMinutes ?? 60,
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
  createdAt: at('2026-01-01T00:00:00Z'),
  updatedAt: at('2026-01-01T00:00:00Z'),
  ...overrides,
})

/** Monday to Friday, nine to five, in UTC. */
export const schedule = (overrides: Partial<Schedule> = {}): Schedule => ({
  providerId: PROVIDER,
  version: 1,
  timeZone: 'UTC',
  weeklyHours: week({
    monday: ['09:00-17:00'],
    tuesday: ['09:00-17:00'],
    wednesday: ['09:00-17:00'],
    thursday: ['09:00-17:00'],
    friday: ['09:00-17:00'],
  }),
  breaks: NO_HOURS,
  overrides: new Map(),
  timeOff: [],
  ...overrides,
})

/** `overrides({ '2026-06-01': ['10:00-12:00'], '2026-06-02': [] })` */
export const overrides = (days: Readonly<Record<string, readonly string[]>>): Schedule['overrides'] =>
  new Map(Object.entries(days).map(([date, texts]) => [day(date), { hours: allHours(texts), reason: null }]))

export const offer = (parts: { service?: Partial<Service>; schedule?: Partial<Schedule> } = {}): Offer => ({
  service: service(parts.service),
  schedule: schedule(parts.schedule),
  providerNumber: 7 as UserNumber,
  providerIsActive: true,
})

/** The claim of a booking of `sold`, buffers and all. */
export const claim = (interval: Interval, sold: Service = service()): Claim => ({
  start: interval.start,
  end: interval.end,
  blocked: withBuffers(interval, sold),
  serviceId: sold.id,
  bookingId: BOOKING,
})

export const hold = (interval: Interval, held: Service = service()): Claim => ({
  ...claim(interval, held),
  bookingId: null,
})

export const actor = (userId: UserId = CUSTOMER, ...roles: Role[]): Actor => ({
  userId,
  roles: roles.length > 0 ? roles : ['customer'],
})

export const request = (overrides: Partial<BookingRequest> = {}): BookingRequest => ({
  id: BOOKING,
  customerId: CUSTOMER,
  start: at('2026-06-01T09:00:00Z'),
  notes: null,
  metadata: {},
  ...overrides,
})

/** Monday, 1 June 2026, nine o'clock; may be cancelled until eight. */
export const booking = (overrides: Partial<ConfirmedBooking> = {}): ConfirmedBooking => ({
  id: BOOKING,
  number: 42,
  version: 1,
  status: 'confirmed',
  serviceId: SERVICE,
  providerId: PROVIDER,
  customerId: CUSTOMER,
  start: at('2026-06-01T09:00:00Z'),
  end: at('2026-06-01T10:00:00Z'),
  serviceVersion: 1,
  price: { minorUnits: 7500, currency: 'USD' },
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  cancellableUntil: at('2026-06-01T08:00:00Z'),
  notes: null,
  metadata: {},
  createdAt: at('2026-05-01T12:00:00Z'),
  updatedAt: at('2026-05-01T12:00:00Z'),
  ...overrides,
})

export const pendingBooking = (): PendingBooking => ({ ...booking(), status: 'pending' })

export const cancelledBooking = (): CancelledBooking => ({
  ...booking(),
  status: 'cancelled',
  cancelledAt: at('2026-05-02T12:00:00Z'),
  updatedAt: at('2026-05-02T12:00:00Z'),
  cancelledBy: 'customer',
  cancellationReason: null,
})
