import type { EpochDay } from './calendar.ts'
import { type Instant, MINUTE, plusMinutes } from './instant.ts'
import { type Interval, union } from './interval.ts'
import type { Claim } from './occupancy.ts'
import { type Opening, openingOf } from './opening.ts'
import { isOnSale, type Offer } from './service.ts'
import { sweep } from './sweep.ts'
import { localDay, plusLocalDays, zoneOf } from './zone.ts'

/** Why a slot on the grid cannot be booked. */
export type SlotReason =
  | 'override'
  | 'service-hours'
  | 'break'
  | 'time-off'
  | 'booked'
  | 'held'
  | 'buffer'
  | 'notice'
  | 'horizon'
  | 'daily-limit'

export type SlotStatus = 'available' | 'booked' | 'unavailable' | 'break'

/** A concrete interval of a service at a provider; `reason` is null when it can be booked. */
export interface Slot extends Interval {
  readonly reason: SlotReason | null
}

export function statusOf({ reason }: Slot): SlotStatus {
  if (reason === null) return 'available'
  if (reason === 'booked' || reason === 'held') return 'booked'
  return reason === 'break' ? 'break' : 'unavailable'
}

/**
 * Every slot of an offer that starts in `range`, in order, each with the reason why it cannot be booked or null.
 * Search shows what this returns and booking refuses by it: a slot that is shown can be booked. What is
 * not on sale has no slots. Costs O(days + claims + slots).
 *
 * @param claims the live claims of the provider in `occupiedRange(offer, range)`, in any order
 */
export function slotsIn(offer: Offer, range: Interval, claims: readonly Claim[], now: Instant): Slot[] {
  if (!isOnSale(offer)) return []
  const { schedule, service } = offer
  // A slot may begin before midnight and end after it.
  const reach = { start: range.start, end: plusMinutes(range.end, service.durationMinutes) }
  const opening = openingOf(schedule, service.weeklyHours, reach)
  const closed = closureOf(offer, opening)
  const occupied = occupationOf(offer, claims)
  const limited = limitOf(offer, claims, now)
  const duration = service.durationMinutes * MINUTE
  return gridStarts(offer, opening, range).map((start) => {
    const end = (start + duration) as Instant
    return { start, end, reason: closed(start, end) ?? occupied(start, end) ?? limited(start) }
  })
}

/**
 * Where the slots of the grid start, available or not. A grid starts at the opening of each interval of hours and
 * steps in elapsed minutes; a slot must fit into the opening time, which may go on past midnight.
 */
function gridStarts({ service }: Offer, opening: Opening, range: Interval): Instant[] {
  const duration = service.durationMinutes * MINUTE
  const step = service.slotIntervalMinutes * MINUTE
  const open = sweep(opening.open)
  const starts = stepsOf(opening.grids, step, range).filter((start) => open.contains(start, start + duration))
  if (opening.overridden.length === 0) return starts
  const taken = sweep(opening.overridden)
  const instead = sweep(opening.open)
  const overridden = stepsOf(opening.overriddenGrids, step, range).filter(
    (start) => taken.contains(start, start + duration) && !instead.overlaps(start, start + duration),
  )
  return ascending([...starts, ...overridden])
}

/** Every step of the grids that lies in the range, in order, each once. */
function stepsOf(grids: readonly Interval[], step: number, range: Interval): Instant[] {
  const steps: Instant[] = []
  for (const grid of grids) {
    const skipped = Math.max(0, Math.ceil((range.start - grid.start) / step))
    const end = Math.min(grid.end, range.end)
    for (let start = grid.start + skipped * step; start < end; start += step) steps.push(start as Instant)
  }
  return ascending(steps)
}

/** The same starts in order, each once. They are in order already but for overrides and hours in a DST gap. */
function ascending(starts: Instant[]): Instant[] {
  const isAscending = starts.every((start, index) => index === 0 || (starts[index - 1] as number) < start)
  return isAscending ? starts : [...new Set(starts)].sort((a, b) => a - b)
}

/** Judges slots in ascending order of start. */
type Judge = (start: Instant, end: Instant) => SlotReason | null

function closureOf({ schedule }: Offer, opening: Opening): Judge {
  const open = sweep(opening.open)
  const served = opening.served && sweep(opening.served)
  const breaks = sweep(opening.breaks)
  const timeOff = sweep(union(schedule.timeOff))
  return (start, end) => {
    if (!open.contains(start, end)) return 'override'
    if (served && !served.contains(start, end)) return 'service-hours'
    if (breaks.overlaps(start, end)) return 'break'
    return timeOff.overlaps(start, end) ? 'time-off' : null
  }
}

function occupationOf({ service }: Offer, claims: readonly Claim[]): Judge {
  const before = service.bufferBeforeMinutes * MINUTE
  const after = service.bufferAfterMinutes * MINUTE
  const sorted = claims.toSorted((a, b) => a.blocked.start - b.blocked.start)
  let first = 0
  return (start, end) => {
    const blockedEnd = end + after
    while (first < sorted.length && (sorted[first] as Claim).blocked.end <= start - before) first++
    let reason: SlotReason | null = null
    for (let index = first; index < sorted.length; index++) {
      const claim = sorted[index] as Claim
      if (claim.blocked.start >= blockedEnd) break
      if (claim.blocked.end <= start - before) continue
      if (claim.end <= start || claim.start >= end) reason ??= 'buffer'
      else if (claim.bookingId !== null) return 'booked'
      else reason = 'held'
    }
    return reason
  }
}

function limitOf({ service, schedule }: Offer, claims: readonly Claim[], now: Instant) {
  const zone = zoneOf(schedule.timeZone)
  const earliest = plusMinutes(now, service.minNoticeMinutes)
  const latest = plusLocalDays(zone, now, service.maxHorizonDays)
  const taken = new Map<EpochDay, number>()
  for (const claim of service.dailyLimit === null ? [] : claims) {
    if (claim.serviceId !== service.id) continue
    const day = localDay(zone, claim.start)
    taken.set(day, (taken.get(day) ?? 0) + 1)
  }
  return (start: Instant): SlotReason | null => {
    if (start < earliest) return 'notice'
    if (start > latest) return 'horizon'
    if (service.dailyLimit === null) return null
    return (taken.get(localDay(zone, start)) ?? 0) >= service.dailyLimit ? 'daily-limit' : null
  }
}
