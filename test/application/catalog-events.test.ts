import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryBell } from '../../src/adapters/memory/bell.ts'
import { putOverride, removeOverride } from '../../src/application/overrides.ts'
import { ringingSchedules, ringingServices } from '../../src/application/ringing.ts'
import { replaceWeek } from '../../src/application/schedules.ts'
import { changeService, createService, retireService } from '../../src/application/services.ts'
import { addTimeOff, removeTimeOff } from '../../src/application/time-off.ts'
import type { Actor } from '../../src/domain/actor.ts'
import { at } from '../support/fixtures.ts'
import { ADMIN, dayOf, OFFICE_HOURS, openOffice } from './stage.ts'

const DAY = dayOf('2030-02-28')
const DRAFT = {
  title: 'Shave',
  category: 'beard',
  price: { amount: '12.50', currency: 'EUR' },
  durationMinutes: 30,
}
const CLOSED = { hours: [], reason: null }
const OFF = { start: at('2030-07-01T00:00:00Z'), end: at('2030-07-02T00:00:00Z') }

type Office = Awaited<ReturnType<typeof openOffice>>

/** Makes every change there is of services and schedules. */
async function changeEverything(office: Office, by: Actor): Promise<void> {
  const { userId: id } = office.provider
  await createService(office)(office.provider, DRAFT, null)
  await changeService(office)(by, office.serviceId, { title: 'Trim' }, null)
  await retireService(office)(by, office.serviceId, null)
  await replaceWeek(office)(by, id, OFFICE_HOURS, null)
  await putOverride(office)(by, id, DAY, CLOSED, null)
  await removeOverride(office)(by, id, DAY, null)
  const added = await addTimeOff(office)(by, id, OFF, 'ill', null)
  if (added.ok) await removeTimeOff(office)(by, id, added.value.timeOff.id)
}

describe('Changes of services and schedules', () => {
  it('are told with whoever made them, each once', async () => {
    const office = await openOffice()
    const { events } = office.database.log
    const before = events.length
    await changeEverything(office, ADMIN)
    const { userId } = office.provider
    const told = events.slice(before)
    assert.deepEqual(
      told.map(({ data, actorId }) => [data.change, actorId]),
      [
        ['created', userId],
        ...['changed', 'retired'].map((change) => [change, ADMIN.userId]),
        ...['week-replaced', 'override-put', 'override-removed', 'time-off-added', 'time-off-removed'].map(
          (change) => [change, ADMIN.userId],
        ),
      ],
    )
    assert.equal(new Set(told.map(({ id }) => id)).size, told.length)
  })

  it('ring the bell, and a refusal does not', async () => {
    const office = await openOffice()
    const bell = memoryBell()
    let rings = 0
    bell.onRing(() => rings++)
    const rung = {
      ...office,
      catalog: ringingServices(office.catalog, bell),
      schedules: ringingSchedules(office.schedules, bell),
    }
    await changeEverything(rung, office.customer)
    assert.equal(rings, 1, 'anyone may put a service of their own on sale')
    const stale = await changeService(rung)(office.provider, office.serviceId, { title: 'A' }, 7)
    assert.deepEqual([stale.ok, rings], [false, 1])
    await changeEverything(rung, office.provider)
    assert.equal(rings, 9)
  })
})
