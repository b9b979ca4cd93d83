import type { EpochDay } from '../../../src/domain/calendar.ts'
import type { Instant } from '../../../src/domain/instant.ts'
import type { Interval } from '../../../src/domain/interval.ts'
import type { Claim } from '../../../src/domain/occupancy.ts'
import type { Offer, Service } from '../../../src/domain/service.ts'
import type { Slot, SlotReason } from '../../../src/domain/slots.ts'
import { type Minutes, minutesBetween } from './minutes.ts'
import { dateAt, datesFrom, localDate, onDate, plusWallDays, weekdayName } from './temporal-day.ts'

/**
 * The rules of slots once more, the slow way: every minute of the days around is painted with what is going on
 * in it, each start of the grid is tried, and Temporal alone knows time zones. It shares no code with the
 * engine; where the two disagree, one of them misreads the rules.
 */
export function slotsByHand(offer: Offer, range: Interval, claims: readonly Claim[], now: Instant): Slot[] {
  if (!offer.service.isActive) return []
  const day = paintDays(offer, range, claims)
  const length = offer.service.durationMinutes * MINUTE
  const limits = limitsOf(offer, claims, now)
  const found = new Map<number, Slot>()
  for (const [start, isReplaced] of day.starts) {
    if (start < range.start || start >= range.end) continue
    const slot = { start, end: (start + length) as Instant }
    if (isReplaced) {
      const listed = day.replaced.all(slot) && !day.open.any(slot)
      if (listed) found.set(start, { ...slot, reason: 'override' })
    } else if (day.open.all(slot)) {
      found.set(start, { ...slot, reason: reasonOf(slot, day, offer.service, limits) })
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start)
}

const MINUTE = 60_000

export interface PaintedDays {
  readonly open: Minutes
  /** Weekly hours that an override took away. */
  readonly replaced: Minutes
  readonly inService: Minutes
  readonly breaks: Minutes
  readonly timeOff: Minutes
  readonly booked: Minutes
  readonly held: Minutes
  readonly blocked: Minutes
  /** Every start of a grid, and whether an override took that grid away. */
  readonly starts: readonly (readonly [start: Instant, isReplaced: boolean])[]
}

/** Every minute of the days around a range. */
export function paintDays(
  { service, schedule }: Offer,
  range: Interval,
  claims: readonly Claim[],
): PaintedDays {
  const zone = schedule.timeZone
  const reach = (service.durationMinutes + service.bufferAfterMinutes) * MINUTE
  const dates = datesFrom(dateAt(zone, range.start), dateAt(zone, range.end + reach))
  const margin = DAY + service.bufferBeforeMinutes * MINUTE
  const blank = () => minutesBetween(range.start - margin, range.end + reach + DAY)
  const painted = {
    open: blank(),
    replaced: blank(),
    inService: blank(),
    breaks: blank(),
    timeOff: blank().paint(...schedule.timeOff),
    booked: blank().paint(...claims.filter(({ bookingId }) => bookingId !== null)),
    held: blank().paint(...claims.filter(({ bookingId }) => bookingId === null)),
    blocked: blank().paint(...claims.map(({ blocked }) => blocked)),
  }
  const starts: [Instant, boolean][] = []
  const grid = (intervals: readonly Interval[], isReplaced: boolean) => {
    for (const { start, end } of intervals) {
      for (let next: number = start; next < end; next += service.slotIntervalMinutes * MINUTE) {
        starts.push([next as Instant, isReplaced])
      }
    }
  }
  for (const date of dates) {
    const day = localDate(zone, date)
    const weekday = weekdayName(date)
    const override = schedule.overrides.get((Date.parse(date.toString()) / DAY) as EpochDay)
    const open = onDate(day, override ? override.hours : schedule.weeklyHours[weekday])
    painted.open.paint(...open)
    painted.breaks.paint(...onDate(day, schedule.breaks[weekday]))
    const serviceHours = service.weeklyHours?.[weekday]
    painted.inService.paint(...(serviceHours ? onDate(day, serviceHours) : [day]))
    grid(open, false)
    if (!override) continue
    const weekly = onDate(day, schedule.weeklyHours[weekday])
    painted.replaced.paint(...weekly)
    grid(weekly, true)
  }
  return { ...painted, starts }
}

const DAY = 86_400_000

interface Limits {
  readonly earliest: number
  readonly latest: number
  /** Whether the day on which a slot starts has as many bookings and holds of the service as it may. */
  readonly isFull: (start: Instant) => boolean
}

function limitsOf({ service, schedule }: Offer, claims: readonly Claim[], now: Instant): Limits {
  const zone = schedule.timeZone
  const counted = claims.filter(({ serviceId }) => serviceId === service.id)
  return {
    earliest: now + service.minNoticeMinutes * MINUTE,
    latest: plusWallDays(zone, now, service.maxHorizonDays),
    isFull(slotStart) {
      if (service.dailyLimit === null) return false
      const day = localDate(zone, dateAt(zone, slotStart))
      return counted.filter(({ start }) => start >= day.start && start < day.end).length >= service.dailyLimit
    },
  }
}

function reasonOf(slot: Interval, day: PaintedDays, service: Service, limits: Limits): SlotReason | null {
  const blocked = {
    start: slot.start - service.bufferBeforeMinutes * MINUTE,
    end: slot.end + service.bufferAfterMinutes * MINUTE,
  }
  if (!day.inService.all(slot)) return 'service-hours'
  if (day.breaks.any(slot)) return 'break'
  if (day.timeOff.any(slot)) return 'time-off'
  if (day.booked.any(slot)) return 'booked'
  if (day.held.any(slot)) return 'held'
  if (day.blocked.any(blocked)) return 'buffer'
  if (slot.start < limits.earliest) return 'notice'
  if (slot.start > limits.latest) return 'horizon'
  return limits.isFull(slot.start) ? 'daily-limit' : null
}
