import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { expecting, makeAdmin, openShop, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app, { service: { cancellation_window_minutes: 60 } })
})
after(() => app[Symbol.asyncDispose]())

const cancel = (id: string, token: string, body?: object, headers = {}) =>
  app.ask('POST', `/v1/bookings/${id}/cancel`, { token, headers, ...(body && { body }) })

const book = async (start: string) => expecting(201, shop.book(start))

test('a cancelled booking says who, why and when, and its slot is free at once', async () => {
  const booking = await book('2026-01-06T09:00:00Z')
  app.setNow('2026-01-05T09:00:00Z')
  const response = await cancel(booking.id, shop.customer.token, { reason: 'Ill.' })
  assert.equal(response.headers.etag, '"2"')
  assert.deepEqual(await expecting(200, Promise.resolve(response)), {
    ...booking,
    status: 'cancelled',
    version: 2,
    cancelled_by: 'customer',
    cancellation_reason: 'Ill.',
    updated_at: '2026-01-05T09:00:00Z',
  })
  app.setNow('2026-01-05T08:00:00Z')
  await book('2026-01-06T09:00:00Z')
})

test('no body, an empty one and an empty object all cancel without a reason', async () => {
  const { token } = shop.customer
  const type = { 'content-type': 'application/json' }
  const ways: [string, () => ReturnType<typeof cancel>][] = []
  for (const [hour, headers, payload] of [
    ['10', {}, undefined],
    ['11', type, undefined],
    ['12', type, '{}'],
    ['13', type, ''],
  ] as const) {
    const { id } = await book(`2026-01-06T${hour}:00:00Z`)
    const url = `/v1/bookings/${id}/cancel`
    const authorized = { ...headers, authorization: `Bearer ${token}` }
    ways.push([
      hour,
      () => app.send({ method: 'POST', url, headers: authorized, ...(payload !== undefined && { payload }) }),
    ])
  }
  for (const [hour, way] of ways) {
    const { status, cancellation_reason } = await expecting(200, way())
    assert.deepEqual([status, cancellation_reason], ['cancelled', undefined], hour)
  }
})

test('a booking is cancelled once, and cancelling it again frees nothing', async () => {
  const { id } = await book('2026-01-06T14:00:00Z')
  const { token } = shop.customer
  await expecting(200, cancel(id, token))
  await book('2026-01-06T14:00:00Z')
  const before = await countRows(app.database)
  assertProblem(await cancel(id, token), 409, 'invalid-transition', { booking_status: 'cancelled' })
  assert.deepEqual(await countRows(app.database), before)
  assert.equal((await shop.book('2026-01-06T14:00:00Z')).json().code, 'slot-taken')
})

test('of two cancellations at the same moment one is made', async () => {
  const { id } = await book('2026-01-06T15:00:00Z')
  const both = await Promise.all([cancel(id, shop.customer.token), cancel(id, shop.provider.token)])
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
})

test('to a stranger there is nothing to cancel', async () => {
  const { id } = await book('2026-01-06T16:00:00Z')
  for (const role of ['customer', 'provider'] as const) {
    const { token } = await app.register(role)
    assertProblem(await cancel(id, token), 404, 'booking-not-found')
  }
  assertProblem(await cancel(UNKNOWN, shop.customer.token), 404, 'booking-not-found')
  const { token } = shop.customer
  assert.equal((await expecting(200, app.ask('GET', `/v1/bookings/${id}`, { token }))).status, 'confirmed')
})

test('the customer may until the window closes, to the very instant; the provider and admins always', async () => {
  const bookings = [await book('2026-01-07T09:00:00Z'), await book('2026-01-07T10:00:00Z')]
  const late = await book('2026-01-07T11:00:00Z')
  const [byCustomer, byProvider] = bookings
  assert.equal(byCustomer.cancellable_until, '2026-01-07T08:00:00Z')
  app.setNow('2026-01-07T08:00:00Z')
  await expecting(200, cancel(byCustomer.id, shop.customer.token))
  app.setNow('2026-01-07T09:00:00.001Z')
  assertProblem(await cancel(byProvider.id, shop.customer.token), 422, 'cancellation-window-closed', {
    cancellable_until: '2026-01-07T09:00:00Z',
    now: '2026-01-07T09:00:00.001Z',
  })
  const { cancelled_by } = await expecting(200, cancel(byProvider.id, shop.provider.token))
  assert.equal(cancelled_by, 'provider')
  app.setNow('2026-01-07T11:30:00Z')
  const admin = await makeAdmin(app)
  assert.equal((await expecting(200, cancel(late.id, admin.token))).cancelled_by, 'admin')
  app.setNow('2026-01-05T08:00:00Z')
})

test('only the version that was read is cancelled when the client names it', async () => {
  const { id } = await book('2026-01-08T09:00:00Z')
  const { token } = shop.customer
  const withTag = (etag: string) => cancel(id, token, {}, { 'if-match': etag })
  assertProblem(await withTag('"2"'), 412, 'version-mismatch', { version: 1 })
  assertMalformed(await withTag('1'), '/headers/if-match format')
  await expecting(200, withTag('"1"'))
  assertProblem(await withTag('"1"'), 412, 'version-mismatch', { version: 2 })
})

test('a reason is a text of up to 500 characters, and nothing comes beside it', async () => {
  const { id } = await book('2026-01-08T10:00:00Z')
  const { token } = shop.customer
  assertMalformed(await cancel(id, token, { reason: 'x'.repeat(501) }), '/reason maxLength')
  assertMalformed(await cancel(id, token, { reason: null, by: 'me' }), '/by unknown-field', '/reason type')
  assertMalformed(await cancel(id, token, []), ' type')
  await expecting(200, cancel(id, token, { reason: 'x'.repeat(500) }))
})
