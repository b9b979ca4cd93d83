import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { addService, everyDay, expecting, makeAdmin, openShop, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app, { service: { cancellation_window_minutes: 90 } })
})
after(() => app[Symbol.asyncDispose]())

const read = (id: string, token?: string, headers = {}) =>
  app.ask('GET', `/v1/bookings/${id}`, { token, headers })

test('a booking has the terms of its service, and its address and version in the headers', async () => {
  const said = { notes: 'Ring twice. ✂️', metadata: { order: 7, tags: ['a', { b: null }] } }
  const response = await shop.book('2026-01-06T10:00:00+01:00', said)
  const booking = await expecting(201, Promise.resolve(response))
  const { id, number, ...rest } = booking
  assert.equal(response.headers.location, `/v1/bookings/${id}`)
  assert.equal(response.headers.etag, '"1"')
  assert(Number.isInteger(number))
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  assert.deepEqual(rest, {
    status: 'confirmed',
    service_id: shop.serviceId,
    service_version: 1,
    provider_id: shop.provider.id,
    customer_id: shop.customer.id,
    start: '2026-01-06T09:00:00Z',
    end: '2026-01-06T10:00:00Z',
    price: { amount: '75.00', currency: 'USD' },
    ...said,
    version: 1,
    cancellable_until: '2026-01-06T07:30:00Z',
    created_at: '2026-01-05T08:00:00Z',
    updated_at: '2026-01-05T08:00:00Z',
  })
  assert.deepEqual(await expecting(200, read(id, shop.customer.token)), booking)
})

test('what is left out of a booking is null and empty', async () => {
  const { notes, metadata } = await expecting(201, shop.book('2026-01-06T10:00:00Z'))
  assert.deepEqual([notes, metadata], [null, {}])
})

test('metadata comes back as it was sent, whatever its names', async () => {
  const metadata = {
    constructor: 1,
    toString: 'x',
    hasOwnProperty: [],
    '': {},
    'a/b~c': 0.1,
    proto__: '\u0001',
  }
  const { id } = await expecting(201, shop.book('2026-01-06T11:00:00Z', { metadata }))
  assert.deepEqual((await expecting(200, read(id, shop.customer.token))).metadata, metadata)
})

test('a service that asks for confirmation is booked as pending', async () => {
  const careful = await openShop(app, { service: { requires_confirmation: true } })
  assert.equal((await expecting(201, careful.book('2026-01-06T09:00:00Z'))).status, 'pending')
  assert.equal((await careful.book('2026-01-06T09:00:00Z')).status, 409)
})

test('a booking is for its customer, its provider and admins; to everyone else it is not there', async () => {
  const { id } = await expecting(201, shop.book('2026-01-06T12:00:00Z'))
  for (const { token } of [shop.customer, shop.provider, await makeAdmin(app)]) {
    assert.equal((await expecting(200, read(id, token))).id, id)
  }
  for (const role of ['customer', 'provider'] as const) {
    assertProblem(await read(id, (await app.register(role)).token), 404, 'booking-not-found')
  }
  assertProblem(await read(UNKNOWN, shop.customer.token), 404, 'booking-not-found')
  assertMalformed(await read('7', shop.customer.token), '/id format')
})

test('a client that has the version already is told so', async () => {
  const { id } = await expecting(201, shop.book('2026-01-06T13:00:00Z'))
  const { token } = shop.customer
  const known = await read(id, token, { 'if-none-match': '"1"' })
  assert.deepEqual([known.status, known.text, known.headers.etag], [304, '', '"1"'])
  await expecting(200, read(id, token, { 'if-none-match': '"2"' }))
})

test('who comes second is told the next three free slots, and each of them can be booked', async () => {
  const busy = await openShop(app, { weeklyHours: everyDay('09:00-12:00') })
  for (const start of ['2026-01-06T09:00:00Z', '2026-01-06T11:00:00Z']) await expecting(201, busy.book(start))
  const response = await busy.book('2026-01-06T09:00:00Z')
  const alternatives = [
    { start: '2026-01-06T10:00:00Z', end: '2026-01-06T11:00:00Z' },
    { start: '2026-01-07T09:00:00Z', end: '2026-01-07T10:00:00Z' },
    { start: '2026-01-07T10:00:00Z', end: '2026-01-07T11:00:00Z' },
  ]
  assertProblem(response, 409, 'slot-taken', { alternatives })
  for (const { start, end } of alternatives) assert.equal((await expecting(201, busy.book(start))).end, end)
})

test('there are no more alternatives than free slots', async () => {
  const rare = await openShop(app, {
    weeklyHours: { tuesday: [{ start: '09:00', end: '11:00' }] },
    service: { max_horizon_days: 7 },
  })
  await expecting(201, rare.book('2026-01-06T09:00:00Z'))
  const { alternatives } = (await rare.book('2026-01-06T09:00:00Z')).json()
  assert.deepEqual(alternatives, [{ start: '2026-01-06T10:00:00Z', end: '2026-01-06T11:00:00Z' }])
  await expecting(201, rare.book('2026-01-06T10:00:00Z'))
  assertProblem(await rare.book('2026-01-06T10:00:00Z'), 409, 'slot-taken', { alternatives: [] })
})

test('two services of one provider cannot take the same time, and touching ones can', async () => {
  const half = await addService(app, shop.provider, { duration_minutes: 30 })
  await expecting(201, shop.book('2026-01-07T10:00:00Z'))
  for (const start of ['2026-01-07T10:00:00Z', '2026-01-07T10:30:00Z']) {
    assert.equal((await shop.book(start, { service_id: half })).json().code, 'slot-taken', start)
  }
  for (const start of ['2026-01-07T09:30:00Z', '2026-01-07T11:00:00Z']) {
    await expecting(201, shop.book(start, { service_id: half }))
  }
})

test('of many who book one slot at the same moment one gets it', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => shop.book('2026-01-08T09:00:00Z')))
  const statuses = answers.map(({ status }) => status).sort()
  assert.deepEqual(statuses, [201, ...Array.from({ length: 11 }, () => 409)])
})
