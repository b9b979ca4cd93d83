import fc from 'fast-check'
import { type EpochDay, plusDays, type WallMinutes } from '../../../src/domain/calendar.ts'
import type { ServiceId } from '../../../src/domain/ids.ts'
import { type Instant, MINUTE, plusMinutes } from '../../../src/domain/instant.ts'
import type { Claim } from '../../../src/domain/occupancy.ts'
import type { Service } from '../../../src/domain/service.ts'
import { slotsIn } from '../../../src/domain/slots.ts'
import { byWeekday, type WeeklyBreak, type WeeklyBreaks } from '../../../src/domain/weekly-hours.ts'
import { localDay, offsetAt, plusLocalDays, zoneOf } from '../../../src/domain/zone.ts'
import { dayHours, type Situation, situationsNear } from '../../domain/support/arbitraries.ts'
import { OTHER_SERVICE, SERVICE, service } from '../../domain/support/builders.ts'
import { TELLING_ZONES, transitionsBetween } from '../../domain/support/transitions.ts'
import { anchorOf } from '../../oracle/anchors.ts'
import { seedOf } from '../../oracle/cases.ts'

/** One provider with all that decides what is free, and what is asked of both. */
export interface Case {
  readonly number: number
  /** The claims are those that count; the service may be one of several, and not the one that a board is for. */
  readonly situation: Situation
  /** Holds that have expired by `now`. */
  readonly expired: readonly Claim[]
  readonly otherServices: readonly Service[]
  readonly isActive: boolean
  readonly isProvider: boolean
  readonly date: EpochDay
  /** Times of the clock to ask for, and places on the board: the first among the slots that are free, if any is. */
  readonly times: readonly WallMinutes[]
  readonly places: readonly number[]
}

/** The ids that a service of a case can have, in their order. */
export const SERVICE_IDS = [
  OTHER_SERVICE,
  'service-dyeing' as ServiceId,
  SERVICE,
  'service-wash' as ServiceId,
]

interface Anchor {
  readonly zone: string
  readonly moment: number
}

/** Zones whose clocks did something of their own in years gone by, besides those that do it today. */
const YEARS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['Pacific/Apia', ['2011-01-01T00:00Z', '2012-12-31T00:00Z']],
  ['America/Sao_Paulo', ['2015-01-01T00:00Z', '2020-01-01T00:00Z']],
  ['Africa/Casablanca', ['2019-01-01T00:00Z', '2025-06-01T00:00Z']],
] as const)

const tellingAnchors: fc.Arbitrary<Anchor> = fc
  .constantFrom(...TELLING_ZONES, 'America/Sao_Paulo')
  .chain((zone) => {
    const [from, to] = YEARS.get(zone) ?? ['2020-01-01T00:00Z', '2038-01-01T00:00Z']
    const changes = transitionsBetween(zone, from, to)
    const anyDay = fc
      .integer({ min: Date.parse(from) / MINUTE, max: Date.parse(to) / MINUTE })
      .map((minute) => minute * MINUTE)
    const change = changes.length > 0 ? fc.constantFrom(...changes) : anyDay
    const moment = fc.oneof({ weight: 1, arbitrary: anyDay }, { weight: 3, arbitrary: change })
    return fc.record({ zone: fc.constant(zone), moment })
  })

/** As many as there can be of a day, touching or not. */
const fullBreaks: fc.Arbitrary<WeeklyBreaks> = fc.tuple(dayHours, dayHours).map(([one, two]) => {
  const [some, others] = [one, two].map((day) =>
    day.map((interval): WeeklyBreak => ({ ...interval, label: null })),
  )
  return byWeekday({
    monday: some,
    tuesday: others,
    thursday: some,
    saturday: others,
    sunday: some,
  } as object)
})

const otherService = (id: ServiceId | undefined): fc.Arbitrary<Service> =>
  fc
    .record({
      days: fc.integer({ min: -1, max: 1 }),
      isActive: fc.boolean(),
      durationMinutes: fc.constantFrom(45, 60),
    })
    .map(({ days, ...terms }) => {
      const { createdAt } = service()
      const at = (createdAt + days * 1440 * MINUTE) as Instant
      return service({ ...terms, id: id as ServiceId, createdAt: at, updatedAt: at })
    })

