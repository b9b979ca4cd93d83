import type { EpochDay } from './calendar.ts'
import type { BookingId, ServiceId } from './ids.ts'
import { type Instant, MINUTE, plusMinutes } from './instant.ts'
import type { Interval } from './interval.ts'
import type { Offer } from './service.ts'
import { dayInterval, localDay, zoneOf } from './zone.ts'

/** One live claim on a provider's time. */
export interface Claim extends Interval {
  /** The interval with its buffers: what nobody else may touch. */
  readonly blocked: Interval
  readonly serviceId: ServiceId
  /** Null for a hold. */
  readonly bookingId: BookingId | null
}

/** The buffers that a service puts around an interval, [start, end) made wider on both sides. */
export const withBuffers = (
  { start, end }: Interval,
  buffers: { readonly bufferBeforeMinutes: number; readonly bufferAfterMinutes: number },
): Interval => ({
  start: plusMinutes(start, -buffers.bufferBeforeMinutes),
  end: plusMinutes(end, buffers.bufferAfterMinutes),
})

/** The claims without those of one booking, which is about to be moved and so never in its own way. */
export const withoutBooking = (claims: readonly Claim[], id: BookingId | null): readonly Claim[] =>
  id === null ? claims : claims.filter(({ bookingId }) => bookingId !== id)

/** How many bookings and holds of the service begin on each local day; empty for a service without a daily limit. */
export function takenByDay(
  { service, schedule }: Offer,
  claims: readonly Claim[],
): ReadonlyMap<EpochDay, number> {
  const taken = new Map<EpochDay, number>()
  if (service.dailyLimit === null) return taken
  const zone = zoneOf(schedule.timeZone)
  for (const { serviceId, start } of claims) {
    if (serviceId !== service.id) continue
    const day = localDay(zone, start)
    taken.set(day, (taken.get(day) ?? 0) + 1)
  }
  return taken
}

/**
 * Where claims must be read to judge the slots that start in `range`. It is wider than the range: the last slot
 * and the buffers reach beyond it, and a daily limit counts whole local days.
 */
export function occupiedRange({ service, schedule }: Offer, range: Interval): Interval {
  const lastStart = Math.max(range.start, range.end - 1) as Instant
  const reach = withBuffers(
    { start: range.start, end: (lastStart + service.durationMinutes * MINUTE) as Instant },
    service,
  )
  if (service.dailyLimit === null) return reach
  const zone = zoneOf(schedule.timeZone)
  const firstDay = dayInterval(zone, localDay(zone, range.start))
  const lastDay = dayInterval(zone, localDay(zone, lastStart))
  return {
    start: Math.min(reach.start, firstDay.start) as Instant,
    end: Math.max(reach.end, lastDay.end) as Instant,
  }
}
