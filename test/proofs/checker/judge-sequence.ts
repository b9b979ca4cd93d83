import {
  at,
  type Blocked,
  blockedBy,
  collide,
  type Evidence,
  type Judge,
  type Rule,
  type Services,
  servicesOf,
} from './finding.ts'
import type { ClaimRow, EventRow } from './tables.ts'

/** What an event has left occupied. */
interface Occupant {
  readonly blocked: Blocked
  readonly event: EventRow
}

const DAY = 86_400_000

/** An event bears the time at which its statement began, and a hold expires by the time at which it is looked at. */
const CLOCK_SLACK = 5_000

const TAKES: ReadonlySet<string> = new Set(['hold.created', 'booking.created', 'booking.rescheduled'])
const FREES: ReadonlySet<string> = new Set([
  'hold.released',
  'hold.expired',
  'booking.cancelled',
  'booking.declined',
])

/**
 * From the log alone: goes through everything that has happened, in its order, and never finds two on one time; what is
 * left in the end is what the claims say.
 *
 * The order is that of the sequence. It is given after the claim of what takes a slot has gone in, which waits for
 * whoever frees the slot to commit, and whoever frees it has its number by then.
 */
export const judgeSequence: Judge = (evidence, find) => {
  const services = servicesOf(evidence)
  const holdOf = redeemedHolds(evidence)
  const occupants = new Map<string, Occupant>()
  for (const event of evidence.tables.events) {
    const { type, subject } = event
    if (FREES.has(type)) occupants.delete(subject)
    if (!TAKES.has(type)) continue
    const hold = type === 'booking.created' ? holdOf.get(subject) : undefined
    if (hold !== undefined && !occupants.delete(hold)) {
      find('sold twice', `Booking ${subject} was made of hold ${hold}, which was gone by then`)
    }
    occupants.delete(subject)
    const taken = { blocked: blockedBy(services, event.service, event.starts), event }
    for (const [other, { blocked }] of occupants) {
      if (!collide(blocked, taken.blocked)) continue
      find('sold twice', `${at(event.starts)}: ${type} of ${subject} while ${other} had it`)
    }
    if (hold === undefined && isBeyondLimit(taken, occupants, services)) {
      find('daily limit exceeded', `${type} of ${subject} on a day that was full: ${at(event.starts)}`)
    }
    occupants.set(subject, taken)
  }
  compareClaims(evidence.tables.claims, occupants, find)
}

/** The hold of each booking that was made of one: a booking bears the tag of the call that has made it. */
function redeemedHolds({ record, tables }: Evidence): Map<string, string> {
  const holds = new Map(record.calls.flatMap(({ tag, hold }) => (hold === undefined ? [] : [[tag, hold]])))
  return new Map(
    tables.bookings.flatMap(({ id, notes }) => {
      const hold = holds.get(notes ?? '')
      return hold === undefined ? [] : [[id, hold]]
    }),
  )
}

function isBeyondLimit(
  { event }: Occupant,
  occupants: ReadonlyMap<string, Occupant>,
  services: Services,
): boolean {
  const limit = services.get(event.service)?.dailyLimit ?? null
  if (limit === null) return false
  const dayOf = ({ starts }: EventRow) => Math.floor(starts / DAY)
  const others = [...occupants.values()].filter(
    (other) =>
      other.event.service === event.service &&
      dayOf(other.event) === dayOf(event) &&
      (other.event.expires === null || other.event.expires > event.occurred + CLOCK_SLACK),
  )
  return others.length >= limit
}

function compareClaims(
  claims: readonly ClaimRow[],
  occupants: ReadonlyMap<string, Occupant>,
  find: (rule: Rule, text: string) => void,
): void {
  const left = new Map(occupants)
  for (const { booking, hold, from, to } of claims) {
    const subject = booking ?? hold ?? ''
    const occupant = left.get(subject)
    left.delete(subject)
    if (occupant?.blocked.from === from && occupant.blocked.to === to) continue
    find('tables contradict', `A stray claim on ${at(from)}: by the log ${subject} has no such time`)
  }
  for (const [subject, { event }] of left) {
    find('tables contradict', `By the log ${subject} has ${at(event.starts)}, but it has no claim`)
  }
}
