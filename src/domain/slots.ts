import { type Instant, MINUTE, plusMinutes } from './instant.ts'
import { type Interval, union } from './interval.ts'
import { type Claim, takenByDay } from './occupancy.ts'
import { type Opening, openingOf } from './opening.ts'
import { isOnSale, type Offer, type Service } from './service.ts'
import { Sweep } from './sweep.ts'
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

export function statusOf({ reason }: Pick<Slot, 'reason'>): SlotStatus {
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
  const slots: Slot[] = []
  for (const start of gridStarts(offer, opening, range)) {
    const end = start + duration
    const reason = closed(start, end) ?? occupied(start, end) ?? limited(start)
    slots.push({ start: start as Instant, end: end as Instant, reason })
  }
  return slots
}

/**
 * Where the slots of the grid start, available or not. A grid starts at the opening of each interval of hours and
 * steps in elapsed minutes; a slot must fit into the opening time, which may go on past midnight.
 */
function gridStarts({ service }: Offer, opening: Opening, range: Interval): number[] {
  const starts = stepsOf(opening.grids, opening.open, service, range)
  if (opening.overridden.length === 0) return starts
  const open = new Sweep(opening.open)
  const duration = service.durationMinutes * MINUTE
  for (const start of stepsOf(opening.overriddenGrids, opening.overridden, service, range)) {
    if (!open.overlaps(start, start + duration)) starts.push(start)
  }
  return ascending(starts)
}

/**
 * Every step of the grids at which a slot fits, in the range, in order, each once.
 *
 * @param grids in order of start
 * @param hours the grids as one set of instants
 */
function stepsOf(
  grids: readonly Interval[],
  hours: readonly Interval[],
  { durationMinutes, slotIntervalMinutes }: Service,
  range: Interval,
): number[] {
  const step = slotIntervalMinutes * MINUTE
  const around = new Sweep(hours)
  const steps: number[] = []
  for (const grid of grids) {
    const closing = (around.from(grid.start)?.end ?? grid.end) - durationMinutes * MINUTE
    const end = Math.min(grid.end, range.end)
    const skipped = Math.max(0, Math.ceil((range.start - grid.start) / step))
    for (let start = grid.start + skipped * step; start < end && start <= closing; start += step)
      steps.push(start)
  }
  return ascending(steps)
}

/** The same starts in order, each once. They are in order already but for overrides and hours in a DST gap. */
function ascending(starts: number[]): number[] {
  for (let index = 1; index < starts.length; index++) {
    if ((starts[index - 1] as number) < (starts[index] as number)) continue
    return [...new Set(starts)].sort((a, b) => a - b)
  }
  return starts
}

/** Judges slots, [start, end) in milliseconds, in ascending order of start. */
type Judge = (start: number, end: number) => SlotReason | null

function closureOf({ schedule }: Offer, opening: Opening): Judge {
  // Every start fits into its hours; only where an override took some away may these be other hours than the open ones.
  const open = opening.overridden.length > 0 ? new Sweep(opening.open) : null
  const served = opening.served && new Sweep(opening.served)
  const breaks = new Sweep(opening.breaks)
  const timeOff = new Sweep(union(schedule.timeOff))
  return (start, end) => {
    if (open && !open.contains(start, end)) return 'override'
    if (served && !served.contains(start, end)) return 'service-hours'
    if (breaks.overlaps(start, end)) return 'break'
    return timeOff.overlaps(start, end) ? 'time-off' : null
  }
}

function occupationOf({ service }: Offer, claims: readonly Claim[]): Judge {
  const before = service.bufferBeforeMinutes * MINUTE
  const after = service.bufferAfterMinutes * MINUTE
  const sorted = inOrder(claims)
  let first = 0
  return (start, end) => {
    while (first < sorted.length && (sorted[first] as Claim).blocked.end <= start - before) first++
    let reason: SlotReason | null = null
    for (let index = first; index < sorted.length; index++) {
      const claim = sorted[index] as Claim
      if (claim.blocked.start >= end + after) break
      if (claim.blocked.end <= start - before) continue
      if (claim.end <= start || claim.start >= end) reason ??= 'buffer'
      else if (claim.bookingId !== null) return 'booked'
      else reason = 'held'
    }
    return reason
  }
}

/** Claims in the order in which they begin to block, as they usually come. */
function inOrder(claims: readonly Claim[]): readonly Claim[] {
  for (let index = 1; index < claims.length; index++) {
    if ((claims[index - 1] as Claim).blocked.start <= (claims[index] as Claim).blocked.start) continue
    return claims.toSorted((a, b) => a.blocked.start - b.blocked.start)
  }
  return claims
}

function limitOf(offer: Offer, claims: readonly Claim[], now: Instant) {
  const { service, schedule } = offer
  const zone = zoneOf(schedule.timeZone)
  const earliest = plusMinutes(now, service.minNoticeMinutes)
  const latest = plusLocalDays(zone, now, service.maxHorizonDays)
  const taken = takenByDay(offer, claims)
  return (start: number): SlotReason | null => {
    if (start < earliest) return 'notice'
    if (start > latest) return 'horizon'
    if (service.dailyLimit === null) return null
    return (taken.get(localDay(zone, start as Instant)) ?? 0) >= service.dailyLimit ? 'daily-limit' : null
  }
}
