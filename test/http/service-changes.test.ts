import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestUser } from '../support/app.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { addService, expecting, hours, makeAdmin, openShop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let provider: TestUser
before(async () => {
  app = await openContractApp()
  provider = await app.register('provider')
})
after(() => app[Symbol.asyncDispose]())

const change = (id: string, body: object, ifMatch?: string, token = provider.token) =>
  app.ask('PATCH', `/v1/services/${id}`, {
    token,
    body,
    ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
  })

const retire = (id: string, headers = {}, token = provider.token) =>
  app.ask('DELETE', `/v1/services/${id}`, { token, headers })

const read = (id: string) => expecting(200, app.ask('GET', `/v1/services/${id}`))

test('a change makes the next version and leaves what it does not name', async () => {
  const id = await addService(app, provider, {
    daily_limit: 3,
    weekly_hours: { monday: hours('09:00-12:00') },
  })
  const before = await read(id)
  app.setNow('2026-01-05T09:30:00Z')
  const response = await change(id, { title: 'Shave', price: { amount: '30.00', currency: 'EUR' } })
  const after = await expecting(200, Promise.resolve(response))
  assert.equal(response.headers.etag, '"2"')
  const named = { title: 'Shave', price: { amount: '30.00', currency: 'EUR' } }
  assert.deepEqual(after, { ...before, ...named, version: 2, updated_at: '2026-01-05T09:30:00Z' })
  assert.deepEqual(await read(id), after)
})

test('null takes away a limit and hours of its own', async () => {
  const id = await addService(app, provider, {
    daily_limit: 3,
    weekly_hours: { monday: hours('09:00-12:00') },
  })
  const { daily_limit, weekly_hours } = await expecting(
    200,
    change(id, { daily_limit: null, weekly_hours: null }),
  )
  assert.deepEqual([daily_limit, weekly_hours], [null, null])
})

test('only the version that was read is changed when the client names it', async () => {
  const id = await addService(app, provider)
  await expecting(200, change(id, { title: 'Two' }, '"1"'))
  assertProblem(await change(id, { title: 'Three' }, '"1"'), 412, 'version-mismatch', { version: 2 })
  assert.equal((await read(id)).title, 'Two')
  await expecting(200, change(id, { title: 'Three' }, '*'))
})

test('of two changes of one version at the same moment one is made', async () => {
  const id = await addService(app, provider)
  const both = await Promise.all([change(id, { title: 'A' }, '"1"'), change(id, { title: 'B' }, '"1"')])
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412])
  assert.equal((await read(id)).version, 2)
})

test('an If-Match that is no ETag of ours is refused', async () => {
  const id = await addService(app, provider)
  for (const etag of ['1', '""', '"x"', 'W/"1"', '"1", "2"', '"1', '"1\'; --"', '"99999999999999999999"']) {
    assertMalformed(await change(id, { title: 'Two' }, etag), '/headers/if-match format')
    assertMalformed(await retire(id, { 'if-match': etag }), '/headers/if-match format')
  }
  assert.equal((await read(id)).version, 1)
})

test('a change that breaks a rule changes nothing', async () => {
  const id = await addService(app, provider)
  assertInvalid(
    await change(id, { title: 'Two', price: { amount: '1.5', currency: 'USD' } }),
    '/price/amount invalid-amount',
  )
  assertMalformed(
    await change(id, { title: null, id: UNKNOWN, version: 7 }),
    '/title type',
    '/id unknown-field',
    '/version unknown-field',
  )
  assert.equal((await read(id)).version, 1)
})

test('only its provider and admins change or retire a service', async () => {
  const id = await addService(app, provider)
  const stranger = await app.register('provider')
  assertProblem(await change(id, { title: 'Mine' }, undefined, stranger.token), 403, 'forbidden')
  assertProblem(await retire(id, {}, stranger.token), 403, 'forbidden')
  assert.equal((await read(id)).version, 1)
  await expecting(200, change(id, { title: 'Ours' }, undefined, (await makeAdmin(app)).token))
})

test('a service that nobody made is neither changed nor retired', async () => {
  assertProblem(await change(UNKNOWN, { title: 'Two' }), 404, 'service-not-found')
  assertProblem(await retire(UNKNOWN), 404, 'service-not-found')
})

test('a retired service is still read, takes no bookings, and can be brought back', async () => {
  app.setNow('2026-01-05T08:00:00Z')
  const shop = await openShop(app)
  const { token } = shop.provider
  await expecting(201, shop.book('2026-01-06T09:00:00Z'))
  assertProblem(await retire(shop.serviceId, { 'if-match': '"9"' }, token), 412, 'version-mismatch', {
    version: 1,
  })
  await expecting(204, retire(shop.serviceId, { 'if-match': '"1"' }, token))
  await expecting(204, retire(shop.serviceId, {}, token))
  const { is_active, version } = await read(shop.serviceId)
  assert.deepEqual([is_active, version], [false, 2])
  assertProblem(await shop.book('2026-01-06T10:00:00Z'), 422, 'service-retired')
  assert.deepEqual(await shop.slots('from=2026-01-06&to=2026-01-07&status=all'), [])
  await expecting(200, change(shop.serviceId, { is_active: true }, undefined, token))
  await expecting(201, shop.book('2026-01-06T10:00:00Z'))
})

test('a booking keeps the terms it was made under', async () => {
  const shop = await openShop(app, { service: { cancellation_window_minutes: 60 } })
  const { id, ...booked } = await expecting(201, shop.book('2026-01-06T09:00:00Z'))
  const terms = {
    price: { amount: '99.00', currency: 'EUR' },
    duration_minutes: 30,
    cancellation_window_minutes: 0,
  }
  await expecting(200, change(shop.serviceId, terms, undefined, shop.provider.token))
  const { token } = shop.customer
  assert.deepEqual(await expecting(200, app.ask('GET', `/v1/bookings/${id}`, { token })), { id, ...booked })
  const later = await expecting(201, shop.book('2026-01-06T11:00:00Z'))
  assert.deepEqual([later.service_version, later.price, later.end], [2, terms.price, '2026-01-06T11:30:00Z'])
})
