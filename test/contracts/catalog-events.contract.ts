import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TimeOffId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Result } from '../../src/domain/result.ts'
import { type WorkingWeek, workingWeek } from '../../src/domain/schedule.ts'
import type { Occasion } from '../../src/domain/schedule-event.ts'
import {
  accepted,
  additionOf,
  changeOf,
  hours,
  NOW,
  newAccount,
  newId,
  newService,
  occasion,
} from '../support/fixtures.ts'
import { recordingOf } from '../support/ledger-entries.ts'
import { CLOSED, DAY, FAIR, JULY, openProvider } from './exceptions.ts'
import { type OpenHarness, type Probe, times } from './harness.ts'

/** What every implementation of `ServiceCatalog` and `ScheduleCatalog` writes into the log. */
export function catalogEventsContract(name: string, open: OpenHarness): void {
  describe(`${name} events of services and schedules`, () => {
    ofServices(open)
    ofSchedules(open)
    ofNothing(open)
    underOneKey(open)
  })
}

const WEEK: WorkingWeek = accepted(
  workingWeek({ timeZone: 'Europe/Berlin', weeklyHours: { monday: [hours('09:00-12:00')] }, breaks: {} }),
)

/** The events of one kind, each with what tells it from the others. */
const toldOf = async (probe: Probe, type: string) =>
  (await probe.catalogEvents()).filter((event) => event.type === type)

function ofServices(open: OpenHarness): void {
  it('writes an event with each version of a service: when, by whom, and what is other than before', async () => {
    await using provider = await openProvider(open)
    const { catalog, probe, id } = provider
    const first = newService(id)
    const second = { ...first, version: 2, durationMinutes: 30, updatedAt: plusMinutes(NOW, 1) }
    const third = { ...second, version: 3, isActive: false, updatedAt: plusMinutes(NOW, 2) }
    const events = [additionOf(first), changeOf(second, first), changeOf(third, second)] as const
    accepted(await catalog.add(events[0], null))
    accepted(await catalog.replace(events[1]))
    accepted(await catalog.replace(events[2]))
    const facts = {
      service_id: first.id,
      provider_id: id,
      title: 'Haircut',
      category: 'hair',
      price: { amount: '75.00', currency: 'USD' },
    }
    const data = [
      { change: 'created', changed_terms: [], duration_minutes: 60, is_active: true },
      { change: 'changed', changed_terms: ['duration_minutes'], duration_minutes: 30, is_active: true },
      { change: 'retired', changed_terms: ['is_active'], duration_minutes: 30, is_active: false },
    ]
    assert.deepEqual(
      await probe.catalogEvents(),
      data.map((own, index) => ({
        id: events[index]?.id,
        type: 'service.changed',
        occurredAt: plusMinutes(NOW, index),
        subject: first.id,
        version: index + 1,
        actorId: id,
        providerId: id,
        data: { ...facts, ...own, alters_free_time: true, version: index + 1 },
      })),
    )
  })
}

function ofSchedules(open: OpenHarness): void {
  it('writes an event with each version of a schedule: when, by whom, and which time it concerns', async () => {
    await using provider = await openProvider(open)
    const { schedules, probe, id } = provider
    const july = JULY()
    const changes: ((when: Occasion) => Promise<Result<unknown, unknown>>)[] = [
      (when) => schedules.replaceWeek(id, WEEK, null, when),
      (when) => schedules.putOverride(id, DAY, FAIR, null, when),
      (when) => schedules.removeOverride(id, DAY, null, when),
      (when) => schedules.addTimeOff(id, july, when, null),
      (when) => schedules.removeTimeOff(id, july.id, when),
    ]
    const when = changes.map((_, minute) => occasion(plusMinutes(NOW, minute)))
    for (const [index, own] of when.entries()) accepted((await changes[index]?.(own)) ?? assert.fail())
    // A day of Berlin in winter.
    const date = { from: '2030-02-27T23:00:00Z', to: '2030-02-28T23:00:00Z', date: '2030-02-28' }
    const off = { from: '2030-07-01T00:00:00.250Z', to: '2030-07-15T00:00:00Z', time_off_id: july.id }
    const data = [
      { change: 'week-replaced', from: null, to: null },
      { change: 'override-put', ...date },
      { change: 'override-removed', ...date },
      { change: 'time-off-added', ...off },
      { change: 'time-off-removed', ...off },
    ]
    assert.deepEqual(
      await probe.catalogEvents(),
      data.map((own, index) => ({
        id: when[index]?.eventId,
        type: 'schedule.changed',
        occurredAt: when[index]?.now,
        subject: id,
        version: index + 2,
        actorId: when[index]?.actorId,
        providerId: id,
        data: { ...own, provider_id: id, version: index + 2 },
      })),
    )
  })

  it('writes an event for each version of many concurrent changes, and no version twice', async () => {
    await using provider = await openProvider(open)
    const { schedules, probe, id } = provider
    await Promise.all(times(20).map(() => schedules.addTimeOff(id, JULY(), occasion(), null)))
    const versions = (await toldOf(probe, 'schedule.changed')).map(({ version }) => version)
    assert.deepEqual(
      versions.sort((left, right) => left - right),
      times(20).map((index) => index + 2),
    )
  })
}

function ofNothing(open: OpenHarness): void {
  it('writes none for a change that is refused, loses a race or changes nothing', async () => {
    await using provider = await openProvider(open)
    const { catalog, schedules, probe, id } = provider
    const service = newService(id)
    accepted(await catalog.add(additionOf(service), null))
    const before = await probe.catalogEvents()
    const nobody = newAccount('provider').user.id
    const refused = [
      await catalog.replace(changeOf({ ...service, version: 3 })),
      await schedules.replaceWeek(id, WEEK, 7, occasion()),
      await schedules.replaceWeek(nobody, WEEK, null, occasion()),
      await schedules.putOverride(id, DAY, CLOSED, 7, occasion()),
      await schedules.addTimeOff(nobody, JULY(), occasion(), null),
      await schedules.removeTimeOff(id, newId() as TimeOffId, occasion()),
    ]
    assert(refused.every(({ ok }) => !ok))
    accepted(await schedules.removeOverride(id, DAY, null, occasion()))
    assert.deepEqual(await probe.catalogEvents(), before)

    const rivals = times(20).map((racer) =>
      catalog.replace(changeOf({ ...service, version: 2, title: `${racer}` })),
    )
    const winner = (await Promise.all(rivals)).find(({ ok }) => ok)
    const told = (await toldOf(probe, 'service.changed')).slice(before.length)
    assert.deepEqual(
      told.map(({ data }) => data.title),
      [winner?.ok && winner.value.title],
    )
  })
}

function underOneKey(open: OpenHarness): void {
  it('writes one for a change that is asked for again under its key', async () => {
    await using provider = await openProvider(open)
    const { catalog, schedules, probe, id } = provider
    const service = newService(id)
    for (const _ of times(2)) {
      await catalog.add(additionOf(service), recordingOf(id, 'service'))
      await schedules.addTimeOff(id, JULY(), occasion(), recordingOf(id, 'time off'))
    }
    const types = (await probe.catalogEvents()).map(({ type }) => type)
    assert.deepEqual(types, ['service.changed', 'schedule.changed'])
  })
}
