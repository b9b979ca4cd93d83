import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { addService, openShop, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'
const START = '2026-01-06T09:00:00Z'

let app: ContractApp
let shop: Shop
let bookingId: string
let counts: object
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
  await addService(app, shop.provider)
  bookingId = (await shop.book('2026-01-06T16:00:00Z')).json().id
})
beforeEach(async () => {
  counts = await countRows(app.database)
})
afterEach(async () => {
  assert.deepEqual(await countRows(app.database), counts, 'nothing is written')
})
after(() => app[Symbol.asyncDispose]())

/** Every route that takes a body, with a token that may use it. */
const bodyRoutes = () =>
  [
    ['POST', '/v1/auth/register', undefined],
    ['POST', '/v1/auth/login', undefined],
    ['POST', '/v1/services', shop.provider.token],
    ['PATCH', `/v1/services/${shop.serviceId}`, shop.provider.token],
    ['PUT', `/v1/providers/${shop.provider.id}/schedule`, shop.provider.token],
    ['POST', '/v1/bookings', shop.customer.token],
    ['POST', `/v1/bookings/${bookingId}/cancel`, shop.customer.token],
  ] as const

const sendTo = async (
  payload: string | Buffer,
  type: string,
  check: (response: Awaited<ReturnType<ContractApp['send']>>, url: string) => void,
) => {
  for (const [method, url, token] of bodyRoutes()) {
    const headers = { 'content-type': type, ...(token && { authorization: `Bearer ${token}` }) }
    check(await app.send({ method, url, headers, payload }), url)
  }
}

const JSON_TYPE = 'application/json'

test('a body that is no JSON is refused by every route', async () => {
  for (const text of [
    '{',
    '{"a":1,}',
    "{'a':1}",
    'undefined',
    '{"a":1}{"b":2}',
    '{"a":\u0000}',
    '\ufeff',
    'NaN',
  ]) {
    await sendTo(text, JSON_TYPE, (response) => assertMalformed(response, ' unreadable'))
  }
  await sendTo(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), JSON_TYPE, (response) =>
    assertMalformed(response, ' unreadable'),
  )
})

test('a body that is JSON but no object is refused by every route', async () => {
  for (const text of ['[]', '"text"', '7', 'true', '[{}]']) {
    await sendTo(text, JSON_TYPE, (response) => assertMalformed(response, ' type'))
  }
})

test('a name that would reach into prototypes is refused by every route, at any depth', async () => {
  for (const text of [
    '{"__proto__":{"isAdmin":true}}',
    '{"metadata":{"__proto__":null}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '{"metadata":{"a":[{"constructor":{"prototype":{}}}]}}',
    '{"\\u005f_proto__":1}',
  ]) {
    await sendTo(text, JSON_TYPE, (response) => {
      assertMalformed(response, ' unreadable')
      // It is a JSON object: whoever wrote it has to be told what else is wrong with it.
      assert.match(response.json().errors[0].message, /__proto__/)
    })
  }
  assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined)
})

test('a field that is not the contract’s is refused by every route, by its name', async () => {
  for (const name of ['nope', 'constructor', 'toString', 'is_admin', '']) {
    await sendTo(JSON.stringify({ [name]: 1 }), JSON_TYPE, (response, url) => {
      assert.equal(response.status, 400, url)
      const named = response.json().errors.find(({ field }: { field: string }) => field === `/${name}`)
      assert.equal(named?.code, 'unknown-field', url)
    })
  }
})

test('a body of another type is refused by every route', async () => {
  for (const type of [
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'nonsense',
  ]) {
    await sendTo('{}', type, (response) => assertProblem(response, 415, 'unsupported-media-type'))
  }
})

test('a body of more than 64 KiB is refused by every route before it is read', async () => {
  const tooMuch = JSON.stringify({ notes: 'x'.repeat(64 * 1024) })
  await sendTo(tooMuch, JSON_TYPE, (response) => assertProblem(response, 413, 'body-too-large'))
  await sendTo(`[${'['.repeat(1_000_000)}`, JSON_TYPE, (response) =>
    assertProblem(response, 413, 'body-too-large'),
  )
  await sendTo('['.repeat(60_000), JSON_TYPE, (response) => assertMalformed(response, ' unreadable'))
})

test('a request without its body names what is missing', async () => {
  const { token } = shop.customer
  assertMalformed(await app.ask('POST', '/v1/auth/login'), ' type')
  assertMalformed(await app.ask('POST', '/v1/bookings', { token }), ' type')
  assertMalformed(
    await app.ask('POST', '/v1/bookings', { token, body: {} }),
    '/service_id required',
    '/start required',
  )
})

test('all that is wrong with a booking is named at once', async () => {
  const body = {
    service_id: 7,
    start: 'tomorrow',
    notes: 'x'.repeat(2001),
    metadata: [],
    customer: 'me',
    price: 1,
  }
  assertMalformed(
    await app.ask('POST', '/v1/bookings', { token: shop.customer.token, body }),
    '/service_id type',
    '/start format',
    '/notes maxLength',
    '/metadata type',
    '/customer unknown-field',
    '/price unknown-field',
  )
})

test('what is no instant is no start', async () => {
  for (const start of [
    '2026-01-06T09:00:00',
    '2026-01-06 09:00:00Z',
    '2026-02-30T09:00:00Z',
    '2026-02-29T09:00:00Z',
    '2026-01-06T24:00:00Z',
    '2026-01-06T09:60:00Z',
    '2026-01-06T09:00:60Z',
    '2026-01-06T09:00Z',
    '2026-01-06',
    '10000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2026-01-06T09:00:00+25:00',
    '2026-01-06T09:00:00Z[UTC]',
    'now',
    '',
  ]) {
    assertMalformed(await shop.book(start), '/start format')
  }
  for (const start of [null, 1_767_690_000_000, true, {}, [START]]) {
    assertMalformed(await shop.book(START, { start }), '/start type')
  }
})

test('metadata nests up to eight levels and takes up to 16 KiB', async () => {
  const nested = (levels: number): object => (levels === 1 ? { end: 1 } : { a: nested(levels - 1) })
  const refused = (metadata: object) => shop.book('2026-01-06T16:00:00Z', { metadata })
  assert.equal((await refused(nested(8))).json().code, 'slot-taken')
  assertMalformed(await refused(nested(9)), `/metadata${'/a'.repeat(8)} too-deep`)
  assertMalformed(await refused({ list: [[[[[[[[1]]]]]]]] }), `/metadata/list${'/0'.repeat(7)} too-deep`)
  assertMalformed(await refused({ text: 'x'.repeat(16_384) }), '/metadata invalid')
  const bottomless = `{"service_id":"${UNKNOWN}","start":"${START}","metadata":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`
  const headers = { authorization: `Bearer ${shop.customer.token}`, 'content-type': JSON_TYPE }
  const response = await app.send({ method: 'POST', url: '/v1/bookings', headers, payload: bottomless })
  assertMalformed(response, `/metadata${'/a'.repeat(8)} too-deep`)
})
