import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DateTime, IANAZone } from 'luxon'
import { asIfUtc, DAY, type EpochDay, formatDate, type WallMinutes } from '../../src/domain/calendar.ts'
import { type Instant, MINUTE } from '../../src/domain/instant.ts'
import { formatInZone, instantOf, localDay, type Zone, zoneOf } from '../../src/domain/zone.ts'
import { transitionsBetween } from './support/transitions.ts'
import { at, day } from './support/wall.ts'

/*
 * Luxon finds a wall time by guessing offsets, beginning with the one that holds today. In a gap it moves forward by
 * the gap, as we do. In an overlap it takes either instant, as the guess will have it, and for a zone whose rules have
 * changed since (America/Scoresbysund in 2020) it may miss by an hour beside one. So it is asked for the offset at an
 * instant, where it guesses nothing: the instants that show a wall time are none in a gap, and two in an overlap.
 *
 * Both take the time zone data that this Node carries, luxon by Intl: a mistake of the data is not found here.
 */
const ZONES = [...Intl.supportedValuesOf('timeZone'), 'UTC']

function readings(zone: IANAZone, wall: number): number[] {
  const around = [-2 * DAY, -DAY / 2, DAY / 2, 2 * DAY].map((reach) => zone.offset(wall + reach))
  return [...new Set(around)]
    .map((offset) => wall - offset * MINUTE)
    .filter((instant) => instant + zone.offset(instant) * MINUTE === wall)
    .sort((a, b) => a - b)
}

function inLuxon(name: string, epochDay: EpochDay, minutes: WallMinutes): number {
  const [year = 0, month = 0, date = 0] = formatDate(epochDay).split('-').map(Number)
  const time = { hour: Math.floor(minutes / 60), minute: minutes % 60 }
  return DateTime.fromObject({ year, month, day: date, ...time }, { zone: name }).toMillis()
}

type Kind = 'skipped' | 'shown once' | 'shown twice'

/** The wall time that a clock showing UTC would show at `wall`. */
function agreesOnWallTime(zone: Zone, luxon: IANAZone, wall: number): Kind {
  const epochDay = Math.floor(wall / DAY) as EpochDay
  const minutes = ((wall - epochDay * DAY) / MINUTE) as WallMinutes
  assert.equal(asIfUtc(epochDay, minutes), wall)
  const [first, second] = readings(luxon, wall)
  const expected = first ?? inLuxon(zone.name, epochDay, minutes)
  assert.equal(instantOf(zone, epochDay, minutes), expected, `${zone.name} ${new Date(wall).toISOString()}`)
  if (first === undefined) return 'skipped'
  return second === undefined ? 'shown once' : 'shown twice'
}

function agreesOnInstant(zone: Zone, instant: Instant) {
  const shown = DateTime.fromMillis(instant, { zone: zone.name })
  assert.equal(formatDate(localDay(zone, instant)), shown.toISODate())
  const text = shown.toFormat("yyyy-MM-dd'T'HH:mm:ssZZ")
  assert.equal(formatInZone(zone, instant), text)
}

const zones = fc.constantFrom(...ZONES)
/** From 1973 on: before, Monrovia was 44 minutes and 30 seconds behind, and luxon knows minutes. */
const [first, last] = [day('1973-01-01'), day('2199-12-30')]

describe('zone tables against luxon', () => {
  it('know the same zones', () => {
    assert.deepEqual(
      ZONES.filter((name) => !IANAZone.isValidZone(name)),
      [],
    )
  })

  it('agree around every change of the clocks from 2020 to 2037, in every zone', () => {
    const met: Record<Kind, number> = { skipped: 0, 'shown once': 0, 'shown twice': 0 }
    for (const name of ZONES) {
      const [zone, luxon] = [zoneOf(name), IANAZone.create(name)]
      for (const change of transitionsBetween(name, '2020-01-01T00:00Z', '2038-01-01T00:00Z')) {
        for (const seconds of [-1, 0, 3_599]) agreesOnInstant(zone, (change + seconds * 1_000) as Instant)
        const wall = change + Math.min(luxon.offset(change - 1), luxon.offset(change)) * MINUTE
        for (const minutes of [-61, -60, -1, 0, 1, 30, 59, 60, 61, 119, 120]) {
          met[agreesOnWallTime(zone, luxon, wall + minutes * MINUTE)]++
        }
      }
    }
    for (const [kind, count] of Object.entries(met))
      assert.ok(count > 5_000, `${count} wall times were ${kind}`)
  })

  it('turn any wall time of any zone into the same instant', () => {
    const walls = fc.integer({ min: first * 1_440, max: last * 1_440 })
    fc.assert(
      fc.property(zones, walls, (name, minute) => {
        agreesOnWallTime(zoneOf(name), IANAZone.create(name), minute * MINUTE)
      }),
      { numRuns: 3_000 },
    )
  })

  it('give the same date and text for any instant', () => {
    const seconds = fc.integer({ min: at('1973-01-01T00:00Z') / 1_000, max: at('2199-12-30T00:00Z') / 1_000 })
    fc.assert(
      fc.property(zones, seconds, (name, second) =>
        agreesOnInstant(zoneOf(name), (second * 1_000) as Instant),
      ),
      { numRuns: 3_000 },
    )
  })
})
