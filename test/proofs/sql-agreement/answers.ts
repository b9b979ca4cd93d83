import { instantRange } from '../../../src/domain/booking-request.ts'
import { type EpochDay, formatWallTime, type WallMinutes } from '../../../src/domain/calendar.ts'
import { formatInstant, type Instant } from '../../../src/domain/instant.ts'
import type { Interval } from '../../../src/domain/interval.ts'
import type { Offer } from '../../../src/domain/service.ts'
import {
  type SessionHour,
  serviceOfBoard,
  sessionHours,
  wallOf,
} from '../../../src/domain/session-service.ts'
import { type Slot, slotsIn, statusOf } from '../../../src/domain/slots.ts'
import { dayInterval, instantOf, type Zone, zoneOf } from '../../../src/domain/zone.ts'
import type { Case } from './cases.ts'

/** What is said to a case, as lines: the same of both that are asked. */
export interface Answers {
  /** The slots of the case's service in its range, each with its reason. */
  readonly slots: readonly string[]
  /** What `get_available_slots` has of the date. */
  readonly board: readonly string[]
  /** What `is_slot_available` says of each time. */
  readonly times: readonly string[]
}

/** What the program answers: the domain itself, asked as search, board and booking ask it. */
export function expectedOf(one: Case): Answers & { readonly asked: readonly WallMinutes[] } {
  const { range, claims, now } = one.situation
  const offer = offerOf(one)
  const offered = offerOfBoard(one)
  const zone = zoneOf(offer.schedule.timeZone)
  const slotsOf = (from: Offer | undefined, within: Interval | undefined): readonly Slot[] =>
    from && within ? slotsIn(from, within, claims, now) : []
  const board = sessionHours(slotsOf(offered, dayInterval(zone, one.date)), zone)
  const asked = [...one.times, ...picked(one, board).map(({ time }) => time)]
  const isFree = (time: WallMinutes) => {
    const start = shownInstant(zone, one.date, time)
    return slotsOf(offered, start === undefined ? start : instantRange(start))[0]?.reason === null
  }
  return {
    slots: slotsOf(offer, range).map(
      ({ start, end, reason }) => `${formatInstant(start)} ${formatInstant(end)} ${reason ?? 'available'}`,
    ),
    board: board.map((slot) => `${formatWallTime(slot.time)} ${statusOf(slot)}`),
    times: asked.map((time) => `${formatWallTime(time)} ${isFree(time)}`),
    asked,
  }
}

function picked({ places }: Case, board: readonly SessionHour<Slot>[]): SessionHour<Slot>[] {
  const free = board.filter(({ reason }) => reason === null)
  return places.flatMap((place, index) => {
    const slots = index === 0 && free.length > 0 ? free : board
    return slots[place % slots.length] ?? []
  })
}

/** The instant at which the clock shows this time of this day, the first of two; undefined for one that it skips. */
function shownInstant(zone: Zone, day: EpochDay, time: WallMinutes): Instant | undefined {
  const instant = instantOf(zone, day, time)
  const shown = wallOf(zone, instant)
  return shown.day === day && shown.time === time ? instant : undefined
}

/** As the program reads it: without the role a provider is none who is active. */
const offerOf = ({ situation: { offer }, isProvider }: Case): Offer => ({
  ...offer,
  providerIsActive: offer.providerIsActive && isProvider,
})

function offerOfBoard(one: Case): Offer | undefined {
  const offer = offerOf(one)
  const service = serviceOfBoard([offer.service, ...one.otherServices].filter(({ isActive }) => isActive))
  return service && { ...offer, service }
}

export const isSame = (a: Answers, b: Answers) => linesOf(a).join('\n') === linesOf(b).join('\n')

export const linesOf = ({ slots, board, times }: Answers): readonly string[] => [
  ...slots.map((line) => `slot ${line}`),
  ...board.map((line) => `board ${line}`),
  ...times.map((line) => `time ${line}`),
]
