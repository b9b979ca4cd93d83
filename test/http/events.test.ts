import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { everythingIsReadable } from '../support/database.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { expecting, makeAdmin, openShop, type Shop } from './support/shop.ts'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
})
after(() => app[Symbol.asyncDispose]())

interface Event {
  readonly id: string
  readonly cursor: string
  readonly type: string
  readonly subject: { readonly type: string; readonly id: string; readonly version: number | null }
  readonly data: Readonly<Record<string, unknown>>
}

/** Reads the log to its end, a page at a time. */
async function readAll(query: string, token?: string): Promise<Event[]> {
  await everythingIsReadable(app.database)
  const events: Event[] = []
  let after: string | null = null
  for (;;) {
    const url: string = `/v1/events?${query}${after === null ? '' : `&after=${after}`}`
    const page = await expecting(200, app.ask('GET', url, token === undefined ? {} : { token }))
    events.push(...page.data)
    if (page.next_cursor === after) return events
    after = page.next_cursor
  }
}

test('the log tells everyone concerned what happened to a booking, in order, once, page by page', async () => {
  const { customer, provider } = shop
  const booking = await expecting(201, shop.book('2026-01-06T09:00:00Z'))
  const url = `/v1/bookings/${booking.id}`
  const start = '2026-01-06T11:00:00Z'
  await expecting(200, app.ask('POST', `${url}/reschedule`, { token: customer.token, body: { start } }))
  await expecting(200, app.ask('PATCH', url, { token: provider.token, body: { notes: 'Ring twice.' } }))
  await expecting(200, app.ask('POST', `${url}/cancel`, { token: provider.token, body: { reason: 'ill' } }))
  for (const { token } of [customer, provider, await makeAdmin(app)]) {
    for (const limit of [1, 3, 100]) {
      const events = (await readAll(`limit=${limit}`, token)).filter(
        ({ subject }) => subject.id === booking.id,
      )
      assert.deepEqual(
        events.map(({ type, subject }) => [type, subject.version]),
        [
          ['booking.created', 1],
          ['booking.rescheduled', 2],
          ['booking.updated', 3],
          ['booking.cancelled', 4],
        ],
      )
      const { data } = events[1] as Event
      assert.deepEqual(
        [data.start, data.end, data.previous_start, data.previous_end],
        [start, '2026-01-06T12:00:00Z', '2026-01-06T09:00:00Z', '2026-01-06T10:00:00Z'],
      )
      assert.equal(new Set(events.map(({ cursor }) => cursor)).size, 4)
    }
  }
  const stranger = await app.register('customer')
  assert.deepEqual(await readAll('limit=100', stranger.token), [])
  assert.deepEqual(await readAll('limit=100&types=booking.updated&types=booking.created', stranger.token), [])
  const some = await readAll('types=booking.updated', customer.token)
  assert.deepEqual(
    some.map(({ type }) => type),
    ['booking.updated'],
  )
})

test('a hold is told of to whoever holds, and to the provider only that time is taken', async () => {
  const body = { service_id: shop.serviceId, start: '2026-01-07T09:00:00Z' }
  const { token } = shop.customer
  const hold = await expecting(201, app.ask('POST', '/v1/holds', { token, body }))
  await expecting(204, app.ask('DELETE', `/v1/holds/${hold.id}`, { token }))
  const about = (events: readonly Event[]) =>
    events.filter(({ subject }) => subject.id === hold.id).map(({ type }) => type)
  assert.deepEqual(about(await readAll('', token)), ['hold.created', 'hold.released'])
  assert.deepEqual(about(await readAll('', shop.provider.token)), [])
  const open = await readAll(`topics=availability:${shop.provider.id}`)
  const told = open.filter(({ data }) => data.from === body.start)
  assert.deepEqual(
    told.map(({ type, subject, data }) => [type, subject, data]),
    times(2, [
      'availability.changed',
      { type: 'provider', id: shop.provider.id, version: null },
      { provider_id: shop.provider.id, from: body.start, to: '2026-01-07T10:00:00Z' },
    ]),
  )
})

const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value)

test('what everyone may follow names nobody', async () => {
  const { customer, provider, serviceId } = shop
  const text = JSON.stringify(await readAll(`topics=availability:${provider.id}`))
  assert(text.length > 10)
  for (const secret of [customer.id, serviceId, 'ill', 'customer', 'number'])
    assert(!text.includes(secret), secret)
})

test('one booking may be followed by those whose it is', async () => {
  const booking = await expecting(201, shop.book('2026-01-08T09:00:00Z'))
  await expecting(201, shop.book('2026-01-08T10:00:00Z'))
  const events = await readAll(`topics=booking:${booking.id}`, shop.customer.token)
  assert.deepEqual(
    events.map(({ subject }) => subject.id),
    [booking.id],
  )
})

test('topics that are not there or not one’s own, and cursors from elsewhere, are refused', async () => {
  const { token } = shop.customer
  const ask = (query: string, as: string | undefined = token) =>
    app.ask('GET', `/v1/events?${query}`, as === undefined ? {} : { token: as })
  const booking = await expecting(201, shop.book('2026-01-09T09:00:00Z'))
  const stranger = await app.register('customer')
  assertProblem(await ask(`topics=booking:${booking.id}`, stranger.token), 404, 'topic-not-found')
  assertProblem(await ask(`topics=availability:${shop.customer.id}`), 404, 'topic-not-found')
  assertProblem(await app.ask('GET', '/v1/events'), 401, 'unauthenticated')
  assertMalformed(await ask('topics=everything'), '/topics/0 pattern')
  assertMalformed(await ask('types=booking.eaten&limit=0'), '/limit minimum', '/types/0 enum')
  assertMalformed(await ask('ticket=x'), '/ticket unknown-field')
  for (const cursor of ['x', '0'.repeat(40), 'f'.repeat(40)]) {
    assertProblem(await ask(`after=${cursor}`), 400, 'unknown-cursor')
  }
})

test('a stream is what is asked for, and not what is named as unwanted', async () => {
  // A limit makes sense for a list alone, and a stream refuses it.
  const statusOf = async (accept: string) => {
    const options = { token: shop.customer.token, headers: { accept } }
    return (await app.ask('GET', '/v1/events?limit=1', options)).status
  }
  for (const accept of [
    'application/json, text/event-stream;q=0',
    'text/event-stream; Q=0.000',
    'x-text/event-stream',
  ]) {
    assert.equal(await statusOf(accept), 200, accept)
  }
  for (const accept of ['text/event-stream', 'application/json;q=0, Text/Event-Stream ;q=0.1']) {
    assert.equal(await statusOf(accept), 400, accept)
  }
})

test('the document says that the log comes as a list and as a stream', async () => {
  const document = await expecting(200, app.ask('GET', '/openapi.json'))
  const { content } = document.paths['/v1/events'].get.responses['200']
  assert.deepEqual(Object.keys(content), ['application/json', 'text/event-stream'])
})
