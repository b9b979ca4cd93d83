import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { expecting, makeAdmin, openShop, type Shop } from '../http/support/shop.ts'
import { forgeToken } from '../http/support/tokens.ts'
import { composeTestNode, openTestApp, type TestApp, type TestUser } from '../support/app.ts'
import { everythingIsReadable } from '../support/database.ts'
import { type Listener, listen, refusalOf } from './socket-client.ts'

let app: TestApp
let other: Awaited<ReturnType<typeof composeTestNode>>
let shop: Shop
/** Of the node that is asked, and of another one. */
let url: string
let otherUrl: string
before(async () => {
  app = await openTestApp()
  other = await composeTestNode({ databaseUrl: app.database.url })
  shop = await openShop(app, { service: { reminder_minutes: [10] } })
  url = await app.application.app.listen({ port: 0, host: '127.0.0.1' })
  otherUrl = await other.app.listen({ port: 0, host: '127.0.0.1' })
})
after(async () => {
  await other[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

let hours = 0
const nextStart = () =>
  new Date(Date.UTC(2026, 0, 6 + Math.floor(hours / 8), 9 + (hours++ % 8))).toISOString()
const book = async () => (await expecting(201, shop.book(nextStart()))).id as string
const change = (id: string, verb: string, body: object = {}) =>
  expecting(200, app.ask('POST', `/v1/bookings/${id}/${verb}`, { token: shop.customer.token, body }))

const as = ({ token }: Pick<TestUser, 'token'>, after?: string) => ({
  auth: { token, ...(after !== undefined && { after }) },
})

/** Someone who hears of what happens from now on. */
async function listening(user: Pick<TestUser, 'token'>, at = url, more = {}): Promise<Listener> {
  await everythingIsReadable(app.database)
  return listen(at, { ...as(user), ...more })
}

const chore = (name: string) => app.application.chores.find((one) => one.name === name) ?? assert.fail(name)

describe('Socket.IO, for a client as it is shipped', () => {
  it('tells of each booking that is made, in the words of the door, on every node', async () => {
    await using customer = await listening(shop.customer)
    await using provider = await listening(shop.provider, otherUrl)
    await using admin = await listening(await makeAdmin(app), otherUrl)
    const id = await book()
    const shown = await expecting(200, app.ask('GET', `/bookings/${id}`, { token: shop.provider.token }))
    for (const listener of [customer, provider, admin]) {
      const [name, words, cursor] = await listener.next()
      assert.deepEqual([name, words], ['booking.created', shown])
      assert.match(cursor, /^[0-9a-f]{40}$/)
    }
  })

  it('tells of a booking ten minutes before it starts, once', async () => {
    await using customer = await listening(shop.customer)
    await using provider = await listening(shop.provider, otherUrl)
    const start = nextStart()
    const { id } = await expecting(201, shop.book(start))
    app.setNow(new Date(Date.parse(start) - 10 * 60_000).toISOString())
    for (const _ of [1, 2]) await chore('send reminders').work(AbortSignal.timeout(10_000))
    app.setNow('2026-01-05T08:00:00Z')
    const shown = await expecting(200, app.ask('GET', `/bookings/${id}`, { token: shop.provider.token }))
    await change(id, 'cancel')
    for (const listener of [customer, provider]) {
      assert.equal((await listener.next())[0], 'booking.created')
      const [name, words] = await listener.next()
      assert.equal(name, 'booking.reminder')
      assert.deepEqual(words, { ...shown, minutes_before: 10 })
      assert.equal((await listener.next())[0], 'booking.cancelled')
    }
  })

  it('tells of what else happens to a booking as it was then, and when it was made', async () => {
    await using provider = await listening(shop.provider)
    const id = await book()
    const created = (await provider.next())[1]
    app.setNow('2026-01-05T08:30:00Z')
    const start = nextStart()
    await change(id, 'reschedule', { start })
    await change(id, 'cancel', { reason: 'I am ill.' })
    app.setNow('2026-01-05T08:00:00Z')
    const moved = {
      ...created,
      start_time: start.replace('.000', ''),
      end_time: new Date(Date.parse(start) + 3_600_000).toISOString().replace('.000', ''),
    }
    const previous = { previous_start_time: created.start_time, previous_end_time: created.end_time }
    assert.deepEqual((await provider.next()).slice(0, 2), ['booking.rescheduled', { ...moved, ...previous }])
    assert.deepEqual((await provider.next()).slice(0, 2), [
      'booking.cancelled',
      { ...moved, status: 'cancelled', cancelled_by: 'customer', cancellation_reason: 'I am ill.' },
    ])
  })

  it('tells nobody of what is not theirs to see', async () => {
    await using strangers = await listening(await app.register('customer'))
    await using others = await listening(await app.register('provider'), otherUrl)
    await using provider = await listening(shop.provider, otherUrl)
    const body = { service_id: shop.serviceId, start: nextStart() }
    await expecting(201, app.ask('POST', '/v1/holds', { token: shop.customer.token, body }))
    const id = await book()
    await change(id, 'cancel')
    for (const _ of [1, 2]) await provider.next()
    await delay(50)
    assert.deepEqual([...strangers.heard, ...others.heard, ...provider.heard], [])
  })

  it('refuses whoever has no good token', async () => {
    const { id } = shop.customer
    for (const auth of [
      {},
      { token: '' },
      { token: 7 },
      { token: 'x' },
      { token: { a: 1 } },
      { token: '\ud800' },
    ]) {
      assert.equal(await refusalOf(url, { auth }), 'unauthenticated', JSON.stringify(auth))
    }
    assert.equal(
      await refusalOf(url, { auth: { token: forgeToken({ claims: { sub: id, exp: 2 } }) } }),
      'unauthenticated',
    )
    assert.equal(await refusalOf(url, { transports: ['polling'] }), 'unauthenticated')
    assert.equal(await refusalOf(url, {}), 'unauthenticated')
    assert.equal(await refusalOf(url, { auth: { token: `Bearer ${shop.customer.token}` } }), 'connected')
  })

  it('goes on from the cursor of the last event that was heard, and misses nothing', async () => {
    const first = await listening(shop.customer)
    await book()
    const [, , cursor] = await first.next()
    await first[Symbol.asyncDispose]()
    const missed = [await book(), await book()]
    await using second = await listen(otherUrl, as(shop.customer, cursor))
    const live = await book()
    for (const id of [...missed, live]) assert.equal((await second.next())[1].id, id)
    for (const after of ['x', 7, {}, '']) {
      const auth = { token: shop.customer.token, after }
      assert.equal(await refusalOf(url, { auth }), 'unknown-cursor', JSON.stringify(after))
    }
  })

  it('works by polling as well, and takes over a connection that began so', async () => {
    await using polling = await listening(shop.customer, url, { transports: ['polling'] })
    await using both = await listening(shop.customer, url, { transports: ['polling', 'websocket'] })
    if (both.socket.io.engine.transport.name !== 'websocket')
      await once(both.socket.io.engine as never, 'upgrade')
    const id = await book()
    for (const listener of [polling, both]) assert.equal((await listener.next())[1].id, id)
    assert.equal(polling.socket.io.engine.transport.name, 'polling')
    assert.equal(both.socket.io.engine.transport.name, 'websocket')
  })
})
