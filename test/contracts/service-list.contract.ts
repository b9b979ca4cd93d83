import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  SERVICE_SORTS,
  type ServiceFilter,
  type ServiceSort,
} from '../../src/application/ports/service-catalog.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Service } from '../../src/domain/service.ts'
import { accepted, addAccount, additionOf, changeOf, NOW, newService } from '../support/fixtures.ts'
import { allPages, type Harness, type OpenHarness, times } from './harness.ts'

const EVERYTHING: ServiceFilter = {
  providerId: null,
  category: null,
  currency: null,
  minPrice: null,
  maxPrice: null,
  text: null,
  retiredOf: null,
  sort: 'created_at',
}

const titlesOf = async ({ catalog }: Harness, filter: Partial<ServiceFilter>) => {
  const { items } = await catalog.list({ ...EVERYTHING, ...filter }, { limit: 100, after: null })
  return items.map(({ title }) => title)
}

/** Adds services of one provider, each created a minute after the one before. */
async function addServices(harness: Harness, list: readonly Partial<Service>[]): Promise<Service[]> {
  const { user } = await addAccount(harness.accounts, 'provider')
  const services = list.map((terms, index) =>
    newService(user.id, { createdAt: plusMinutes(NOW, index), ...terms }),
  )
  for (const service of services) await harness.catalog.add(additionOf(service), null)
  return services
}

/** What every implementation of `ServiceCatalog.list` keeps. */
export function serviceListContract(name: string, open: OpenHarness): void {
  describe(`${name} service list`, () => {
    ordering(open)
    paging(open)
    filtering(open)
    searching(open)
    retired(open)
  })
}

const euros = (minorUnits: number) => ({ minorUnits, currency: 'EUR' })

const SORTED: Readonly<Record<ServiceSort, string>> = {
  created_at: 'cherry apple damson banana',
  '-created_at': 'banana damson apple cherry',
  price: 'damson apple cherry banana',
  '-price': 'banana cherry apple damson',
  title: 'apple banana cherry damson',
}

function ordering(open: OpenHarness): void {
  for (const sort of SERVICE_SORTS) {
    it(`is in the order of ${sort}`, async () => {
      await using harness = await open()
      await addServices(harness, [
        { title: 'cherry', price: euros(1_000) },
        { title: 'apple', price: euros(999) },
        { title: 'damson', price: euros(85) },
        { title: 'banana', price: euros(20_000) },
      ])
      assert.deepEqual(await titlesOf(harness, { sort }), SORTED[sort].split(' '))
    })

    it(`has services that are alike by ${sort} in the order of id, and shows each once, page after page`, async () => {
      await using harness = await open()
      const services = await addServices(
        harness,
        times(7).map(() => ({ title: 'same', createdAt: NOW })),
      )
      const ids = services.map(({ id }) => id)
      const pages = await allPages((page) => harness.catalog.list({ ...EVERYTHING, sort }, page), 3)
      assert.deepEqual(
        pages.flat().map(({ id }) => id),
        sort.startsWith('-') ? ids.toReversed() : ids,
      )
      assert.deepEqual(
        pages.map(({ length }) => length),
        [3, 3, 1],
      )
    })
  }

  it('puts prices of several currencies side by side by their amounts', async () => {
    await using harness = await open()
    await addServices(harness, [
      { title: '80 yen', price: { minorUnits: 80, currency: 'JPY' } },
      { title: '9.50 dollars', price: { minorUnits: 950, currency: 'USD' } },
      { title: '10.000 dinars', price: { minorUnits: 10_000, currency: 'KWD' } },
    ])
    assert.deepEqual(await titlesOf(harness, { sort: 'price' }), ['9.50 dollars', '10.000 dinars', '80 yen'])
  })
}

function paging(open: OpenHarness): void {
  it('shows every service once, whatever its title, price or time of creation', async () => {
    await using harness = await open()
    const titles = ['b', 'B', 'ä', 'a', 'Z', '10', '9', ' c', '💇', "d'e", 'é', '%']
    await addServices(
      harness,
      titles.map((title, index) => ({
        title,
        price: euros(100 + (index % 3)),
        createdAt: plusMinutes(NOW, (index % 4) / 1_000),
      })),
    )
    for (const sort of SERVICE_SORTS) {
      const pages = await allPages((page) => harness.catalog.list({ ...EVERYTHING, sort }, page), 5)
      const shown = pages.flat().map(({ title }) => title)
      assert.deepEqual(shown.toSorted(), titles.toSorted(), sort)
      assert.deepEqual(shown, await titlesOf(harness, { sort }), sort)
    }
  })

  it('goes on where a page ended when its last service has left the list and others have come', async () => {
    await using harness = await open()
    const [first, second, third] = await addServices(harness, [
      { title: 'b' },
      { title: 'd' },
      { title: 'f' },
    ])
    assert(first && second && third)
    const filter: ServiceFilter = { ...EVERYTHING, sort: 'title' }
    const page = await harness.catalog.list(filter, { limit: 2, after: null })
    accepted(await harness.catalog.replace(changeOf({ ...second, version: 2, isActive: false })))
    await harness.catalog.add(additionOf(newService(first.providerId, { title: 'a' })), null)
    await harness.catalog.add(additionOf(newService(first.providerId, { title: 'e' })), null)
    const next = await harness.catalog.list(filter, { limit: 2, after: page.next })
    assert.deepEqual(
      next.items.map(({ title }) => title),
      ['e', 'f'],
    )
    assert.equal(next.next, null)
  })

  it('is an empty page where nothing is on sale', async () => {
    await using harness = await open()
    assert.deepEqual(await harness.catalog.list(EVERYTHING, { limit: 1, after: null }), {
      items: [],
      next: null,
    })
  })
}

