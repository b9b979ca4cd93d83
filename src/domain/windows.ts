import { EARLIEST_INSTANT, type Instant, LATEST_INSTANT, plusMinutes } from './instant.ts'
import { contains, type Interval, intersection, subtraction, union } from './interval.ts'
import { type Claim, takenByDay, withBuffers } from './occupancy.ts'
import { openingOf } from './opening.ts'
import type { Offer } from './service.ts'
import { type Slot, slotsIn } from './slots.ts'
import { dayInterval, plusLocalDays, zoneOf } from './zone.ts'

/**
 * The continuous free time of a range in which at least one slot fits: hours without breaks, time off and what is
 * taken (the service's own buffers count, so that a window is all usable), between notice and horizon, without
 * days whose limit is reached.
 *
 * @param claims as for `slotsIn`
 */
export function windowsIn(offer: Offer, range: Interval, claims: readonly Claim[], now: Instant): Interval[] {
  const { service, schedule } = offer
  const slots = slotsIn(offer, range, claims, now)
  const opening = openingOf(schedule, service.weeklyHours, range)
  const closed = union([
    ...opening.breaks,
    ...schedule.timeOff,
    ...claims.map(({ blocked }) => keptClear(blocked, offer)),
    ...beyondLimits(offer, now),
    ...fullDays(offer, claims, slots),
  ])
  const free = intersection(subtraction(opening.served ?? opening.open, closed), [range])
  let next = 0
  return free.filter((window) => {
    while (next < slots.length && (slots[next] as Interval).start < window.start) next++
    for (let index = next; index < slots.length; index++) {
      const slot = slots[index]
      if (slot === undefined || slot.start >= window.end) return false
      if (slot.reason === null && contains(window, slot)) return true
    }
    return false
  })
}

/** What a booking must not touch because of a claim: the claim's interval, and room for its own buffers beside it. */
const keptClear = (blocked: Interval, { service }: Offer): Interval =>
  withBuffers(blocked, {
    bufferBeforeMinutes: service.bufferAfterMinutes,
    bufferAfterMinutes: service.bufferBeforeMinutes,
  })

function beyondLimits({ service, schedule }: Offer, now: Instant): Interval[] {
  const latestStart = plusLocalDays(zoneOf(schedule.timeZone), now, service.maxHorizonDays)
  return [
    { start: EARLIEST_INSTANT, end: plusMinutes(now, service.minNoticeMinutes) },
    { start: plusMinutes(latestStart, service.durationMinutes), end: LATEST_INSTANT },
  ]
}

/** Days whose limit is reached, but for what a slot of the night before still needs of them. */
function fullDays(offer: Offer, claims: readonly Claim[], slots: readonly Slot[]): Interval[] {
  const { service, schedule } = offer
  const zone = zoneOf(schedule.timeZone)
  const days = takenByDay(offer, claims)
    .entries()
    .filter(([, taken]) => service.dailyLimit !== null && taken >= service.dailyLimit)
    .map(([day]) => dayInterval(zone, day))
  return subtraction(union([...days]), union(slots.filter(({ reason }) => reason === null)))
}
