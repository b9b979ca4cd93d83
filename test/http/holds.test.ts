import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { expecting, openShop, type Shop } from './support/shop.ts'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
})
after(() => app[Symbol.asyncDispose]())

const hold = (start: string, more = {}, token = shop.customer.token) =>
  app.ask('POST', '/v1/holds', { token, body: { service_id: shop.serviceId, start, ...more } })

const read = (id: string, token = shop.customer.token) => app.ask('GET', `/v1/holds/${id}`, { token })
const release = (id: string, token = shop.customer.token) => app.ask('DELETE', `/v1/holds/${id}`, { token })

/** Holds are free of each other: each test has a customer of its own. */
const someone = async () => (await app.register('customer')).token

/** Lets the time of a hold have passed by the clock of the database. */
const expire = (id: string) =>
  app.database.query(
    `with gone as (delete from claims where hold_id = $1 returning *)
     insert into claims (provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at)
     select provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, now() - interval '1 second'
     from gone`,
    [id],
  )

test('a hold has its slot, its end and an address, and is read as it was made', async () => {
  const earliest = Date.now()
  const response = await hold('2026-01-06T10:00:00+01:00', { ttl_seconds: 60 })
  const made = await expecting(201, Promise.resolve(response))
  const { id, expires_at, ...rest } = made
  assert.deepEqual(rest, {
    service_id: shop.serviceId,
    provider_id: shop.provider.id,
    start: '2026-01-06T09:00:00Z',
    end: '2026-01-06T10:00:00Z',
    service_version: 1,
    price: { amount: '75.00', currency: 'USD' },
  })
  const seconds = (Date.parse(expires_at) - earliest) / 1000
  assert(seconds > 55 && seconds < 90, expires_at)
  assert.equal(response.headers.location, `/v1/holds/${id}`)
  assert.deepEqual(await expecting(200, read(id)), made)
})

test('a held slot is nobody else’s: not shown, not booked, not held, until it is released', async () => {
  const token = await someone()
  const start = '2026-01-06T11:00:00Z'
  const { id } = await expecting(201, hold(start, {}, token))
  const shown = await shop.slots('from=2026-01-06&to=2026-01-07&status=all')
  assert.equal(shown.find((slot) => slot.start === start)?.reason, 'held')
  assert.equal((await shop.book(start)).json().code, 'slot-taken')
  assert.equal((await hold(start)).json().code, 'slot-taken')
  assert.equal((await release(id, token)).status, 204)
  assertProblem(await read(id, token), 404, 'hold-not-found')
  assertProblem(await release(id, token), 404, 'hold-not-found')
  await expecting(201, shop.book(start))
})

test('a hold of someone else is not there: to read, to release or to book with', async () => {
  const start = '2026-01-06T12:00:00Z'
  const token = await someone()
  const { id } = await expecting(201, hold(start, {}, token))
  for (const other of [shop.customer.token, shop.provider.token]) {
    assertProblem(await read(id, other), 404, 'hold-not-found')
    assertProblem(await release(id, other), 404, 'hold-not-found')
  }
  assertProblem(await shop.book(start, { hold_id: id }), 404, 'hold-not-found')
  await expecting(200, read(id, token))
  assertMalformed(await read('7'), '/id format')
})

test('a hold becomes a booking of its slot, once, and of no other slot', async () => {
  const start = '2026-01-06T13:00:00Z'
  const { id } = await expecting(201, hold(start))
  assertProblem(await shop.book('2026-01-06T14:00:00Z', { hold_id: id }), 422, 'hold-mismatch', {
    service_id: shop.serviceId,
    start,
  })
  const booking = await expecting(201, shop.book(start, { hold_id: id }))
  assert.equal(booking.start, start)
  assertProblem(await shop.book(start, { hold_id: id }), 404, 'hold-not-found')
  assertProblem(await read(id), 404, 'hold-not-found')
})

