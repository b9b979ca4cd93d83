import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  changeService,
  createService,
  listServices,
  readService,
  retireService,
  type ServiceChangePorts,
} from '../../src/application/services.ts'
import type { ServiceId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, actorOf, addAccount, NOW, newId, rejectionOf } from '../support/fixtures.ts'
import { ADMIN, openOffice } from './stage.ts'

const DRAFT = {
  title: 'Shave',
  category: 'beard',
  price: { amount: '12.50', currency: 'EUR' },
  durationMinutes: 30,
}

const LIST = {
  providerId: null,
  category: null,
  currency: null,
  minPrice: null,
  maxPrice: null,
  text: null,
  sort: 'title',
} as const

describe('Creating a service', () => {
  it('puts it on sale in its first version, with the actor as its provider', async () => {
    const office = await openOffice()
    const service = accepted(await createService(office)(office.provider, DRAFT, null))
    assert.deepEqual(
      [service.providerId, service.version, service.isActive, service.createdAt, service.updatedAt],
      [office.provider.userId, 1, true, NOW, NOW],
    )
    assert.deepEqual(service.price, { minorUnits: 1_250, currency: 'EUR' })
    assert.deepEqual(accepted(await readService(office)(service.id)), service)
  })

  it('refuses a draft with all that is wrong with it, and adds nothing', async () => {
    const office = await openOffice()
    const draft = {
      ...DRAFT,
      price: { amount: '12.5', currency: 'EUR' },
      weeklyHours: { monday: [{ start: 60, end: 60 }] },
    }
    const refused = rejectionOf(await createService(office)(office.provider, draft as typeof DRAFT, null))
    assert(refused.code === 'invalid-input')
    assert.deepEqual(
      refused.violations.map(({ path }) => path.join('/')),
      ['price/amount', 'weeklyHours/monday/0'],
    )
    assert.equal(office.database.services.size, 1)
  })
})

describe('Changing a service', () => {
  it('makes the next version, for its provider and for admins', async () => {
    const office = await openOffice()
    office.setClock(plusMinutes(NOW, 1))
    const second = accepted(
      await changeService(office)(office.provider, office.serviceId, { title: 'A' }, null),
    )
    assert.deepEqual(second, { ...office.service, title: 'A', version: 2, updatedAt: plusMinutes(NOW, 1) })
    const third = accepted(await changeService(office)(ADMIN, office.serviceId, { title: 'B' }, 2))
    assert.deepEqual(accepted(await readService(office)(office.serviceId)), third)
    assert.equal(third.version, 3)
  })

  it('is forbidden to everyone else', async () => {
    const office = await openOffice()
    const stranger = actorOf(await addAccount(office.accounts, 'provider'))
    for (const actor of [stranger, office.customer]) {
      for (const version of [null, 1, 2]) {
        const changed = await changeService(office)(actor, office.serviceId, { title: 'A' }, version)
        assert.deepEqual(rejectionOf(changed), { code: 'forbidden' })
        const retired = await retireService(office)(actor, office.serviceId, version)
        assert.deepEqual(rejectionOf(retired), { code: 'forbidden' })
      }
    }
    assert.deepEqual(await office.catalog.find(office.serviceId), office.service)
  })

  it('says service-not-found of a service that does not exist', async () => {
    const office = await openOffice()
    const id = newId() as ServiceId
    for (const refused of [
      await readService(office)(id),
      await changeService(office)(office.provider, id, {}, null),
      await retireService(office)(office.provider, id, 1),
    ]) {
      assert.deepEqual(rejectionOf(refused), { code: 'service-not-found' })
    }
  })

  it('refuses another expected version than the recorded one, and a change that is wrong in itself', async () => {
    const office = await openOffice()
    const stale = await changeService(office)(office.provider, office.serviceId, { title: 'A' }, 2)
    assert.deepEqual(rejectionOf(stale), { code: 'version-mismatch', version: 1 })
    const price = { amount: '-1', currency: 'EUR' }
    const wrong = await changeService(office)(office.provider, office.serviceId, { price }, null)
    assert.equal(rejectionOf(wrong).code, 'invalid-input')
    assert.deepEqual(await office.catalog.find(office.serviceId), office.service)
  })

  it('runs a lost race again on what the winner wrote, unless a version was expected', async () => {
    const office = await openOffice()
    const overtaken = (by: string): ServiceChangePorts => {
      let isFirst = true
      return {
        ...office,
        catalog: {
          ...office.catalog,
          replace: async (event) => {
            if (isFirst) {
              isFirst = false
              await changeService(office)(office.provider, event.service.id, { description: by }, null)
            }
            return office.catalog.replace(event)
          },
        },
      }
    }
    const change = { title: 'mine' }
    const second = await changeService(overtaken('theirs'))(office.provider, office.serviceId, change, null)
    const { version, title, description } = accepted(second)
    assert.deepEqual([version, title, description], [3, 'mine', 'theirs'])
    const late = await changeService(overtaken('again'))(
      office.provider,
      office.serviceId,
      { title: 'late' },
      3,
    )
    assert.deepEqual(rejectionOf(late), { code: 'version-mismatch', version: 4 })
  })
})

describe('Retiring a service', () => {
  it('takes it off sale, and twice is once', async () => {
    const office = await openOffice()
    const retired = accepted(await retireService(office)(office.provider, office.serviceId, 1))
    assert.deepEqual([retired.isActive, retired.version], [false, 2])
    const again = accepted(await retireService(office)(office.provider, office.serviceId, null))
    assert.deepEqual(again, retired)
    assert.deepEqual(await office.catalog.find(office.serviceId), retired)
  })

  it('shows it to its provider and to admins alone from then on', async () => {
    const office = await openOffice({ title: 'gone' })
    const stranger = actorOf(await addAccount(office.accounts, 'provider'))
    accepted(await createService(office)(office.provider, DRAFT, null))
    accepted(await retireService(office)(office.provider, office.serviceId, null))
    const titles = async (actor: Parameters<ReturnType<typeof listServices>>[0]) => {
      const { items } = await listServices(office)(actor, LIST, { limit: 20, after: null })
      return items.map(({ title }) => title)
    }
    for (const actor of [office.provider, ADMIN]) assert.deepEqual(await titles(actor), ['Shave', 'gone'])
    for (const actor of [null, office.customer, stranger]) assert.deepEqual(await titles(actor), ['Shave'])
    assert.equal(accepted(await readService(office)(office.serviceId)).isActive, false)
  })
})
