import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestUser } from '../support/app.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed } from './support/problem.ts'
import { addService, expecting, makeAdmin, readPages } from './support/shop.ts'

interface Row {
  readonly id: string
  readonly title: string
  readonly created_at: string
  readonly price: { readonly amount: string; readonly currency: string }
}

const UNKNOWN = '01900000-0000-7000-8000-000000000001'
const dollars = (amount: string) => ({ price: { amount, currency: 'USD' } })

let app: ContractApp
let salon: TestUser
let gym: TestUser
let retired: string
before(async () => {
  app = await openContractApp()
  salon = await app.register('provider')
  gym = await app.register('provider')
  const offered: [TestUser, string, object][] = [
    [salon, '2026-01-01T00:00:00Z', { title: 'Haircut', ...dollars('75.00') }],
    [
      salon,
      '2026-01-01T00:00:00Z',
      { title: 'Beard', ...dollars('20.00'), description: 'With a HOT towel.' },
    ],
    [salon, '2026-01-02T00:00:00Z', { title: 'Colour', ...dollars('120.50'), description: '100% vegan_dye' }],
    [gym, '2026-01-02T00:00:00Z', { title: 'Strength', category: 'fitness', ...dollars('75.00') }],
    [gym, '2026-01-03T00:00:00Z', { title: 'Yoga', category: 'fitness', ...dollars('9.99') }],
    [
      gym,
      '2026-01-03T00:00:00Z',
      { title: 'Yoga', category: 'fitness', price: { amount: '75', currency: 'JPY' } },
    ],
  ]
  for (const [provider, madeAt, terms] of offered) {
    app.setNow(madeAt)
    await addService(app, provider, terms)
  }
  app.setNow('2026-01-05T08:00:00Z')
  retired = await addService(app, gym, { title: 'Retired', category: 'fitness' })
  await expecting(204, app.ask('DELETE', `/v1/services/${retired}`, { token: gym.token }))
})
after(() => app[Symbol.asyncDispose]())

const list = async (query: string, token?: string): Promise<Row[]> => {
  const { data, next_cursor } = await expecting(200, app.ask('GET', `/v1/services?${query}`, { token }))
  assert.equal(next_cursor, null)
  return data
}

const titles = async (query: string) => (await list(query)).map(({ title }) => title).sort()

test('the list is narrowed by words, category, provider and price, alone and together', async () => {
  const everything = ['Beard', 'Colour', 'Haircut', 'Strength', 'Yoga', 'Yoga']
  assert.deepEqual(await titles(''), everything)
  assert.deepEqual(await titles('q=hot'), ['Beard'])
  assert.deepEqual(await titles('q=HAIR'), ['Haircut'])
  assert.deepEqual(await titles('category=fitness'), ['Strength', 'Yoga', 'Yoga'])
  assert.deepEqual(await titles('category=fit'), [])
  assert.deepEqual(await titles(`provider_id=${salon.id}`), ['Beard', 'Colour', 'Haircut'])
  assert.deepEqual(await titles(`provider_id=${UNKNOWN}`), [])
  assert.deepEqual(await titles('currency=JPY'), ['Yoga'])
  assert.deepEqual(await titles(`category=fitness&currency=USD&q=yoga&provider_id=${gym.id}`), ['Yoga'])
})

test('the signs that SQL takes for wildcards and quotes are plain text in a search', async () => {
  assert.deepEqual(await titles('q=100%25'), ['Colour'])
  assert.deepEqual(await titles('q=n_d'), ['Colour'])
  for (const text of ['%25', '_', '%5C', "'", '%22', '%27%3B--', '()', '*']) {
    assert((await titles(`q=${text}`)).length <= 1, text)
  }
})

