import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { addService, everyDay, expecting, openShop, type Shop } from './support/shop.ts'

const TUESDAY = 'from=2026-01-06&to=2026-01-07'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const get = (query: string, token?: string, headers: Record<string, string> = {}) =>
  app.ask('GET', `/v1/availability${query}`, { token, headers })

const found = async (query: string, token?: string) => (await expecting(200, get(query, token))).data

test('several services are answered in the order in which they were asked for', async () => {
  shop = await openShop(app)
  const far = await openShop(app, { timeZone: 'Asia/Kolkata' })
  const data = await found(`?service_id=${far.serviceId}&service_id=${shop.serviceId}&${TUESDAY}`)
  assert.deepEqual(
    data.map((one: { service_id: string; time_zone: string; slots: { start: string }[] }) => [
      one.service_id,
      one.time_zone,
      one.slots[0]?.start,
    ]),
    [
      [far.serviceId, 'Asia/Kolkata', '2026-01-06T03:30:00Z'],
      [shop.serviceId, 'UTC', '2026-01-06T09:00:00Z'],
    ],
  )
})

test('a hundred services may be asked for and no more, and each of them has to exist', async () => {
  const unknown = Array.from(
    { length: 101 },
    (_, number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`,
  )
  const list = (ids: readonly string[]) => `?${ids.map((id) => `service_id=${id}`).join('&')}&${TUESDAY}`
  assertMalformed(await get(list(unknown)), '/service_id maxItems')
  const hundred = unknown.slice(0, 100)
  assertProblem(await get(list(hundred)), 404, 'service-not-found', { service_ids: hundred })
})

test('a search for more slots than anyone reads is refused before it is made', async () => {
  const always = await openShop(app, { weeklyHours: everyDay('00:00-24:00') })
  const dense = { duration_minutes: 5 }
  const ids = await Promise.all(Array.from({ length: 12 }, () => addService(app, always.provider, dense)))
  const query = `?${ids.map((id) => `service_id=${id}`).join('&')}&from=2026-01-06&to=2026-03-08`
  const problem = await get(query)
  assertProblem(problem, 422, 'search-too-large', { most_slots: 200_000 })
})

test('windows are the continuous free time in which a slot fits', async () => {
  const busy = await openShop(app, {
    breaks: everyDay('12:00-12:30'),
    service: { buffer_before_minutes: 15, buffer_after_minutes: 15 },
  })
  await expecting(201, busy.book('2026-01-06T14:00:00Z'))
  const [one] = await found(`?service_id=${busy.serviceId}&${TUESDAY}&view=windows`)
  assert.deepEqual(one.windows, [
    { start: '2026-01-06T09:00:00Z', end: '2026-01-06T12:00:00Z' },
    { start: '2026-01-06T15:30:00Z', end: '2026-01-06T17:00:00Z' },
  ])
  assert.equal(one.slots, undefined)
})

test('the slot of a booking that is to be moved is free to those who may see it', async () => {
  const booking = await expecting(201, shop.book('2026-01-06T10:00:00Z'))
  const query = `?service_id=${shop.serviceId}&${TUESDAY}&exclude_booking_id=${booking.id}`
  const starts = async (token: string) =>
    (await found(query, token))[0].slots.map(({ start }: { start: string }) => start)
  for (const { token } of [shop.customer, shop.provider]) {
    assert.ok((await starts(token)).includes('2026-01-06T10:00:00Z'))
  }
  const stranger = await app.register('customer')
  assertProblem(await get(query, stranger.token), 404, 'booking-not-found')
  assertProblem(await get(query), 404, 'booking-not-found')
})

test('the next free slots are found however far away they are', async () => {
  const rare = await openShop(app, { weeklyHours: { monday: [{ start: '09:00', end: '10:00' }] } })
  const next = (query: string) => expecting(200, get(`/next?service_id=${rare.serviceId}${query}`))
  const starts = async (query: string) =>
    (await next(query)).data[0].slots.map(({ start }: { start: string }) => start)
  assert.deepEqual(await starts('&limit=2'), ['2026-01-05T09:00:00Z', '2026-01-12T09:00:00Z'])
  assert.deepEqual(await starts('&after=2026-12-27T00:00:00Z'), [
    '2026-12-28T09:00:00Z',
    '2027-01-04T09:00:00Z',
  ])
  assert.deepEqual(await starts('&after=2027-02-01T00:00:00Z'), [])
  assert.equal((await starts('')).length, 5)
  const unknown = await get('/next?service_id=01900000-0000-7000-8000-000000000001')
  assertProblem(unknown, 404, 'service-not-found')
  assertMalformed(
    await get(`/next?service_id=${rare.serviceId}&limit=101&after=soon`),
    '/after format',
    '/limit maximum',
  )
})

test('an answer is not sent again as long as it says the same, and is when it says something else', async () => {
  const busy = await openShop(app)
  const query = `?service_id=${busy.serviceId}&${TUESDAY}&status=all`
  for (const read of [
    (headers = {}) => get(query, undefined, headers),
    (headers = {}) => get(`${query}&view=windows`, undefined, headers),
    (headers = {}) => get(`/next?service_id=${busy.serviceId}`, undefined, headers),
    (headers = {}) =>
      app.ask('GET', `/v1/providers/${busy.provider.id}/days/2026-01-06?service_id=${busy.serviceId}`, {
        headers,
      }),
  ]) {
    const booking = await expecting(201, busy.book('2026-01-06T10:00:00Z'))
    const first = await read()
    const etag = String(first.headers.etag)
    const known = { 'if-none-match': etag }
    assert.match(etag, /^W\/"/)
    app.setNow('2026-01-05T08:00:30Z')
    const again = await read(known)
    assert.deepEqual([again.status, again.text, again.headers.etag], [304, '', etag])
    const cancel = `/v1/bookings/${booking.id}/cancel`
    await expecting(200, app.ask('POST', cancel, { token: busy.customer.token }))
    const isNext = first.text.includes('"slots":[{"start":"2026-01-05T09:00:00Z"')
    assert.equal((await read(known)).status, isNext ? 304 : 200)
    app.setNow('2026-01-05T08:00:00Z')
  }
})
