import type { Static } from 'typebox'
import type { Provider } from '../../application/ports/provider-directory.ts'
import type { Conflicts } from '../../application/schedule-conflicts.ts'
import type { ShownSchedule } from '../../application/schedules.ts'
import type { ShownTimeOff } from '../../application/time-off.ts'
import type { Booking, NewBooking } from '../../domain/booking.ts'
import { formatDate, formatWallTime, WEEKDAYS, type Weekday } from '../../domain/calendar.ts'
import type { BookingHistoryEntry } from '../../domain/event.ts'
import type { Hold } from '../../domain/hold.ts'
import { formatInstant, type Instant } from '../../domain/instant.ts'
import { formatAmount, type Money } from '../../domain/money.ts'
import type { DatedOverride } from '../../domain/schedule-exceptions.ts'
import type { Service } from '../../domain/service.ts'
import { type Slot, statusOf } from '../../domain/slots.ts'
import type { ByWeekday, WallInterval } from '../../domain/weekly-hours.ts'
import type * as bookingSchemas from './schemas/bookings.ts'
import type * as holdSchemas from './schemas/holds.ts'
import type * as scheduleSchemas from './schemas/schedules.ts'
import type * as serviceSchemas from './schemas/services.ts'

const presentMoney = (money: Money) => ({ amount: formatAmount(money), currency: money.currency })

const presentWall = ({ start, end }: WallInterval) => ({
  start: formatWallTime(start),
  end: formatWallTime(end),
})

const presentWeek = <T extends WallInterval, R>(week: ByWeekday<T>, present: (interval: T) => R) =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, week[day].map(present)])) as Record<Weekday, R[]>

export const presentService = (service: Service): Static<typeof serviceSchemas.Service> => ({
  id: service.id,
  provider_id: service.providerId,
  version: service.version,
  title: service.title,
  description: service.description,
  category: service.category,
  price: presentMoney(service.price),
  duration_minutes: service.durationMinutes,
  slot_interval_minutes: service.slotIntervalMinutes,
  buffer_before_minutes: service.bufferBeforeMinutes,
  buffer_after_minutes: service.bufferAfterMinutes,
  min_notice_minutes: service.minNoticeMinutes,
  max_horizon_days: service.maxHorizonDays,
  daily_limit: service.dailyLimit,
  requires_confirmation: service.requiresConfirmation,
  cancellation_window_minutes: service.cancellationWindowMinutes,
  reminder_minutes: [...service.reminderMinutes],
  weekly_hours: service.weeklyHours && presentWeek(service.weeklyHours, presentWall),
  images: [...service.images],
  is_active: service.isActive,
  created_at: formatInstant(service.createdAt),
  updated_at: formatInstant(service.updatedAt),
})

export const presentProvider = (provider: Provider): Static<typeof scheduleSchemas.Provider> => ({
  id: provider.id,
  number: provider.number,
  first_name: provider.firstName,
  last_name: provider.lastName,
  time_zone: provider.timeZone,
})

export const presentSchedule = ({
  schedule,
  overrides,
}: ShownSchedule): Static<typeof scheduleSchemas.Schedule> => ({
  provider_id: schedule.providerId,
  version: schedule.version,
  time_zone: schedule.timeZone,
  weekly_hours: presentWeek(schedule.weeklyHours, presentWall),
  breaks: presentWeek(schedule.breaks, ({ label, ...pause }) => ({
    ...presentWall(pause),
    ...(label === null ? {} : { label }),
  })),
  overrides: overrides.map(presentOverride),
})

/** A date with hours of its own. */
export const presentOverride = ({ day, hours, reason }: DatedOverride) => ({
  date: formatDate(day),
  hours: hours.map(presentWall),
  ...(reason !== null && { reason }),
})

/** Bookings that a change has left outside. */
export const presentConflicts = ({ conflicts, conflictCount }: Conflicts) => ({
  conflicts: conflicts.map(presentBooking),
  conflict_count: conflictCount,
})

export const presentTimeOff = ({ id, start, end, ...rest }: ShownTimeOff) => ({
  id,
  start: formatInstant(start),
  end: formatInstant(end),
  ...rest,
})

export const presentBooking = (booking: Booking): Static<typeof bookingSchemas.Booking> => ({
  id: booking.id,
  number: booking.number,
  status: booking.status,
  service_id: booking.serviceId,
  service_version: booking.serviceVersion,
  provider_id: booking.providerId,
  customer_id: booking.customerId,
  start: formatInstant(booking.start),
  end: formatInstant(booking.end),
  price: presentMoney(booking.price),
  notes: booking.notes,
  metadata: booking.metadata,
  version: booking.version,
  cancellable_until: formatInstant(booking.cancellableUntil),
  ...(booking.status === 'cancelled' && {
    cancelled_by: booking.cancelledBy,
    ...(booking.cancellationReason !== null && { cancellation_reason: booking.cancellationReason }),
  }),
  created_at: formatInstant(booking.createdAt),
  updated_at: formatInstant(booking.updatedAt),
})

export const presentVerdict = (booking: NewBooking): Static<typeof bookingSchemas.Verdict> => ({
  status: booking.status,
  service_id: booking.serviceId,
  service_version: booking.serviceVersion,
  provider_id: booking.providerId,
  customer_id: booking.customerId,
  start: formatInstant(booking.start),
  end: formatInstant(booking.end),
  price: presentMoney(booking.price),
  cancellable_until: formatInstant(booking.cancellableUntil),
})

export const presentHistoryEntry = ({
  start,
  end,
  actorId,
  actedAs,
  reason,
  occurredAt,
  ...entry
}: BookingHistoryEntry): Static<typeof bookingSchemas.BookingHistoryEntry> => ({
  ...entry,
  start: formatInstant(start),
  end: formatInstant(end),
  actor_id: actorId,
  acted_as: actedAs,
  ...(reason !== null && { reason }),
  occurred_at: formatInstant(occurredAt),
})

export const presentHold = (hold: Hold): Static<typeof holdSchemas.Hold> => ({
  id: hold.id,
  service_id: hold.serviceId,
  provider_id: hold.providerId,
  start: formatInstant(hold.start),
  end: formatInstant(hold.end),
  service_version: hold.terms.serviceVersion,
  price: presentMoney(hold.terms.price),
  expires_at: formatInstant(hold.expiresAt),
})

/** A slot, its times written by the given format. */
export const presentSlot = (slot: Slot, format: (instant: Instant) => string) => ({
  start: format(slot.start),
  end: format(slot.end),
  status: statusOf(slot),
  ...(slot.reason !== null && { reason: slot.reason }),
})
