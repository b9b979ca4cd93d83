import { type BookingRejection, type BookingRequest, requestBooking } from './booking-request.ts'
import { DAY, type EpochDay, plusDays, type WallMinutes } from './calendar.ts'
import type { UserId } from './ids.ts'
import { DAY_MINUTES, type Instant, MINUTE, plusMinutes } from './instant.ts'
import { overlaps } from './interval.ts'
import { type Claim, withBuffers } from './occupancy.ts'
import type { Schedule, ScheduleOverride } from './schedule.ts'
import type { Offer } from './service.ts'
import { NO_HOURS } from './weekly-hours.ts'
import { localDay, zoneOf } from './zone.ts'

/** Everything that a booking is judged by. */
interface Situation {
  readonly request: BookingRequest
  readonly offer: Offer
  readonly claims: readonly Claim[]
  readonly now: Instant
}

/**
 * Everything that stands in the way of a booking, in the order in which it would be told: the first is the answer that
 * booking gives. Each is found by judging again as if those before it were mended.
 */
export function bookingViolations(
  request: BookingRequest,
  offer: Offer,
  claims: readonly Claim[],
  now: Instant,
): BookingRejection[] {
  const violations: BookingRejection[] = []
  let situation: Situation = { request, offer, claims, now }
  for (;;) {
    const decision = requestBooking(situation.request, situation.offer, situation.claims, situation.now)
    if (decision.ok) return violations
    const { rejection } = decision
    if (violations.some((violation) => isSame(violation, rejection))) return violations
    violations.push(rejection)
    situation = mended(situation, rejection)
  }
}

/** A date may be closed twice over: by the hours of the provider and by those of the service. */
const isSame = (a: BookingRejection, b: BookingRejection) =>
  a.code === b.code && ('reason' in a && a.reason) === ('reason' in b && b.reason)

/** The same situation without what one rejection names. */
function mended(situation: Situation, rejection: BookingRejection): Situation {
  const { request, offer, claims, now } = situation
  const { start } = request
  const serving = (service: Partial<Offer['service']>): Situation => ({
    ...situation,
    offer: { ...offer, service: { ...offer.service, ...service } },
  })
  switch (rejection.code) {
    case 'service-retired':
      return {
        ...situation,
        offer: { ...offer, service: { ...offer.service, isActive: true }, providerIsActive: true },
      }
    case 'own-service':
      return { ...situation, request: { ...request, customerId: SOMEONE_ELSE } }
    case 'in-the-past':
      return { ...serving({ minNoticeMinutes: 0 }), now: start }
    case 'notice-too-short':
      return serving({ minNoticeMinutes: 0 })
    case 'beyond-horizon':
      return serving({ maxHorizonDays: Math.ceil((start - now) / DAY) + 2 })
    case 'daily-limit-reached':
      return serving({ dailyLimit: null })
    case 'off-grid': {
      const minute = (start - (start % MINUTE)) as Instant
      return { ...serving({ slotIntervalMinutes: 1 }), request: { ...request, start: minute } }
    }
    case 'slot-taken': {
      const { service } = offer
      const blocked = withBuffers({ start, end: plusMinutes(start, service.durationMinutes) }, service)
      return { ...situation, claims: claims.filter((claim) => !overlaps(claim.blocked, blocked)) }
    }
    case 'in-break':
      return scheduled(situation, { breaks: NO_HOURS })
    case 'time-off':
      return scheduled(situation, { timeOff: [] })
    case 'outside-hours':
      return opened(rejection.reason === 'service-hours' ? serving({ weeklyHours: null }) : situation)
  }
}

const SOMEONE_ELSE = '' as UserId

const scheduled = (situation: Situation, change: Partial<Schedule>): Situation => ({
  ...situation,
  offer: { ...situation.offer, schedule: { ...situation.offer.schedule, ...change } },
})

const ALL_DAY: ScheduleOverride = {
  hours: [{ start: 0 as WallMinutes, end: DAY_MINUTES as WallMinutes }],
  reason: null,
}

/** Open all day on the date of the start and the next, with a slot at every minute. */
function opened(situation: Situation): Situation {
  const { request, offer } = situation
  const day: EpochDay = localDay(zoneOf(offer.schedule.timeZone), request.start)
  const overrides = new Map(offer.schedule.overrides).set(day, ALL_DAY).set(plusDays(day, 1), ALL_DAY)
  const service = { ...offer.service, slotIntervalMinutes: 1 }
  return scheduled({ ...situation, offer: { ...offer, service } }, { overrides })
}
