import type { Booking } from './booking.ts'
import type { BookingHistoryEntry } from './event.ts'
import type { UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import type { Schedule } from './schedule.ts'
import type { Service } from './service.ts'
import { NO_HOURS } from './weekly-hours.ts'

/** What stands in place of a name. */
export const ERASED_NAME = { firstName: 'Erased', lastName: 'person' } as const

/** Time, price and state are the books'; what a customer has said is the customer's, and a reason may be of either. */
export function withoutWords(booking: Booking, erased: UserId): Booking {
  const said = booking.customerId === erased ? { notes: null, metadata: {} } : {}
  return booking.status === 'cancelled'
    ? { ...booking, ...said, cancellationReason: null }
    : { ...booking, ...said }
}

/** Who did what and when is kept, and why is not. */
export const withoutReasons = (history: readonly BookingHistoryEntry[]): readonly BookingHistoryEntry[] =>
  history.map((entry) => ({ ...entry, reason: null }))

/** A service of somebody who has gone: nobody can book it, and its title tells the books what was sold. */
export const withoutProvider = (service: Service, now: Instant): Service => ({
  ...service,
  version: service.version + 1,
  updatedAt: now,
  description: '',
  images: [],
  isActive: false,
})

/** Whether a service has anything that goes with its provider. */
export const isOfProvider = ({ description, images, isActive }: Service) =>
  isActive || description !== '' || images.length > 0

/** The hours of somebody who has gone. */
export const withoutHours = ({
  providerId,
  timeZone,
  version,
}: Pick<Schedule, 'providerId' | 'timeZone' | 'version'>): Schedule => ({
  ...{ providerId, timeZone, version: version + 1 },
  ...{ weeklyHours: NO_HOURS, breaks: NO_HOURS, overrides: new Map(), timeOff: [] },
})
