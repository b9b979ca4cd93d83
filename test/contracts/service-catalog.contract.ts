import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { UserId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Service } from '../../src/domain/service.ts'
import { byWeekday } from '../../src/domain/weekly-hours.ts'
import {
  accepted,
  addAccount,
  additionOf,
  changeOf,
  hours,
  NOW,
  newId,
  newService,
  rejectionOf,
} from '../support/fixtures.ts'
import { type OpenHarness, times } from './harness.ts'

/** What every implementation of the `ServiceCatalog` port keeps of single services; lists have a contract beside it. */
export function serviceCatalogContract(name: string, open: OpenHarness): void {
  describe(`${name} service catalog`, () => {
    keeping(open)
    replacing(open)
  })
}

const openProvider = async (open: OpenHarness) => {
  const harness = await open()
  const provider = await addAccount(harness.accounts, 'provider')
  return { harness, providerId: provider.user.id }
}

/** Every term other than its default, with the characters that get lost between a program and a database. */
const EVERY_TERM: Partial<Service> = {
  title: 'Çut & colour 💇 "deluxe" \\ 100 %_',
  description: "It's\n\ta 'long' $1 {story}, NULL; --",
  category: 'hair, nails',
  price: { minorUnits: 1, currency: 'USD' },
  durationMinutes: 45,
  slotIntervalMinutes: 15,
  bufferBeforeMinutes: 5,
  bufferAfterMinutes: 10,
  minNoticeMinutes: 120,
  maxHorizonDays: 30,
  dailyLimit: 4,
  requiresConfirmation: true,
  cancellationWindowMinutes: 1_440,
  reminderMinutes: [1_440, 10, 60],
  weeklyHours: byWeekday({ monday: [hours('09:00-12:00'), hours('13:00-24:00')], sunday: [] }),
  images: ['https://example.com/a,b.png?x="1"', '{}', 'NULL', ''],
  isActive: false,
  createdAt: plusMinutes(NOW, 0.001),
  updatedAt: plusMinutes(NOW, 1.5),
}

function keeping(open: OpenHarness): void {
  it('gives a service back as it was added, every term of it', async () => {
    const { harness, providerId } = await openProvider(open)
    await using _ = harness
    for (const terms of [{}, EVERY_TERM, { weeklyHours: byWeekday({}), reminderMinutes: [] }]) {
      const service = newService(providerId, terms)
      await harness.catalog.add(additionOf(service), null)
      assert.deepEqual(await harness.catalog.find(service.id), service)
    }
  })

  it('keeps the smallest and the largest amount of currencies with no, two, three and four digits', async () => {
    const { harness, providerId } = await openProvider(open)
    await using _ = harness
    for (const currency of ['JPY', 'USD', 'KWD', 'CLF']) {
      for (const minorUnits of [1, 1_005, 999_999_999_999]) {
        const service = newService(providerId, { price: { minorUnits, currency } })
        await harness.catalog.add(additionOf(service), null)
        assert.deepEqual((await harness.catalog.find(service.id))?.price, service.price)
      }
    }
  })

  it('has the active services of a provider in the order in which they were made, then of id', async () => {
    const { harness, providerId } = await openProvider(open)
    await using _ = harness
    const other = await addAccount(harness.accounts, 'provider')
    const at = (minutes: number, more: Partial<Service> = {}) =>
      newService(providerId, { createdAt: plusMinutes(NOW, minutes), ...more })
    const services = [at(3), at(2), at(2), at(0, { isActive: false })]
    for (const service of [...services, newService(other.user.id)]) {
      accepted(await harness.catalog.add(additionOf(service), null))
    }
    const [last, ...twins] = services.slice(0, 3)
    assert.deepEqual(await harness.catalog.activeOf(providerId), [...twins, last])
    const [first, second] = twins
    assert(first && second && first.id < second.id)
    accepted(await harness.catalog.replace(changeOf({ ...first, version: 2, isActive: false }, first)))
    assert.deepEqual(await harness.catalog.activeOf(providerId), [second, last])
    assert.deepEqual(await harness.catalog.activeOf(newId() as UserId), [])
  })

  it('knows no service that was not added', async () => {
    const { harness, providerId } = await openProvider(open)
    await using _ = harness
    assert.equal(await harness.catalog.find(newService(providerId).id), undefined)
  })
}

function replacing(open: OpenHarness): void {
  it('writes the next version of a service, every term of it', async () => {
    const { harness, providerId } = await openProvider(open)
    await using _ = harness
    const service = newService(providerId)
    await harness.catalog.add(additionOf(service), null)
    const { createdAt: _createdAt, ...terms } = EVERY_TERM
    const second: Service = { ...service, ...terms, version: 2 }
    assert.deepEqual(accepted(await harness.catalog.replace(changeOf(second))), second)
    assert.deepEqual(await harness.catalog.find(service.id), second)
    const third: Service = { ...service, version: 3 }
    assert.deepEqual(accepted(await harness.catalog.replace(changeOf(third))), third)
    assert.deepEqual(await harness.catalog.find(service.id), third)
  })

  it('refuses a version whose predecessor is not recorded, names the recorded one and writes nothing', async () => {
    const { harness, providerId } = await openProvider(open)
    await using _ = harness
    const service = newService(providerId)
    await harness.catalog.add(additionOf(service), null)
    const recorded = accepted(
      await harness.catalog.replace(changeOf({ ...service, version: 2, title: 'second' })),
    )
    for (const version of [1, 2, 4]) {
      const refused = await harness.catalog.replace(changeOf({ ...service, version, title: 'stray' }))
      assert.deepEqual(rejectionOf(refused), { code: 'version-mismatch', version: 2 })
    }
    assert.deepEqual(await harness.catalog.find(service.id), recorded)
  })

  it('leaves other services as they are', async () => {
    const { harness, providerId } = await openProvider(open)
    await using _ = harness
    const [one, other] = [newService(providerId), newService(providerId)]
    await harness.catalog.add(additionOf(one), null)
    await harness.catalog.add(additionOf(other), null)
    accepted(await harness.catalog.replace(changeOf({ ...one, version: 2, title: 'changed' })))
    assert.deepEqual(await harness.catalog.find(other.id), other)
  })

  it('writes exactly one of twenty successors of one version', async () => {
    const { harness, providerId } = await openProvider(open)
    await using _ = harness
    const service = newService(providerId)
    await harness.catalog.add(additionOf(service), null)
    for (const round of times(10)) {
      const results = await Promise.all(
        times(20).map((racer) =>
          harness.catalog.replace(changeOf({ ...service, version: round + 2, title: `racer ${racer}` })),
        ),
      )
      const written = results.filter(({ ok }) => ok)
      assert.equal(written.length, 1)
      const recorded = await harness.catalog.find(service.id)
      assert.deepEqual(recorded, written[0]?.ok && written[0].value)
      for (const result of results) {
        if (!result.ok) assert.deepEqual(result.rejection, { code: 'version-mismatch', version: round + 2 })
      }
    }
  })
}