const otherServices = fc.oneof(
  fc.constant([]),
  fc.tuple(otherService(SERVICE_IDS[1])),
  fc.tuple(otherService(SERVICE_IDS[1]), otherService(SERVICE_IDS[3])),
)

/** Nearly always. */
const mostly = fc.integer({ min: 0, max: 29 }).map((drawn) => drawn > 0)

const quarter = fc.integer({ min: 0, max: 96 }).map((quarters) => (quarters * 15) as WallMinutes)

/** Times of the clock within hours of a moment: in a gap, say, or twice. */
const timesNear = ({ zone, moment }: Anchor) => {
  const wall = (moment + offsetAt(zoneOf(zone), (moment - 1) as Instant)) / MINUTE
  return fc
    .integer({ min: -9, max: 9 })
    .map((quarters) => ((((wall + quarters * 15) % 1440) + 1440) % 1440) as WallMinutes)
}

type Move = (situation: Situation, place: number) => Instant

const startOf = ({ offer, range, claims, now }: Situation, place: number): Instant | undefined => {
  const slots = slotsIn(offer, range, claims, now)
  return slots[place % slots.length]?.start
}

/** What time it is: mostly any, and now and then the very last at which a slot is early enough, or the first of a horizon. */
const MOVES: readonly Move[] = [
  ({ now }) => now,
  ({ now }) => now,
  (situation, place) => {
    const start = startOf(situation, place)
    return start === undefined ? situation.now : plusMinutes(start, -situation.offer.service.minNoticeMinutes)
  },
  (situation, place) => {
    const { service, schedule } = situation.offer
    const start = startOf(situation, place)
    return start === undefined
      ? situation.now
      : plusLocalDays(zoneOf(schedule.timeZone), start, -service.maxHorizonDays)
  },
]

const casesNear = (number: number, anchor: Anchor): fc.Arbitrary<Case> => {
  const situation = situationsNear(anchor.zone, anchor.moment)
  const today = localDay(zoneOf(anchor.zone), anchor.moment as Instant)
  return fc
    .record({
      situation,
      breaks: fc.option(fullBreaks),
      onSale: mostly,
      expired: situation.map(({ claims }) => claims.filter(({ bookingId }) => bookingId === null)),
      otherServices,
      isActive: mostly,
      isProvider: mostly,
      date: fc.constantFrom(0, 0, 0, -1, 1).map((days) => plusDays(today, days)),
      times: fc.tuple(quarter, timesNear(anchor), timesNear(anchor)),
      moved: fc.constantFrom(...MOVES),
      place: fc.nat(1_000),
      places: fc.tuple(fc.nat(40), fc.nat(40)),
    })
    .map(({ situation, breaks, onSale, moved, place, ...rest }) => {
      const { service: sold, schedule, ...offer } = situation.offer
      const changed = {
        ...offer,
        service: { ...sold, isActive: onSale },
        schedule: breaks ? { ...schedule, breaks } : schedule,
        providerIsActive: rest.isActive,
      }
      const told = { ...situation, offer: changed }
      return { number, situation: { ...told, now: moved(told, place) }, ...rest }
    })
}

/**
 * The case of a number: the same for the same seed and number, whatever came before. Two of three are in a zone whose
 * clocks tell most, three of four of these at a change; the third goes through all changes of all zones.
 */
export function caseOf(seed: number, number: number): Case {
  const anchors =
    number % 3 === 0 ? fc.constant<Anchor>(anchorOf((seed * 7_919 + number / 3) % 1e9)) : tellingAnchors
  const near = anchors.chain((anchor) => casesNear(number, anchor))
  const arbitrary = number % 2 === 0 ? near : fc.noBias(near)
  const [one] = fc.sample(arbitrary, { numRuns: 1, seed: seedOf(seed, number) })
  if (one === undefined) throw new Error(`No case ${number}`)
  return one
}
