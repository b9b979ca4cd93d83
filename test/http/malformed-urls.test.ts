import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { openShop, type Shop } from './support/shop.ts'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
})
after(() => app[Symbol.asyncDispose]())

const get = (url: string) => app.ask('GET', url, { token: shop.customer.token })

test('a path that cannot be decoded is refused', async () => {
  for (const path of [
    '/v1/services/%',
    '/v1/services/%F',
    '/v1/bookings/%E0%A4%A',
    '/problems/%ff',
    '/%zz',
  ]) {
    assertMalformed(await get(path), ' unreadable')
  }
})

test('a path that is too long for any id is refused', async () => {
  for (const length of [257, 5_000])
    assertMalformed(await get(`/v1/services/${'a'.repeat(length)}`), ' unreadable')
})

test('an id that is none is refused by every route that takes one', async () => {
  const ids = [
    '1',
    'null',
    '..%2F..',
    '%00',
    "'%20or%201=1",
    '01900000-0000-7000-8000-00000000000G',
    `${shop.serviceId}x`,
  ]
  for (const id of [...ids, shop.serviceId.toUpperCase()]) {
    for (const path of [
      `/v1/services/${id}`,
      `/v1/providers/${id}`,
      `/v1/providers/${id}/schedule`,
      `/v1/bookings/${id}`,
    ]) {
      const response = await get(path)
      assert.equal(response.status, 400, path)
      assert.equal(response.json().errors[0].field, '/id', path)
    }
  }
})

test('a route that there is not is not found, whatever the method', async () => {
  for (const path of [
    '/',
    '/v1',
    '/v2/services',
    '/v1/servicesx',
    '/v1/services/1/2',
    '/v1/services/',
    '/v1/bookings/',
    '/v1/bookings//history',
    '/metrics/1',
    '/.env',
  ]) {
    assertProblem(await get(path), 404, 'route-not-found')
  }
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
    assertProblem(await app.send({ method, url: '/v1/nowhere' }), 404, 'route-not-found')
  }
})

test('a limit is a whole number from 1 to 100, in digits', async () => {
  for (const list of ['/v1/services', '/v1/providers', '/v1/bookings']) {
    for (const limit of [
      '5.5',
      '1e9',
      '0x10',
      '',
      '+5',
      '%205',
      'five',
      'NaN',
      '9999999999999999999',
      '5&limit=6',
    ]) {
      assertMalformed(await get(`${list}?limit=${limit}`), '/limit type')
    }
    for (const limit of ['0', '-1', '-0'])
      assertMalformed(await get(`${list}?limit=${limit}`), '/limit minimum')
    for (const limit of ['101', '1000000000'])
      assertMalformed(await get(`${list}?limit=${limit}`), '/limit maximum')
    for (const limit of ['1', '100', '007']) assert.equal((await get(`${list}?limit=${limit}`)).status, 200)
  }
})

test('a parameter that is given twice is refused', async () => {
  assertMalformed(await get('/v1/services?q=a&q=b'), '/q type')
  assertMalformed(await get('/v1/services?cursor=a&cursor=b'), '/cursor type')
  const twice = `service_id=${shop.serviceId}&service_id=${shop.serviceId}`
  const response = await get(`/v1/availability?${twice}&from=2026-01-06&from=2026-01-07&to=2026-01-08`)
  assertMalformed(response, '/from type', '/service_id uniqueItems')
  assertMalformed(await get('/v1/bookings?view=past&view=all'), '/view type')
})

test('a parameter that is not the contract’s is refused, by its name', async () => {
  for (const name of ['x', '__proto__', 'constructor', 'toString', 'limit[]', 'q.a', '']) {
    for (const list of ['/v1/services', '/v1/providers', '/v1/bookings']) {
      const response = await get(`${list}?${encodeURIComponent(name)}=1`)
      assertMalformed(response, `/${name} unknown-field`)
    }
  }
})

test('a NUL byte in a parameter is refused', async () => {
  for (const name of ['q', 'category', 'cursor', 'sort', 'currency']) {
    assertMalformed(await get(`/v1/services?${name}=a%00b`), `/${name} unkeepable-text`)
  }
})

test('a parameter that cannot be decoded is taken as text, and never for SQL', async () => {
  for (const text of ['%', '%E0%A4%A', '%FF', '%ED%A0%80', "';drop table services;--"]) {
    const response = await get(`/v1/services?q=${text}`)
    assert.deepEqual([response.status, response.json().data], [200, []], text)
  }
})

test('a query of thousands of parameters is refused', async () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `p${index}=1`).join('&')
  const response = await get(`/v1/services?${many}`)
  assert.equal(response.status, 400)
  assert(response.text.length < 200_000)
})