test('both bounds of a price are part of it, and count in one currency only', async () => {
  assert.deepEqual(await titles('currency=USD&min_price=75'), ['Colour', 'Haircut', 'Strength'])
  assert.deepEqual(await titles('currency=USD&max_price=75.00'), ['Beard', 'Haircut', 'Strength', 'Yoga'])
  assert.deepEqual(await titles('currency=USD&min_price=20&max_price=75'), ['Beard', 'Haircut', 'Strength'])
  assert.deepEqual(await titles('currency=USD&min_price=75.001'), ['Colour'])
  assert.deepEqual(await titles('currency=USD&max_price=9.98'), [])
  assert.deepEqual(await titles('currency=JPY&min_price=75&max_price=75'), ['Yoga'])
  assertMalformed(
    await app.ask('GET', '/v1/services?min_price=1&max_price=2'),
    ...['/min_price', '/max_price'].map((field) => `${field} needs-currency`),
  )
  assertMalformed(await app.ask('GET', '/v1/services?currency=ZZZ&min_price=1'), '/min_price needs-currency')
  assertMalformed(
    await app.ask('GET', '/v1/services?currency=usd&min_price=-1'),
    '/currency pattern',
    '/min_price pattern',
  )
})

const keys: Readonly<Record<string, (row: Row) => number | string>> = {
  created_at: (row) => row.created_at,
  price: (row) => Number(row.price.amount),
  title: (row) => row.title,
}

for (const sort of ['created_at', '-created_at', 'price', '-price', 'title']) {
  test(`sorted by ${sort}, pages of any size make the same list without gap or repetition`, async () => {
    const whole = await list(`sort=${sort}`)
    assert.equal(new Set(whole.map(({ id }) => id)).size, 6)
    const key = keys[sort.replace('-', '')] ?? String
    const inOrder = whole.map(key).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    assert.deepEqual(whole.map(key), sort.startsWith('-') ? inOrder.reverse() : inOrder)
    for (const limit of [1, 2, 3, 5, 6, 100]) {
      const pages = await readPages(app, `/v1/services?sort=${sort}`, limit)
      assert.deepEqual(pages, whole, `${limit} a page`)
    }
  })
}

test('without a sort the list is in the order in which services were put on sale', async () => {
  assert.deepEqual(await list(''), await list('sort=created_at'))
  assertMalformed(await app.ask('GET', '/v1/services?sort=provider'), '/sort enum')
})

test('a service that is put on sale between two pages moves no other', async () => {
  const before = await list('sort=title')
  const first = await expecting(200, app.ask('GET', '/v1/services?sort=title&limit=3'))
  const added = await addService(app, salon, { title: 'Aaa' })
  const rest = await list(`sort=title&cursor=${first.next_cursor}`)
  assert.deepEqual([...first.data, ...rest], before)
  await expecting(204, app.ask('DELETE', `/v1/services/${added}`, { token: salon.token }))
})

test('what is no cursor of this list is refused', async () => {
  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { next_cursor: byPrice } = await expecting(200, app.ask('GET', '/v1/services?sort=price&limit=1'))
  const { next_cursor: byDate } = await expecting(200, app.ask('GET', '/v1/services?limit=1'))
  const foreign = [`sort=price&cursor=${byDate}`, `cursor=${byPrice}`, `sort=-created_at&cursor=${byPrice}`]
  const garbage = [
    '',
    'x',
    '%00',
    cursor(null),
    cursor({}),
    cursor(['2026-01-01T00:00:00Z']),
    cursor([1, UNKNOWN]),
  ]
  const wrong = [cursor(['2026-01-01T00:00:00Z', "' or 1=1"]), cursor(["'; drop", UNKNOWN])]
  for (const query of [...foreign, ...[...garbage, ...wrong].map((text) => `cursor=${text}`)]) {
    const response = await app.ask('GET', `/v1/services?${query}`)
    assert.equal(response.status, 400, `${query}: ${response.text}`)
    assert.equal(response.json().errors[0].field, '/cursor')
  }
  assertMalformed(await app.ask('GET', `/v1/services?cursor=${'x'.repeat(513)}`), '/cursor maxLength')
})

test('a retired service is in the lists of its provider and of admins only', async () => {
  const isListed = async (token?: string) =>
    (await list('category=fitness', token)).some(({ id }) => id === retired)
  assert.equal(await isListed(), false)
  assert.equal(await isListed(salon.token), false)
  assert.equal(await isListed((await app.register('customer')).token), false)
  assert.equal(await isListed(gym.token), true)
  assert.equal(await isListed((await makeAdmin(app)).token), true)
})
