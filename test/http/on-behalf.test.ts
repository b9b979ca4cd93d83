import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { expecting, makeAdmin, openShop, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
})
after(() => app[Symbol.asyncDispose]())

const book = (token: string, customer_id: string, start: string, more = {}) =>
  app.ask('POST', '/v1/bookings', {
    token,
    body: { service_id: shop.serviceId, start, customer_id, ...more },
  })

test('a provider and an admin book for a customer, whose booking it is', async () => {
  const { customer, provider } = shop
  const admin = await makeAdmin(app)
  for (const [by, capacity, start] of [
    [provider, 'provider', '2026-01-06T09:00:00Z'],
    [admin, 'admin', '2026-01-06T10:00:00Z'],
    [customer, 'customer', '2026-01-06T11:00:00Z'],
  ] as const) {
    const booking = await expecting(201, book(by.token, customer.id, start))
    assert.equal(booking.customer_id, customer.id)
    const url = `/v1/bookings/${booking.id}/history`
    const { data } = await expecting(200, app.ask('GET', url, { token: customer.token }))
    assert.deepEqual([data[0].actor_id, data[0].acted_as], [by.id, capacity])
  }
})

test('nobody else books for someone', async () => {
  const { customer } = shop
  for (const role of ['customer', 'provider'] as const) {
    const { token } = await app.register(role)
    assertProblem(await book(token, customer.id, '2026-01-06T12:00:00Z'), 403, 'forbidden')
  }
  assertMalformed(await book(customer.token, '7', '2026-01-06T12:00:00Z'), '/customer_id format')
})

test('a customer that is not there, or not active any more, is not found', async () => {
  const { provider } = shop
  const start = '2026-01-06T13:00:00Z'
  assertProblem(await book(provider.token, UNKNOWN, start), 422, 'customer-not-found')
  const gone = await app.register('customer')
  await app.database.query('update auth.users set deactivated_at = now() where id = $1', [gone.id])
  assertProblem(await book(provider.token, gone.id, start), 422, 'customer-not-found')
  assertProblem(await book(provider.token, provider.id, start), 422, 'own-service')
})

test('a provider holds a slot and books it for a customer with the hold', async () => {
  const { provider, customer, serviceId } = shop
  const start = '2026-01-06T14:00:00Z'
  const body = { service_id: serviceId, start }
  const hold = await expecting(201, app.ask('POST', '/v1/holds', { token: provider.token, body }))
  const booking = await expecting(201, book(provider.token, customer.id, start, { hold_id: hold.id }))
  assert.equal(booking.customer_id, customer.id)
})

test('a dry run refuses a customer who is not there in the words of the booking, after what the rules say', async () => {
  const dry = (body: object) =>
    app.ask('POST', '/v1/bookings?dry_run=true', { token: shop.provider.token, body })
  for (const [start, ...codes] of [
    ['2026-01-06T15:00:00Z', 'customer-not-found'],
    ['2026-01-06T03:00:00Z', 'outside-hours', 'customer-not-found'],
    ['2026-01-06T09:00:00Z', 'slot-taken', 'customer-not-found'],
  ] as const) {
    const real = await book(shop.provider.token, UNKNOWN, start)
    const judged = await dry({ service_id: shop.serviceId, start, customer_id: UNKNOWN })
    assert.equal(judged.json().code, real.json().code)
    assert.deepEqual(
      judged.json().violations.map(({ code }: { code: string }) => code),
      codes,
    )
  }
})
