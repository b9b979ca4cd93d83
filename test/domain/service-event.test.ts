import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventId, UserId } from '../../src/domain/ids.ts'
import { type Cursor, type LoggedEvent, viewsOf } from '../../src/domain/logged-event.ts'
import type { Service } from '../../src/domain/service.ts'
import { SERVICE_TERM_WORDS, serviceChanged, serviceData } from '../../src/domain/service-event.ts'
import { byWeekday } from '../../src/domain/weekly-hours.ts'
import { NOW, newService } from '../support/fixtures.ts'
import { actor, PROVIDER } from './support/builders.ts'

const ID = 'event-1' as EventId
const BEFORE = newService(PROVIDER)
const byProvider = actor(PROVIDER, 'provider')

const changed = (terms: Partial<Service>, before: Service | null = BEFORE) =>
  serviceChanged(ID, before, { ...(before ?? BEFORE), ...terms }, byProvider)

describe('events of services', () => {
  it('tell who put a service on sale, and when', () => {
    assert.deepEqual(serviceChanged(ID, null, BEFORE, byProvider), {
      id: ID,
      type: 'service.changed',
      occurredAt: NOW,
      actorId: PROVIDER,
      change: 'created',
      changedTerms: [],
      altersFreeTime: true,
      service: BEFORE,
    })
  })

  it('name every term that is other than before, and none that was only said again', () => {
    const other: Partial<Service> = {
      title: 'Shave',
      description: 'Hot towels',
      category: 'beard',
      price: { minorUnits: 1, currency: 'EUR' },
      durationMinutes: 30,
      slotIntervalMinutes: 15,
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 5,
      minNoticeMinutes: 60,
      maxHorizonDays: 30,
      dailyLimit: 4,
      requiresConfirmation: true,
      cancellationWindowMinutes: 60,
      reminderMinutes: [60],
      weeklyHours: byWeekday({}),
      images: ['https://example.com/a.png'],
      isActive: false,
    }
    assert.deepEqual(changed(other).changedTerms, SERVICE_TERM_WORDS)
    assert.deepEqual(changed({ title: 'Haircut', reminderMinutes: [10], images: [] }).changedTerms, [])
  })

  it('alter free time exactly where a term does that decides when the service can be booked', () => {
    for (const terms of [
      { durationMinutes: 30 },
      { slotIntervalMinutes: 15 },
      { bufferBeforeMinutes: 5 },
      { bufferAfterMinutes: 5 },
      { minNoticeMinutes: 60 },
      { maxHorizonDays: 30 },
      { dailyLimit: 4 },
      { weeklyHours: byWeekday({}) },
      { isActive: false },
    ]) {
      assert(changed(terms).altersFreeTime, JSON.stringify(terms))
    }
    for (const terms of [
      {},
      { title: 'Shave', description: 'Hot', category: 'beard' },
      { price: { minorUnits: 1, currency: 'EUR' } },
      { requiresConfirmation: true, cancellationWindowMinutes: 60 },
      { reminderMinutes: [60], images: ['https://example.com/a.png'] },
    ]) {
      assert(!changed(terms).altersFreeTime, JSON.stringify(terms))
    }
  })

  it('tell of a service that is taken off sale as retired, and alter nothing where it was not on sale', () => {
    const retired = { ...BEFORE, isActive: false }
    assert.equal(changed({ isActive: false }).change, 'retired')
    assert.equal(changed({ durationMinutes: 30 }, retired).altersFreeTime, false)
    assert.equal(serviceChanged(ID, null, retired, byProvider).altersFreeTime, false)
    const back = changed({ isActive: true }, retired)
    assert.deepEqual([back.change, back.changedTerms, back.altersFreeTime], ['changed', ['is_active'], true])
  })
})

/** What everyone is told of a change of a service. */
function publicViews(event: ReturnType<typeof serviceChanged>): readonly LoggedEvent[] {
  const logged: LoggedEvent = {
    id: event.id,
    cursor: 'c' as Cursor,
    type: event.type,
    occurredAt: event.occurredAt,
    subject: { type: 'service', id: event.service.id, version: event.service.version },
    providerId: event.service.providerId,
    customerId: null,
    data: serviceData(event),
  }
  const topics = [{ kind: 'availability', providerId: PROVIDER as UserId }] as const
  return viewsOf(logged, null, { topics, types: new Set() }, '' as Cursor)
}

describe('what everyone may know of a change of a service', () => {
  it('is that free time has changed, all of it, and not of which service', () => {
    const [view] = publicViews(changed({ durationMinutes: 30 }))
    assert.deepEqual(
      [view?.type, view?.subject, view?.data],
      [
        'availability.changed',
        { type: 'provider', id: PROVIDER, version: null },
        { provider_id: PROVIDER, from: null, to: null },
      ],
    )
  })

  it('is nothing where nobody’s free time is another', () => {
    assert.deepEqual(publicViews(changed({ title: 'Shave' })), [])
  })
})
