import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { expecting, openShop, type Shop } from './support/shop.ts'

const NOW = '2026-01-05T08:00:00Z'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp(NOW)
  shop = await openShop(app, { service: { slot_interval_minutes: 30, cancellation_window_minutes: 60 } })
})
after(() => app[Symbol.asyncDispose]())

const move = (id: string, start: string, token = shop.customer.token, headers = {}) =>
  app.ask('POST', `/v1/bookings/${id}/reschedule`, { token, headers, body: { start } })

const book = async (start: string) => expecting(201, shop.book(start))

const freeOn = async (date: string, more = '') => {
  const next = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10)
  return (await shop.slots(`from=${date}&to=${next}${more}`)).map(({ start }) => start.slice(11, 16))
}

test('a moved booking is the same one, and its old slot is free at once', async () => {
  const booking = await book('2026-01-06T09:00:00Z')
  const response = await move(booking.id, '2026-01-06T14:00:00+01:00')
  assert.equal(response.headers.etag, '"2"')
  assert.deepEqual(await expecting(200, Promise.resolve(response)), {
    ...booking,
    start: '2026-01-06T13:00:00Z',
    end: '2026-01-06T14:00:00Z',
    cancellable_until: '2026-01-06T12:00:00Z',
    version: 2,
  })
  const free = await freeOn('2026-01-06')
  assert(free.includes('09:00') && !free.includes('13:00'))
  await book('2026-01-06T09:00:00Z')
})

test('its own slot is not in its way, and a search that leaves it out shows just where it may go', async () => {
  const { id } = await book('2026-01-07T10:00:00Z')
  await book('2026-01-07T12:00:00Z')
  const more = `&exclude_booking_id=${id}`
  const url = `/v1/availability?service_id=${shop.serviceId}&from=2026-01-07&to=2026-01-08${more}`
  const { token } = shop.customer
  const { data } = await expecting(200, app.ask('GET', url, { token }))
  const shown: string[] = data[0].slots.map(({ start }: { start: string }) => start.slice(11, 16))
  for (const time of ['09:00', '09:30', '10:00', '10:30', '11:00', '11:30', '12:00', '13:00']) {
    const { status } = await move(id, `2026-01-07T${time}:00Z`)
    assert.equal(status, shown.includes(time) ? 200 : 409, time)
  }
})

test('where the new slot is taken the booking stays, and three others are offered', async () => {
  const { id, ...booking } = await book('2026-01-08T09:00:00Z')
  await book('2026-01-08T10:00:00Z')
  const rows = await countRows(app.database)
  const refused = await move(id, '2026-01-08T10:00:00Z')
  assert.equal(refused.json().code, 'slot-taken')
  assert.equal(refused.json().alternatives.length, 3)
  assert.deepEqual(await countRows(app.database), rows)
  const { token } = shop.customer
  const { id: _, ...now } = await expecting(200, app.ask('GET', `/v1/bookings/${id}`, { token }))
  assert.deepEqual(now, booking)
})

test('it is refused what a booking would be, and to the customer after the window', async () => {
  const { id, cancellable_until } = await book('2026-01-09T09:00:00Z')
  for (const [start, code] of [
    ['2026-01-09T09:10:00Z', 'off-grid'],
    ['2026-01-09T20:00:00Z', 'outside-hours'],
    ['2026-01-05T07:00:00Z', 'in-the-past'],
    ['2029-01-08T09:00:00Z', 'beyond-horizon'],
  ] as const) {
    assert.equal((await move(id, start)).json().code, code)
  }
  const now = '2026-01-09T08:00:00.001Z'
  app.setNow(now)
  assertProblem(await move(id, '2026-01-09T15:00:00Z'), 422, 'cancellation-window-closed', {
    cancellable_until,
    now,
  })
  await expecting(200, move(id, '2026-01-09T15:00:00Z', shop.provider.token))
  app.setNow(NOW)
  assertMalformed(await move(id, 'tomorrow'), '/start format')
})

test('it keeps its length and its price when the service has others by now', async () => {
  const changing = await openShop(app)
  const booking = await expecting(201, changing.book('2026-01-06T09:00:00Z'))
  const { token } = changing.provider
  const body = { duration_minutes: 30, slot_interval_minutes: 60, price: { amount: '1.00', currency: 'USD' } }
  await expecting(200, app.ask('PATCH', `/v1/services/${changing.serviceId}`, { token, body }))
  const moved = await expecting(200, move(booking.id, '2026-01-06T10:00:00Z', changing.customer.token))
  assert.deepEqual(
    [moved.end, moved.price, moved.service_version],
    ['2026-01-06T11:00:00Z', booking.price, 1],
  )
})

test('of many who move to one slot one gets it, and every other booking stays where it was', async () => {
  const crowd = await openShop(app, { weeklyHours: { tuesday: [{ start: '00:00', end: '24:00' }] } })
  const starts = Array.from(
    { length: 12 },
    (_, hour) => `2026-01-06T${String(hour + 8).padStart(2, '0')}:00:00Z`,
  )
  const bookings = []
  for (const start of starts) bookings.push(await expecting(201, crowd.book(start)))
  const { token } = crowd.customer
  const answers = await Promise.all(bookings.map(({ id }) => move(id, '2026-01-06T22:00:00Z', token)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const [index, { status }] of answers.entries()) {
    const url = `/v1/bookings/${bookings[index].id}`
    const { start } = await expecting(200, app.ask('GET', url, { token }))
    assert.equal(start, status === 200 ? '2026-01-06T22:00:00Z' : starts[index])
  }
})
