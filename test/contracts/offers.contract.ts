import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type EpochDay, parseDate } from '../../src/domain/calendar.ts'
import { byWeekday } from '../../src/domain/weekly-hours.ts'
import {
  accepted,
  addAccount,
  additionOf,
  addOffer,
  at,
  changeOf,
  hours,
  newService,
  setHours,
} from '../support/fixtures.ts'
import type { OpenHarness } from './harness.ts'

/** What every implementation of the `Offers` port keeps. */
export function offersContract(name: string, open: OpenHarness): void {
  describe(`${name} offers`, () => {
    composing(open)
    asking(open)
  })
}

function composing(open: OpenHarness): void {
  it('puts a service together with the whole schedule and the number of its provider', async () => {
    await using harness = await open()
    const provider = await addAccount(harness.accounts, 'provider', { timeZone: 'Europe/Berlin' })
    const { id: providerId, number } = provider.user
    await setHours(harness.schedules, providerId, {
      timeZone: 'Europe/Berlin',
      weeklyHours: { monday: [hours('09:00-12:00'), hours('13:00-24:00')] },
      breaks: { monday: [{ ...hours('10:00-10:30'), label: 'tea' }] },
    })
    const day = parseDate('2030-02-28') as EpochDay
    await harness.probe.addOverride(providerId, day, { hours: [hours('08:00-09:00')], reason: 'fair' })
    await harness.probe.addTimeOff(providerId, {
      start: at('2030-03-01T00:00:00Z'),
      end: at('2030-03-02T00:00:00Z'),
    })
    const weeklyHours = byWeekday({ monday: [hours('10:00-11:00')] })
    for (const terms of [{ weeklyHours }, { weeklyHours: null }]) {
      const service = newService(providerId, terms)
      await harness.catalog.add(additionOf(service), null)
      const schedule = await harness.schedules.find(providerId)
      const expected = { service, schedule, providerNumber: number, providerIsActive: true }
      assert.deepEqual(await harness.offers.current([service.id]), [expected])
      assert.deepEqual(await harness.offers.recent(service.id), expected)
    }
  })

  it('has an offer of a retired service, so that it can be told why it is not to be had', async () => {
    await using harness = await open()
    const provider = await addAccount(harness.accounts, 'provider')
    const { service } = await addOffer(harness, provider, { isActive: false })
    assert.equal((await harness.offers.current([service.id])).length, 1)
  })
}

function asking(open: OpenHarness): void {
  it('answers in the order of the ids and leaves out those that do not exist', async () => {
    await using harness = await open()
    const provider = await addAccount(harness.accounts, 'provider')
    const other = await addAccount(harness.accounts, 'provider')
    const first = await addOffer(harness, provider)
    const second = await addOffer(harness, other)
    const third = await addOffer(harness, provider)
    const unknown = newService(provider.user.id)
    const ids = [third, first, { service: unknown }, second].map(({ service }) => service.id)
    assert.deepEqual(await harness.offers.current(ids), [third, first, second])
    assert.deepEqual(await harness.offers.current([unknown.id]), [])
    assert.deepEqual(await harness.offers.current([]), [])
  })

  it('knows no recent offer of a service that does not exist, and does once it does', async () => {
    await using harness = await open()
    const provider = await addAccount(harness.accounts, 'provider')
    const service = newService(provider.user.id)
    assert.equal(await harness.offers.recent(service.id), undefined)
    await harness.catalog.add(additionOf(service), null)
    assert.deepEqual((await harness.offers.recent(service.id))?.service, service)
  })

  it('says of current offers what is recorded now', async () => {
    await using harness = await open()
    const provider = await addAccount(harness.accounts, 'provider')
    const { service } = await addOffer(harness, provider)
    await harness.offers.recent(service.id)
    const replaced = accepted(
      await harness.catalog.replace(changeOf({ ...service, version: 2, title: 'changed' })),
    )
    await setHours(harness.schedules, provider.user.id, { weeklyHours: { friday: [hours('09:00-10:00')] } })
    const [offer] = await harness.offers.current([service.id])
    assert.deepEqual(offer?.service, replaced)
    assert.deepEqual(offer?.schedule, await harness.schedules.find(provider.user.id))
    assert.equal(offer?.schedule.version, 2)
  })
}
