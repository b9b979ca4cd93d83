import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type EpochDay, parseDate } from '../../src/domain/calendar.ts'
import type { EventId, TimeOffId } from '../../src/domain/ids.ts'
import { type Cursor, type LoggedEvent, viewsOf } from '../../src/domain/logged-event.ts'
import { type ScheduleChange, scheduleChanged, scheduleData } from '../../src/domain/schedule-event.ts'
import { at, NOW } from '../support/fixtures.ts'
import { PROVIDER, schedule } from './support/builders.ts'

const OCCASION = { eventId: 'event-1' as EventId, actorId: PROVIDER, now: NOW }
const NEW_YORK = schedule({ providerId: PROVIDER, version: 7, timeZone: 'America/New_York' })
const CHANGE_OF_CLOCKS = parseDate('2030-03-10') as EpochDay
const OFF = {
  id: 'time-off-1' as TimeOffId,
  start: at('2030-07-01T12:00:00Z'),
  end: at('2030-07-02T12:00:00Z'),
  reason: 'at the dentist',
}

const told = (change: ScheduleChange) => scheduleData(scheduleChanged(OCCASION, NEW_YORK, change))

describe('events of schedules', () => {
  it('tell who changed the schedule, when, and which version that made', () => {
    assert.deepEqual(scheduleChanged(OCCASION, NEW_YORK, { kind: 'week-replaced' }), {
      id: OCCASION.eventId,
      type: 'schedule.changed',
      occurredAt: NOW,
      actorId: PROVIDER,
      change: { kind: 'week-replaced' },
      concerned: null,
      providerId: PROVIDER,
      version: 7,
    })
  })

  it('concern the local day of an override, be it 23 hours long, in the zone of the schedule', () => {
    for (const kind of ['override-put', 'override-removed'] as const) {
      assert.deepEqual(told({ kind, day: CHANGE_OF_CLOCKS }), {
        change: kind,
        provider_id: PROVIDER,
        date: '2030-03-10',
        from: '2030-03-10T05:00:00Z',
        to: '2030-03-11T04:00:00Z',
        version: 7,
      })
    }
  })

  it('concern time off from its start to its end, and do not say what it is for', () => {
    for (const kind of ['time-off-added', 'time-off-removed'] as const) {
      const data = told({ kind, timeOff: OFF })
      const [from, to] = ['2030-07-01T12:00:00Z', '2030-07-02T12:00:00Z']
      assert.deepEqual(data, {
        ...{ change: kind, provider_id: PROVIDER, from, to, time_off_id: OFF.id, version: 7 },
      })
    }
  })
})

describe('what everyone may know of a change of a schedule', () => {
  const view = (change: ScheduleChange) => {
    const logged: LoggedEvent = {
      id: OCCASION.eventId,
      cursor: 'c' as Cursor,
      type: 'schedule.changed',
      occurredAt: NOW,
      subject: { type: 'schedule', id: PROVIDER, version: 7 },
      providerId: PROVIDER,
      customerId: null,
      data: told(change),
    }
    const topics = [{ kind: 'availability', providerId: PROVIDER }] as const
    return viewsOf(logged, null, { topics, types: new Set() }, '' as Cursor).map(({ type, data }) => ({
      type,
      ...data,
    }))
  }

  it('is when free time has changed, and nothing else', () => {
    const changed = { type: 'availability.changed', provider_id: PROVIDER }
    assert.deepEqual(view({ kind: 'week-replaced' }), [{ ...changed, from: null, to: null }])
    assert.deepEqual(view({ kind: 'override-put', day: CHANGE_OF_CLOCKS }), [
      { ...changed, from: '2030-03-10T05:00:00Z', to: '2030-03-11T04:00:00Z' },
    ])
    assert.deepEqual(view({ kind: 'time-off-added', timeOff: OFF }), [
      { ...changed, from: '2030-07-01T12:00:00Z', to: '2030-07-02T12:00:00Z' },
    ])
  })
})
