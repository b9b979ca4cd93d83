import { DAY } from './calendar.ts'
import { type Instant, LATEST_INSTANT, MINUTE } from './instant.ts'
import type { Interval } from './interval.ts'
import { boundedMemo } from './memo.ts'
import type { Claim } from './occupancy.ts'
import type { Offer } from './service.ts'
import { type Slot, slotsIn } from './slots.ts'

interface Search {
  readonly range: Interval
  readonly claims: readonly Claim[]
  readonly since: Instant
  readonly until: Instant
  readonly slots: readonly Slot[]
}

/** How many slots are remembered in all: some 100 MB at most. */
const MOST_REMEMBERED = 1_000_000

/** The last search of each offer: customers of one provider look at the same weeks again and again. */
const searches = boundedMemo<Offer, Search>(MOST_REMEMBERED, ({ slots }) => slots.length + 1)

/**
 * What `slotsIn` gives, and the very same list as long as that is the same: for the same offer, range and list of
 * claims (all told apart by identity), until the time that has gone by changes one of the slots.
 */
export function recentSlots(
  offer: Offer,
  range: Interval,
  claims: readonly Claim[],
  now: Instant,
): readonly Slot[] {
  const last = searches.get(offer)
  if (last && last.claims === claims && isSame(last.range, range) && last.since <= now && now < last.until) {
    return last.slots
  }
  const slots = slotsIn(offer, range, claims, now)
  searches.set(offer, { range, claims, since: now, until: unchangedUntil(offer, slots, now), slots })
  return slots
}

const isSame = (a: Interval, b: Interval) => a.start === b.start && a.end === b.end

/** Local days may be shorter than 24 hours, and a zone may skip one: by this much they can differ in all. */
const LOCAL_DAYS_DIFFER = 25 * 60 * MINUTE

/**
 * An instant before which no slot changes by time alone: none comes too close to be booked, and none comes within
 * the horizon. Never later than the first change, at times earlier.
 */
export function unchangedUntil({ service }: Offer, slots: readonly Slot[], now: Instant): Instant {
  let until: number = LATEST_INSTANT
  for (const { start, reason } of slots) {
    const tooLate = start - service.minNoticeMinutes * MINUTE + 1
    if (tooLate > now && tooLate < until) until = tooLate
    if (reason === 'horizon')
      until = Math.min(until, start - service.maxHorizonDays * DAY - LOCAL_DAYS_DIFFER)
  }
  return until as Instant
}
