import fc from 'fast-check'
import { type EpochDay, plusDays, type WallMinutes } from '../../../src/domain/calendar.ts'
import { type Instant, MINUTE } from '../../../src/domain/instant.ts'
import type { Interval } from '../../../src/domain/interval.ts'
import type { Claim } from '../../../src/domain/occupancy.ts'
import type { Schedule } from '../../../src/domain/schedule.ts'
import type { Offer, Service } from '../../../src/domain/service.ts'
import { byWeekday, type WallInterval, type WeeklyHours } from '../../../src/domain/weekly-hours.ts'
import { claim, hold, OTHER_SERVICE, offer, SERVICE, service } from './builders.ts'
import { dateAt } from './temporal-day.ts'
import { TELLING_ZONES, transitionsBetween } from './transitions.ts'
import { at } from './wall.ts'

/** A search as it may come: an offer, a range, who has claimed what, and what time it is. */
export interface Situation {
  readonly offer: Offer
  readonly range: Interval
  readonly claims: readonly Claim[]
  readonly now: Instant
}

/** A zone and a moment in it: every other time within hours of a change of its clocks. */
const anchors = fc.constantFrom(...TELLING_ZONES).chain((zone) => {
  const from = zone === 'Pacific/Apia' ? '2011-01-01T00:00Z' : '2020-01-01T00:00Z'
  const changes = transitionsBetween(zone, from, '2038-01-01T00:00Z')
  const anyDay = fc
    .integer({ min: at('2020-01-01T00:00Z') / MINUTE, max: at('2037-12-01T00:00Z') / MINUTE })
    .map((minute) => minute * MINUTE)
  const moment = changes.length > 0 ? fc.oneof(anyDay, fc.constantFrom(...changes)) : anyDay
  return fc.record({ zone: fc.constant(zone), moment })
})

/** The first and the last quarter of an hour: of the whole day, the small hours, the change of most clocks, the evening. */
const PARTS_OF_DAY = [
  [0, 96],
  [0, 20],
  [7, 13],
  [76, 96],
] as const

/** Intervals apart from each other, or touching; in quarters of an hour. */
export const dayHours: fc.Arbitrary<WallInterval[]> = fc
  .tuple(fc.constantFrom(...PARTS_OF_DAY), fc.boolean())
  .chain(([[min, max], touching]) =>
    fc
      .uniqueArray(fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max)), { maxLength: 8 })
      .map((quarters) => {
        const times = quarters.sort((a, b) => a - b).map((quarter) => (quarter * 15) as WallMinutes)
        return times.slice(0, -1).flatMap((start, index) => {
          const end = times[index + 1] as WallMinutes
          return touching || index % 2 === 0 ? [{ start, end }] : []
        })
      }),
  )

const weeks: fc.Arbitrary<WeeklyHours> = fc
  .tuple(dayHours, dayHours, dayHours)
  .map(([one, two, three]) =>
    byWeekday({ monday: one, wednesday: two, friday: one, saturday: three, sunday: two }),
  )

const wholeWeeks: fc.Arbitrary<WeeklyHours> = fc.oneof(
  weeks,
  dayHours.map((hours) =>
    byWeekday({
      monday: hours,
      tuesday: hours,
      wednesday: hours,
      thursday: hours,
      friday: hours,
      saturday: hours,
      sunday: hours,
    }),
  ),
)

const services: fc.Arbitrary<Partial<Service>> = fc.record({
  durationMinutes: fc.constantFrom(15, 20, 30, 60, 60, 90, 150, 480, 1440),
  slotIntervalMinutes: fc.constantFrom(10, 15, 30, 60, 60, 90),
  bufferBeforeMinutes: fc.constantFrom(0, 0, 5, 30),
  bufferAfterMinutes: fc.constantFrom(0, 0, 15, 240),
  minNoticeMinutes: fc.constantFrom(0, 0, 60, 1440),
  maxHorizonDays: fc.constantFrom(1, 2, 3, 365),
  dailyLimit: fc.constantFrom(null, null, 1, 2, 3),
  weeklyHours: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: wholeWeeks }),
})

const near = (moment: number, hours: number) =>
  fc.integer({ min: -hours * 12, max: hours * 12 }).map((step) => (moment + step * 5 * MINUTE) as Instant)

const intervalsNear = (moment: number, longestHours: number, most: number) =>
  fc.array(
    fc
      .tuple(near(moment, 48), fc.integer({ min: 1, max: longestHours * 12 }))
      .map(([start, steps]) => ({ start, end: (start + steps * 5 * MINUTE) as Instant })),
    { maxLength: most },
  )

const claimsNear = (moment: number): fc.Arbitrary<Claim[]> =>
  fc
    .array(
      fc.record({
        interval: fc
          .tuple(near(moment, 40), fc.constantFrom(15, 60, 90))
          .map(([start, minutes]) => ({ start, end: (start + minutes * MINUTE) as Instant })),
        isHold: fc.boolean(),
        id: fc.constantFrom(SERVICE, SERVICE, OTHER_SERVICE),
        bufferBeforeMinutes: fc.constantFrom(0, 0, 10),
        bufferAfterMinutes: fc.constantFrom(0, 20),
      }),
      { maxLength: 6 },
    )
    .map((drafts) =>
      drafts
        .map(({ interval, isHold, ...sold }) => (isHold ? hold : claim)(interval, service(sold)))
        .sort((a, b) => a.start - b.start),
    )

const schedulesNear = (zone: string, moment: number): fc.Arbitrary<Partial<Schedule>> => {
  const today = (Date.parse(dateAt(zone, moment).toString()) / 86_400_000) as EpochDay
  return fc.record({
    timeZone: fc.constant(zone),
    weeklyHours: wholeWeeks,
    breaks: fc.oneof(fc.constant(byWeekday({})), weeks).map((days) => {
      const labelled = Object.entries(days).map(([weekday, intervals]) => [
        weekday,
        intervals.slice(0, 1).map((interval) => ({ ...interval, label: null })),
      ])
      return byWeekday(Object.fromEntries(labelled))
    }),
    overrides: fc
      .array(fc.tuple(fc.integer({ min: -2, max: 2 }), dayHours), { maxLength: 3 })
      .map(
        (days) => new Map(days.map(([offset, hours]) => [plusDays(today, offset), { hours, reason: null }])),
      ),
    timeOff: intervalsNear(moment, 10, 2).map((intervals) => intervals.sort((a, b) => a.start - b.start)),
  })
}

/** Situations within two days of a moment of a zone: most of what happens in them happens around it. */
export const situationsNear = (zone: string, moment: number): fc.Arbitrary<Situation> =>
  fc
    .record({
      sold: services,
      schedule: schedulesNear(zone, moment),
      claims: claimsNear(moment),
      start: near(moment, 30),
      minutes: fc.integer({ min: 1, max: 60 * 60 }),
      now: fc.oneof(near(moment - 1_440 * MINUTE, 30), near(moment, 30)),
      odd: fc.constantFrom(0, 0, 1, 17_500),
    })
    .map(({ sold, schedule, claims, start, minutes, now, odd }) => ({
      offer: offer({ service: sold, schedule }),
      range: { start, end: (start + minutes * MINUTE + odd) as Instant },
      claims,
      now: (now + odd) as Instant,
    }))

export const situations: fc.Arbitrary<Situation> = anchors.chain(({ zone, moment }) =>
  situationsNear(zone, moment),
)
