import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { expecting, openShop } from './support/shop.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const DAY = 'from=2026-01-06&to=2026-01-07'

test('someone who moves a booking is shown exactly the slots it can be moved to, by the length it was booked with', async () => {
  const shop = await openShop(app, { service: { duration_minutes: 90, slot_interval_minutes: 30 } })
  const { token } = shop.customer
  const booking = await expecting(201, shop.book('2026-01-06T09:00:00Z'))
  await expecting(201, shop.book('2026-01-06T13:00:00Z'))
  const shorter = { duration_minutes: 30 }
  const service = `/v1/services/${shop.serviceId}`
  await expecting(200, app.ask('PATCH', service, { token: shop.provider.token, body: shorter }))

  const url = `/v1/availability?service_id=${shop.serviceId}&${DAY}&status=all&exclude_booking_id=${booking.id}`
  const { data } = await expecting(200, app.ask('GET', url, { token }))
  const shown: { start: string; end: string; status: string }[] = data[0].slots
  assert(shown.length > 5)
  for (const { start, end, status } of shown) {
    assert.equal(Date.parse(end) - Date.parse(start), 90 * 60_000)
    const moved = await app.ask('POST', `/v1/bookings/${booking.id}/reschedule`, { token, body: { start } })
    assert.equal(moved.status, status === 'available' ? 200 : 409, `${start} ${moved.text}`)
    if (moved.status === 200) assert.equal(moved.json().end, end)
  }
  // Whoever books anew is shown the length of today.
  const anew = await shop.slots(DAY)
  assert(
    anew.length > 0 && anew.every(({ start, end }) => Date.parse(end) - Date.parse(start) === 30 * 60_000),
  )
})

test('the alternatives to a slot that is taken are for the booking that is to be moved there', async () => {
  const shop = await openShop(app, { service: { duration_minutes: 120, slot_interval_minutes: 60 } })
  const { token } = shop.customer
  const booking = await expecting(201, shop.book('2026-01-06T10:00:00Z'))
  await expecting(201, shop.book('2026-01-06T13:00:00Z'))
  const body = { start: '2026-01-06T12:00:00Z' }
  const refused = await expecting(
    409,
    app.ask('POST', `/v1/bookings/${booking.id}/reschedule`, { token, body }),
  )
  assert.deepEqual(
    refused.alternatives.map(({ start }: { start: string }) => start),
    ['2026-01-06T15:00:00Z', '2026-01-07T09:00:00Z', '2026-01-07T10:00:00Z'],
  )
})

test('a search for services of which some do not exist says which', async () => {
  const shop = await openShop(app)
  const unknown = '01900000-0000-7000-8000-00000000dead'
  const url = `/v1/availability?service_id=${shop.serviceId}&service_id=${unknown}&${DAY}`
  assert.deepEqual((await expecting(404, app.ask('GET', url))).service_ids, [unknown])
})
