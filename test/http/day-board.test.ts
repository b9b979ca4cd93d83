import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { addService, everyDay, expecting, makeAdmin, openShop, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
let bookingId: string
before(async () => {
  app = await openContractApp()
  shop = await openShop(app, { weeklyHours: everyDay('09:00-12:00'), breaks: everyDay('10:15-10:30') })
  bookingId = (await expecting(201, shop.book('2026-01-06T09:00:00Z', { notes: 'Left side.' }))).id
})
after(() => app[Symbol.asyncDispose]())

const board = (
  token?: string,
  date = '2026-01-06',
  serviceId = shop.serviceId,
  providerId = shop.provider.id,
) => app.ask('GET', `/v1/providers/${providerId}/days/${date}?service_id=${serviceId}`, { token })

const slots = [
  { start: '2026-01-06T09:00:00Z', end: '2026-01-06T10:00:00Z', status: 'booked', reason: 'booked' },
  { start: '2026-01-06T10:00:00Z', end: '2026-01-06T11:00:00Z', status: 'break', reason: 'break' },
  { start: '2026-01-06T11:00:00Z', end: '2026-01-06T12:00:00Z', status: 'available' },
]

test('the board shows every slot of a local day with its status', async () => {
  assert.deepEqual(await expecting(200, board()), {
    as_of: '2026-01-05T08:00:00Z',
    provider_id: shop.provider.id,
    service_id: shop.serviceId,
    date: '2026-01-06',
    time_zone: 'UTC',
    slots,
  })
})

test('the provider and admins see the booking behind a slot', async () => {
  const { token } = shop.customer
  const booking = await expecting(200, app.ask('GET', `/v1/bookings/${bookingId}`, { token }))
  for (const reader of [shop.provider, await makeAdmin(app)]) {
    const { slots: seen } = await expecting(200, board(reader.token))
    assert.deepEqual(seen, [{ ...slots[0], booking }, slots[1], slots[2]])
  }
})

test('nobody else learns whose booking it is, not even the one whose it is', async () => {
  const others = [undefined, shop.customer.token, (await app.register('provider')).token]
  for (const token of others) {
    const response = await board(token)
    assert.deepEqual((await expecting(200, Promise.resolve(response))).slots, slots)
    assert(!response.text.includes(bookingId) && !response.text.includes(shop.customer.id))
  }
})

test('the provider’s other services are seen to be in the way', async () => {
  const other = await addService(app, shop.provider, { duration_minutes: 30 })
  const { slots: seen } = await expecting(200, board(shop.provider.token, '2026-01-06', other))
  const shown = seen.map((slot: { reason?: string; booking?: { id: string } }) => [
    slot.reason,
    slot.booking?.id,
  ])
  assert.deepEqual(shown, [
    ['booked', bookingId],
    ['booked', bookingId],
    ['break', undefined],
    [undefined, undefined],
    [undefined, undefined],
    [undefined, undefined],
  ])
})

test('a cancelled booking is on no board', async () => {
  const { id } = await expecting(201, shop.book('2026-01-07T11:00:00Z'))
  await expecting(200, app.ask('POST', `/v1/bookings/${id}/cancel`, { token: shop.customer.token }))
  const { slots: seen } = await expecting(200, board(shop.provider.token, '2026-01-07'))
  assert.deepEqual(seen[2], {
    start: '2026-01-07T11:00:00Z',
    end: '2026-01-07T12:00:00Z',
    status: 'available',
  })
})

test('a board is of one provider’s own service', async () => {
  const stranger = await app.register('provider')
  assertProblem(await board(undefined, '2026-01-06', UNKNOWN), 404, 'service-not-found')
  assertProblem(await board(undefined, '2026-01-06', shop.serviceId, stranger.id), 404, 'service-not-found')
  assertMalformed(await board(undefined, '2026-02-30'), '/date format')
  assertMalformed(await board(undefined, '2026-1-6', 'x', 'y'), '/date format', '/id format')
  assertMalformed(
    await app.ask('GET', `/v1/providers/${shop.provider.id}/days/2026-01-06`),
    '/service_id required',
  )
})