test('a hold keeps the terms it was placed under, whatever the provider makes of the service meanwhile', async () => {
  const other = await openShop(app, { service: { duration_minutes: 30, cancellation_window_minutes: 60 } })
  const { token } = other.customer
  const body = { service_id: other.serviceId, start: '2026-01-06T13:00:00Z' }
  const { id, ...held } = await expecting(201, app.ask('POST', '/v1/holds', { token, body }))
  const change = {
    duration_minutes: 60,
    price: { amount: '500.00', currency: 'EUR' },
    cancellation_window_minutes: 6_000,
    buffer_after_minutes: 30,
    requires_confirmation: true,
  }
  const service = `/v1/services/${other.serviceId}`
  const headers = { 'if-match': '"1"' }
  await expecting(200, app.ask('PATCH', service, { token: other.provider.token, headers, body: change }))
  const { id: _, ...read } = await expecting(200, app.ask('GET', `/v1/holds/${id}`, { token }))
  assert.deepEqual(read, held)
  const redeem = (query = '') =>
    app.ask('POST', `/v1/bookings${query}`, { token, body: { ...body, hold_id: id } })
  const verdict = await expecting(200, redeem('?dry_run=true'))
  const booking = await expecting(201, redeem())
  for (const made of [verdict, booking]) {
    const { status, end, price, service_version, cancellable_until } = made
    assert.deepEqual(
      { status, end, price, service_version, cancellable_until },
      {
        status: 'confirmed',
        end: '2026-01-06T13:30:00Z',
        price: held.price,
        service_version: 1,
        cancellable_until: '2026-01-06T12:00:00Z',
      },
    )
  }
  const { data } = await expecting(200, app.ask('GET', '/v1/bookings', { token }))
  assert.deepEqual(data, [booking])
})

test('a hold that has expired says so, and its slot is everyone’s', async () => {
  const start = '2026-01-06T14:00:00Z'
  const { id } = await expecting(201, hold(start))
  await expire(id)
  assertProblem(await read(id), 409, 'hold-expired')
  assertProblem(await shop.book(start, { hold_id: id }), 409, 'hold-expired')
  assertProblem(await release(id), 404, 'hold-not-found')
  const shown = await shop.slots('from=2026-01-06&to=2026-01-07')
  assert(shown.some((slot) => slot.start === start))
  await expecting(201, shop.book(start))
  assertProblem(await read(id), 409, 'hold-expired')
})

test('a user has five live holds at most, and is told when to come again', async () => {
  const token = await someone()
  for (const hour of ['09', '10', '11', '12', '13']) {
    await expecting(201, hold(`2026-01-07T${hour}:00:00Z`, {}, token))
  }
  const refused = await hold('2026-01-07T14:00:00Z', {}, token)
  assertProblem(refused, 429, 'too-many-holds', { limit: 5 })
  assert(Number(refused.headers['retry-after']) > 0)
  await expecting(201, hold('2026-01-07T14:00:00Z'))
})

test('a hold lasts 30 to 1,800 seconds, and what cannot be booked cannot be held', async () => {
  const start = '2026-01-08T09:00:00Z'
  for (const ttl_seconds of [29, 1_801]) {
    const bound = ttl_seconds < 30 ? 'minimum' : 'maximum'
    assertMalformed(await hold(start, { ttl_seconds }), `/ttl_seconds ${bound}`)
  }
  assertMalformed(
    await hold(start, { ttl_seconds: 60.5, for: 'me' }),
    '/for unknown-field',
    '/ttl_seconds type',
  )
  assert.equal((await hold('2026-01-08T09:10:00Z')).json().code, 'off-grid')
  assert.equal((await hold('2026-01-08T20:00:00Z')).json().code, 'outside-hours')
  const token = await someone()
  for (const [index, ttl_seconds] of [30, 1_800].entries()) {
    await expecting(201, hold(`2026-01-08T1${index}:00:00Z`, { ttl_seconds }, token))
  }
})
