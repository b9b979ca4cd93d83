import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed } from './support/problem.ts'
import { addService, expecting, makeAdmin, openShop, readPages, type Shop } from './support/shop.ts'

interface Row {
  readonly id: string
  readonly start: string
  readonly status: string
}

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
let other: Shop
let secondService: string
let cancelled: string
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
  other = await openShop(app)
  secondService = await addService(app, shop.provider, { duration_minutes: 30 })
  for (const day of ['06', '07', '08', '09']) await expecting(201, shop.book(`2026-01-${day}T09:00:00Z`))
  await expecting(201, shop.book('2026-01-07T11:30:00Z', { service_id: secondService }))
  // At the same instant as one of the other provider's: the id decides.
  await expecting(201, shop.book('2026-01-08T09:00:00Z', { service_id: other.serviceId }))
  cancelled = (await expecting(201, shop.book('2026-01-09T15:00:00Z'))).id
  await expecting(200, app.ask('POST', `/v1/bookings/${cancelled}/cancel`, { token: shop.customer.token }))
  await expecting(201, other.book('2026-01-08T16:00:00Z'))
  app.setNow('2026-01-08T09:00:00Z')
})
after(() => app[Symbol.asyncDispose]())

const list = async (query: string, token = shop.customer.token): Promise<Row[]> =>
  (await expecting(200, app.ask('GET', `/v1/bookings?${query}`, { token }))).data

const starts = async (query: string, token?: string) =>
  (await list(query, token)).map(({ start }) => start.slice(8, 16).replace('T', ' '))

test('upcoming begins with now in ascending order, past ends before it in descending order', async () => {
  assert.deepEqual(await starts('view=upcoming'), ['08 09:00', '08 09:00', '09 09:00', '09 15:00'])
  assert.deepEqual(await starts('view=past'), ['07 11:30', '07 09:00', '06 09:00'])
  const all = ['06 09:00', '07 09:00', '07 11:30', '08 09:00', '08 09:00', '09 09:00', '09 15:00']
  assert.deepEqual(await starts('view=all'), all)
  assert.deepEqual(await starts(''), all)
})

for (const view of ['upcoming', 'past', 'all']) {
  test(`pages of any size make the same ${view} list without gap or repetition`, async () => {
    const { token } = shop.customer
    const whole = await list(`view=${view}&limit=100`)
    assert.equal(new Set(whole.map(({ id }) => id)).size, whole.length)
    for (const limit of [1, 2, 3, 4, 7]) {
      assert.deepEqual(await readPages(app, `/v1/bookings?view=${view}`, limit, { token }), whole)
    }
  })
}

test('the list has the bookings of which one is the customer or the provider, and no others', async () => {
  assert.deepEqual(await starts('', other.provider.token), ['08 09:00', '08 16:00'])
  assert.deepEqual(await starts('', other.customer.token), ['08 16:00'])
  assert.equal((await list('', shop.provider.token)).length, 6)
  assert.deepEqual(await list('', (await app.register('customer')).token), [])
  assert.deepEqual(await list('', (await app.register('provider')).token), [])
  assert.equal((await list('', (await makeAdmin(app)).token)).length, 8)
})

test('a filter narrows the own list and opens no other', async () => {
  assert.deepEqual(await starts('status=cancelled'), ['09 15:00'])
  assert.deepEqual(await starts('status=pending'), [])
  assert.deepEqual(await starts(`service_id=${secondService}`), ['07 11:30'])
  assert.deepEqual(await starts(`provider_id=${other.provider.id}`), ['08 09:00'])
  assert.equal((await list(`customer_id=${shop.customer.id}`)).length, 7)
  assert.deepEqual(await starts(`customer_id=${other.customer.id}`), [])
  assert.deepEqual(await starts(`customer_id=${shop.customer.id}`, other.provider.token), ['08 09:00'])
  assert.deepEqual(await starts(`provider_id=${UNKNOWN}`), [])
  const { token } = await makeAdmin(app)
  assert.deepEqual(await starts(`customer_id=${other.customer.id}`, token), ['08 16:00'])
})

test('from is inclusive and to is exclusive, and neither widens a view', async () => {
  const from = 'from=2026-01-07T10:00:00%2B01:00'
  assert.deepEqual(await starts(`${from}&to=2026-01-08T09:00:00Z`), ['07 09:00', '07 11:30'])
  assert.deepEqual(await starts(`view=upcoming&${from}&to=2026-01-09T09:00:00Z`), ['08 09:00', '08 09:00'])
  assert.deepEqual(await starts(`view=past&${from}&to=2026-01-10T00:00:00Z`), ['07 11:30', '07 09:00'])
})

test('what is no query of this list is refused', async () => {
  const { token } = shop.customer
  const ask = (query: string) => app.ask('GET', `/v1/bookings?${query}`, { token })
  assertMalformed(
    await ask(
      'view=next&status=done&service_id=1&provider_id=x&customer_id=&from=2026-01-07&to=soon&limit=0&page=2',
    ),
    '/view enum',
    '/status enum',
    '/service_id format',
    '/provider_id format',
    '/customer_id format',
    '/from format',
    '/to format',
    '/limit minimum',
    '/page unknown-field',
  )
  assertMalformed(await ask('limit=101'), '/limit maximum')
  const { next_cursor: ofServices } = await expecting(200, app.ask('GET', '/v1/services?limit=1'))
  for (const cursor of [ofServices, 'x', Buffer.from('["now","now"]').toString('base64url')]) {
    assertMalformed(await ask(`cursor=${cursor}`), '/cursor format')
  }
})
