import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type EpochDay, parseDate, parseWallTime, type WallMinutes } from '../../src/domain/calendar.ts'
import type { ServiceId } from '../../src/domain/ids.ts'
import { type Instant, MINUTE } from '../../src/domain/instant.ts'
import type { Service } from '../../src/domain/service.ts'
import {
  comingWeek,
  type SessionWish,
  serviceOfBoard,
  serviceOfSession,
  sessionHours,
  sessionSlot,
  typeOfSession,
  wordsOfSession,
} from '../../src/domain/session-service.ts'
import { zoneOf } from '../../src/domain/zone.ts'
import { accepted, rejectionOf } from '../support/fixtures.ts'
import { booking, service } from './support/builders.ts'
import { TELLING_ZONES } from './support/transitions.ts'
import { at } from './support/wall.ts'

const NEW_YORK = zoneOf('America/New_York')

const wish = (day: string, start: string, end: string, sessionType: string | null = null): SessionWish => ({
  day: parseDate(day) as EpochDay,
  start: parseWallTime(start) as WallMinutes,
  end: parseWallTime(end) as WallMinutes,
  sessionType,
})

const anHour = (sessionType: string | null = null) => wish('2030-01-21', '09:00', '10:00', sessionType)

const made = (id: string, minute: number, terms: Partial<Service> = {}): Service =>
  service({
    id: id as ServiceId,
    createdAt: (at('2026-01-01T00:00Z') + minute * MINUTE) as Instant,
    ...terms,
  })

describe('The service that a session is of', () => {
  const old = made('old', 1, { title: 'Strength', category: 'gym' })
  const boxing = made('boxing', 2, { title: 'Kick-Boxing', category: 'Martial arts' })
  const class2 = made('class', 3, { title: 'For all', category: 'kick_boxing' })
  const short = made('short', 0, { durationMinutes: 30 })
  const active = [class2, short, boxing, old]
  const idOf = (asked: SessionWish, services = active) => accepted(serviceOfSession(asked, services)).id

  it('takes as long as from start to end', () => {
    assert.equal(idOf(wish('2030-01-21', '09:00', '09:30')), 'short')
    assert.equal(idOf(anHour(), [short, old]), 'old')
    assert.deepEqual(rejectionOf(serviceOfSession(wish('2030-01-21', '09:00', '09:45'), active)), {
      code: 'no-service-fits',
      durationMinutes: [30, 60],
    })
  })

  it('ends on the next day where the end is not after the start', () => {
    const night = made('night', 0, { durationMinutes: 1440 })
    assert.equal(idOf(wish('2030-01-21', '23:30', '00:30')), 'old')
    assert.equal(idOf(wish('2030-01-21', '23:00', '00:00')), 'old')
    assert.equal(idOf(wish('2030-01-21', '23:00', '24:00')), 'old')
    assert.equal(idOf(wish('2030-01-21', '09:00', '09:00'), [night]), 'night')
  })

  it('is of several the one of the category, then of the title, then the oldest, in whatever order they come', () => {
    for (const services of [active, active.toReversed()]) {
      assert.equal(idOf(anHour(), services), 'old')
      assert.equal(idOf(anHour('martial_arts'), services), 'boxing')
      assert.equal(idOf(anHour(' KICK boxing '), services), 'class')
      assert.equal(idOf(anHour('for-all'), services), 'class')
      assert.equal(idOf(anHour('chess'), services), 'old')
    }
  })

  it('is told from one of the same age by its id', () => {
    const twins = [made('b', 1), made('a', 1)]
    assert.equal(idOf(anHour(), twins), 'a')
    assert.equal(serviceOfBoard(twins)?.id, 'a')
  })

  it('is on a board the oldest, however long it takes', () => {
    assert.equal(serviceOfBoard(active)?.id, 'short')
    assert.equal(serviceOfBoard([]), undefined)
  })
})

describe('The time of a session', () => {
  const start = (day: string, from: string, to: string) =>
    sessionSlot(wish(day, from, to), [service()], NEW_YORK)

  it('is that of the clock on the wall, the first of two', () => {
    assert.equal(accepted(start('2030-01-21', '09:00', '10:00')).start, at('2030-01-21T14:00Z'))
    assert.equal(accepted(start('2026-11-01', '01:00', '02:00')).start, at('2026-11-01T05:00Z'))
  })

  it('is never one that the clock skips', () => {
    assert.deepEqual(rejectionOf(start('2026-03-08', '02:00', '03:00')), {
      code: 'outside-hours',
      reason: null,
    })
    const skipped = sessionSlot(wish('2011-12-30', '09:00', '10:00'), [service()], zoneOf('Pacific/Apia'))
    assert.equal(rejectionOf(skipped).code, 'outside-hours')
  })

  it('is shown as it can be asked for, each once, in every zone', () => {
    const instants = fc.integer({
      min: at('1975-01-01T00:00Z') / MINUTE,
      max: at('2190-01-01T00:00Z') / MINUTE,
    })
    fc.assert(
      fc.property(fc.constantFrom(...TELLING_ZONES), instants, (name, minute) => {
        const zone = zoneOf(name)
        const slots = Array.from({ length: 8 }, (_, index) => {
          const begin = ((minute + index * 30) * MINUTE) as Instant
          return { start: begin, end: (begin + 60 * MINUTE) as Instant }
        })
        const hours = sessionHours(slots, zone)
        for (const { day, time, start: shown } of hours) {
          const end = ((time + 60) % 1440) as WallMinutes
          const slot = sessionSlot({ day, start: time, end, sessionType: null }, [service()], zone)
          assert.equal(accepted(slot).start, shown)
        }
        assert.equal(new Set(hours.map(({ day, time }) => `${day} ${time}`)).size, hours.length)
        const left = slots.length - hours.length
        assert(left === 0 || left <= 4, `${left} are not shown`)
      }),
      { numRuns: 500 },
    )
  })

  it('is looked at for seven days from the day that it is there', () => {
    const { from, to } = comingWeek(NEW_YORK, at('2030-01-21T04:59Z'))
    assert.deepEqual([from, to], [parseDate('2030-01-20'), parseDate('2030-01-27')])
  })
})

describe('The type of a session', () => {
  it('is what the member called it, else the category of the service, else nothing', () => {
    const active = [service()]
    assert.deepEqual(wordsOfSession(anHour('yoga')), { session_type: 'yoga' })
    assert.deepEqual(wordsOfSession(anHour()), {})
    assert.equal(typeOfSession(booking({ metadata: { session_type: 'yoga' } }), active), 'yoga')
    assert.equal(typeOfSession(booking({ metadata: { session_type: 7 } }), active), 'beauty')
    assert.equal(typeOfSession(booking({ metadata: {} }), []), null)
  })
})
