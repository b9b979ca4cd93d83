import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DAY, type EpochDay, type WallMinutes } from '../../src/domain/calendar.ts'
import type { Instant } from '../../src/domain/instant.ts'
import {
  dayInterval,
  formatInZone,
  instantOf,
  localDay,
  offsetAt,
  plusLocalDays,
  zoneOf,
} from '../../src/domain/zone.ts'
import { dateAt, localMidnight, plusWallDays, wallInstant } from './support/temporal-day.ts'
import { TELLING_ZONES, transitionsBetween } from './support/transitions.ts'
import { at, day } from './support/wall.ts'

const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
const days = fc
  .integer({ min: day('1970-01-01'), max: day('2199-12-30') })
  .map((number) => number as EpochDay)
const wallMinutes = fc.integer({ min: 0, max: 1440 }).map((minutes) => minutes as WallMinutes)
const seconds = fc
  .integer({ min: at('1970-01-01T00:00:00Z') / 1000, max: at('2199-12-30T00:00:00Z') / 1000 })
  .map((second) => (second * 1000) as Instant)

const dateOf = (epochDay: EpochDay) =>
  Temporal.PlainDate.from(new Date(epochDay * DAY).toISOString().slice(0, 10))

const zonedAt = (name: string, instant: Instant) =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(name)

function agreesOnWallTime(name: string, epochDay: EpochDay, minutes: WallMinutes) {
  const expected = wallInstant(name, dateOf(epochDay), minutes)
  assert.equal(instantOf(zoneOf(name), epochDay, minutes), expected, `${name} ${dateOf(epochDay)} ${minutes}`)
}

function agreesOnInstant(name: string, instant: Instant) {
  const zone = zoneOf(name)
  const zoned = zonedAt(name, instant)
  const where = `${name} ${zoned}`
  assert.equal(offsetAt(zone, instant), zoned.offsetNanoseconds / 1e6, where)
  assert.equal(new Date(localDay(zone, instant) * DAY).toISOString().slice(0, 10), `${zoned.toPlainDate()}`)
  assert.equal(
    formatInZone(zone, instant),
    zoned.toString({ smallestUnit: 'second', timeZoneName: 'never' }),
    where,
  )
}

describe('zone tables against Temporal', () => {
  it('turn any wall time of any zone into the same instant', () => {
    fc.assert(fc.property(zones, days, wallMinutes, agreesOnWallTime), { numRuns: 1_500 })
  })

  it('give the same offset, date and text for any instant', () => {
    fc.assert(fc.property(zones, seconds, agreesOnInstant), { numRuns: 1_500 })
  })

  it('find the same wall time any number of days later', () => {
    const upTo = at('2198-12-01T00:00:00Z')
    fc.assert(
      fc.property(zones, seconds, fc.integer({ min: 0, max: 365 }), (name, second, count) => {
        const instant = Math.min(second, upTo) as Instant
        assert.equal(plusLocalDays(zoneOf(name), instant, count), plusWallDays(name, instant, count))
      }),
      { numRuns: 1_000 },
    )
  })

  it('cut time into the same days, each beginning where the one before ends', () => {
    fc.assert(
      fc.property(zones, days, (name, epochDay) => {
        const date = dateOf(epochDay)
        assert.deepEqual(dayInterval(zoneOf(name), epochDay), {
          start: localMidnight(name, date),
          end: localMidnight(name, date.add({ days: 1 })),
        })
      }),
      { numRuns: 1_000 },
    )
  })

  it('agree around every change of the clocks from 2020 to 2037', () => {
    const sample = fc.sample(zones, { numRuns: 25 })
    for (const name of new Set([...sample, ...TELLING_ZONES])) {
      for (const change of transitionsBetween(name, '2020-01-01T00:00Z', '2038-01-01T00:00Z')) {
        for (const seconds of [-3_601, -1, 0, 1, 1_800, 3_599, 3_600]) {
          agreesOnInstant(name, (change + seconds * 1_000) as Instant)
        }
        const today = (Date.parse(`${dateAt(name, change)}`) / DAY) as EpochDay
        for (let minutes = 0; minutes <= 1440; minutes += 15) {
          agreesOnWallTime(name, today, minutes as WallMinutes)
        }
        const instant = (change - 86_400_000) as Instant
        assert.equal(plusLocalDays(zoneOf(name), instant, 1), plusWallDays(name, instant, 1))
      }
    }
  })
})