function filtering(open: OpenHarness): void {
  it('narrows by provider and by category', async () => {
    await using harness = await open()
    const [one] = await addServices(harness, [
      { title: 'cut', category: 'hair' },
      { title: 'gel', category: 'nails' },
    ])
    await addServices(harness, [{ title: 'dye', category: 'hair' }])
    assert(one)
    assert.deepEqual(await titlesOf(harness, { providerId: one.providerId }), ['cut', 'gel'])
    assert.deepEqual(await titlesOf(harness, { category: 'hair' }), ['cut', 'dye'])
    assert.deepEqual(await titlesOf(harness, { category: 'Hair' }), [])
    assert.deepEqual(await titlesOf(harness, { providerId: one.providerId, category: 'hair' }), ['cut'])
  })

  it('narrows by currency and by prices in its minor units, both bounds inclusive', async () => {
    await using harness = await open()
    await addServices(harness, [
      { title: '7.28', price: euros(728) },
      { title: '7.29', price: euros(729) },
      { title: '10.05', price: euros(1_005) },
      { title: '800 yen', price: { minorUnits: 800, currency: 'JPY' } },
    ])
    const priced = (currency: string, minPrice: number | null, maxPrice: number | null) =>
      titlesOf(harness, { currency, minPrice, maxPrice })
    assert.deepEqual(await priced('EUR', null, null), ['7.28', '7.29', '10.05'])
    assert.deepEqual(await priced('EUR', 729, 1_005), ['7.29', '10.05'])
    assert.deepEqual(await priced('EUR', 729, 1_004), ['7.29'])
    assert.deepEqual(await priced('EUR', null, 728), ['7.28'])
    assert.deepEqual(await priced('EUR', 1_006, null), [])
    assert.deepEqual(await priced('JPY', 800, 800), ['800 yen'])
    assert.deepEqual(await priced('JPY', 801, null), [])
  })
}

function searching(open: OpenHarness): void {
  it('finds words in title or description, in whatever case', async () => {
    await using harness = await open()
    await addServices(harness, [
      { title: 'Deep Tissue Massage' },
      { title: 'Other', description: 'a calming MASSAGE, then tea' },
      { title: 'Haircut' },
    ])
    for (const text of ['massage', 'MASSAGE', 'aSSag']) {
      assert.deepEqual(await titlesOf(harness, { text }), ['Deep Tissue Massage', 'Other'])
    }
    assert.deepEqual(await titlesOf(harness, { text: 'tissue massage' }), ['Deep Tissue Massage'])
    assert.deepEqual(await titlesOf(harness, { text: 'manicure' }), [])
  })

  it('folds the case of letters outside ASCII as well', async () => {
    await using harness = await open()
    await addServices(harness, [{ title: 'Übung' }, { title: 'Стрижка' }])
    assert.deepEqual(await titlesOf(harness, { text: 'ÜBUNG' }), ['Übung'])
    assert.deepEqual(await titlesOf(harness, { text: 'стрижка' }), ['Стрижка'])
  })

  it('takes no character of the words for a pattern', async () => {
    await using harness = await open()
    const titles = ['100% wool', 'wool_mix', 'back\\slash', "o'clock", 'plain']
    await addServices(
      harness,
      titles.map((title) => ({ title })),
    )
    for (const [text, title] of [
      ['%', '100% wool'],
      ['_', 'wool_mix'],
      ['\\', 'back\\slash'],
      ["'", "o'clock"],
    ] as const) {
      assert.deepEqual(await titlesOf(harness, { text }), [title])
    }
    assert.deepEqual(await titlesOf(harness, { text: 'w.*l' }), [])
  })
}

function retired(open: OpenHarness): void {
  it('has the retired services of whom it is asked for, and else nobody’s', async () => {
    await using harness = await open()
    const [mine] = await addServices(harness, [
      { title: 'mine' },
      { title: 'mine, retired', isActive: false },
    ])
    const [theirs] = await addServices(harness, [{ title: 'theirs, retired', isActive: false }])
    assert(mine && theirs)
    const listed = (retiredOf: ServiceFilter['retiredOf'], filter: Partial<ServiceFilter> = {}) =>
      titlesOf(harness, { sort: 'title', retiredOf, ...filter })
    assert.deepEqual(await listed(null), ['mine'])
    assert.deepEqual(await listed(mine.providerId), ['mine', 'mine, retired'])
    assert.deepEqual(await listed(theirs.providerId), ['mine', 'theirs, retired'])
    assert.deepEqual(await listed('anyone'), ['mine', 'mine, retired', 'theirs, retired'])
    assert.deepEqual(await listed(mine.providerId, { providerId: theirs.providerId }), [])
  })
}
