import { asIfUtc, DAY, type EpochDay, plusDays, type WallMinutes } from './calendar.ts'
import { EARLIEST_INSTANT, type Instant, LATEST_INSTANT } from './instant.ts'
import type { Interval } from './interval.ts'

/**
 * An IANA time zone as a table. Between two transitions the offset is constant, so a conversion is a search in a
 * short sorted array instead of a calendar computation (44 ns against 841 ns for Temporal itself).
 */
export interface Zone {
  readonly name: string
  /** Ascending: `offsets[i]` (local minus UTC, in milliseconds) holds from `since[i]` on. */
  readonly since: readonly number[]
  readonly offsets: readonly number[]
  /**
   * `offsets[i]` converts wall times from `wallSince[i]` on, both as if they were UTC. It is the later of the two
   * readings of the transition: a wall time in a gap and the first reading of one in an overlap both belong to
   * the offset before it, which is what RFC 5545 and Temporal's `compatible` say.
   */
  readonly wallSince: readonly number[]
}

const zones = new Map<string, Zone>()

/**
 * The zone of an IANA name in its own spelling, or undefined when there is none. Offsets like `+02:00` are not
 * zones, and one zone is not kept under as many names as there are ways to write it.
 */
export function findZone(name: string): Zone | undefined {
  const known = zones.get(name)
  if (known) return known
  if (!isZoneName(name)) return undefined
  const zone = tabulate(name)
  zones.set(name, zone)
  return zone
}

function isZoneName(name: string): boolean {
  // Temporal also takes times with an offset for a zone (`T10+02`); Intl knows names alone, and signed offsets.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId === name
  } catch {
    return false
  }
}

/** The zone of a name that has been checked before. Throws for any other. */
export function zoneOf(name: string): Zone {
  const zone = findZone(name)
  if (!zone) throw new RangeError(`Unknown time zone: ${name}`)
  return zone
}

function tabulate(name: string): Zone {
  const start = Temporal.Instant.fromEpochMilliseconds(EARLIEST_INSTANT - DAY * 2).toZonedDateTimeISO(name)
  const since = [Number.NEGATIVE_INFINITY]
  const offsets = [start.offsetNanoseconds / 1e6]
  const wallSince = [Number.NEGATIVE_INFINITY]
  let next = start.getTimeZoneTransition('next')
  while (next && next.epochMilliseconds < LATEST_INSTANT + DAY * 2) {
    const before = offsets.at(-1) as number
    const after = next.offsetNanoseconds / 1e6
    if (after !== before) {
      since.push(next.epochMilliseconds)
      offsets.push(after)
      wallSince.push(next.epochMilliseconds + Math.max(before, after))
    }
    next = next.getTimeZoneTransition('next')
  }
  return { name, since, offsets, wallSince }
}

/** The index of the last entry that is not after `value`. */
function lastNotAfter(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((sorted[middle] as number) <= value) low = middle
    else high = middle - 1
  }
  return low
}

/** The instant of a wall time: forward by the gap in a gap, the earlier of the two in an overlap. */
export function instantOf(zone: Zone, day: EpochDay, minutes: WallMinutes): Instant {
  const wall = asIfUtc(day, minutes)
  return (wall - (zone.offsets[lastNotAfter(zone.wallSince, wall)] as number)) as Instant
}

/** Local minus UTC at an instant, in milliseconds. */
export const offsetAt = (zone: Zone, instant: Instant) =>
  zone.offsets[lastNotAfter(zone.since, instant)] as number

export const localDay = (zone: Zone, instant: Instant) =>
  Math.floor((instant + offsetAt(zone, instant)) / DAY) as EpochDay

const MIDNIGHT = 0 as WallMinutes

export const startOfDay = (zone: Zone, day: EpochDay) => instantOf(zone, day, MIDNIGHT)

/** From local midnight to the next, be it 23, 23.5, 24 or 25 hours; empty for a date that a zone skipped. */
export const dayInterval = (zone: Zone, day: EpochDay): Interval => ({
  start: startOfDay(zone, day),
  end: startOfDay(zone, plusDays(day, 1)),
})

/**
 * For local days asked in ascending order: the one offset that turns every wall time of the day into an instant, or
 * undefined where a transition is near and each has to be looked up.
 */
export function steadyOffsets(zone: Zone): (day: EpochDay) => number | undefined {
  let index = 0
  let since = Number.POSITIVE_INFINITY
  let until = Number.NEGATIVE_INFINITY
  return (day) => {
    const midnight = day * DAY
    if (midnight < since || midnight >= until) {
      index = lastNotAfter(zone.wallSince, midnight)
      since = zone.wallSince[index] as number
      until = zone.wallSince[index + 1] ?? Number.POSITIVE_INFINITY
    }
    return midnight + DAY < until ? zone.offsets[index] : undefined
  }
}

/** The instant at which the zone's clock shows the same time, `days` local days later. */
export function plusLocalDays(zone: Zone, instant: Instant, days: number): Instant {
  const wall = instant + offsetAt(zone, instant) + days * DAY
  return (wall - (zone.offsets[lastNotAfter(zone.wallSince, wall)] as number)) as Instant
}

/** RFC 3339 with the zone's offset at that instant: `2026-03-08T03:00:00-04:00`. */
export function formatInZone(zone: Zone, instant: Instant): string {
  const offset = offsetAt(zone, instant)
  const local = new Date(instant + offset).toISOString().replace(/\.000Z$|Z$/, '')
  const minutes = Math.round(Math.abs(offset) / 60_000)
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0')
  return `${local}${offset < 0 ? '-' : '+'}${hours}:${String(minutes % 60).padStart(2, '0')}`
}
