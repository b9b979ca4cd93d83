import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { expecting, openShop, type Shop } from '../http/support/shop.ts'
import { openTestApp, type TestApp, type TestUser } from '../support/app.ts'
import { everythingIsReadable } from '../support/database.ts'
import { openSocket, type SocketMessage } from './client.ts'

let app: TestApp
let shop: Shop
let url: string
before(async () => {
  app = await openTestApp()
  shop = await openShop(app)
  url = `${await app.application.app.listen({ port: 0, host: '127.0.0.1' })}/v1/events`
})
after(() => app[Symbol.asyncDispose]())

const bearer = ({ token }: Pick<TestUser, 'token'>) => ({ headers: { authorization: `Bearer ${token}` } })

const told = ({ event }: SocketMessage) => [event?.type, event?.subject.id, event?.subject.version]

let hours = 0
const nextStart = () =>
  new Date(Date.UTC(2026, 0, 6 + Math.floor(hours / 8), 9 + (hours++ % 8))).toISOString()
const book = async () => (await expecting(201, shop.book(nextStart()))).id as string
const cancel = (id: string) =>
  expecting(200, app.ask('POST', `/v1/bookings/${id}/cancel`, { token: shop.customer.token, body: {} }))

describe('the address of a socket', () => {
  const id = 'url'

  it('subscribes at once to what it says, as a message would', async () => {
    const before = await book()
    await cancel(before)
    await everythingIsReadable(app.database)
    const all = await expecting(200, app.ask('GET', '/v1/events?limit=100', { token: shop.customer.token }))
    const place = all.data.findIndex(({ subject }: { subject: { id: string } }) => subject.id === before)
    const after = all.data[place].cursor
    const query = `topics=booking:${before}&topics=availability:${shop.provider.id}&types=booking.cancelled`
    await using client = await openSocket(`${url}?${query}&after=${after}`, bearer(shop.customer))
    assert.equal((await client.next()).type, 'hello')
    assert.deepEqual(await client.next(), { type: 'subscribed', id, cursor: after })
    const first = await client.next()
    assert.deepEqual([first.id, ...told(first)], [id, 'booking.cancelled', before, 2])
    client.say({ type: 'subscribe', id, topics: ['bookings'] })
    assert.equal((await client.next()).problem?.code, 'subscription-exists')
    client.say({ type: 'unsubscribe', id })
    assert.equal((await client.next()).type, 'unsubscribed')
  })

  it('follows bookings from a cursor on where it says no more than that', async () => {
    await everythingIsReadable(app.database)
    const { ticket } = await expecting(
      201,
      app.ask('POST', '/v1/events/tickets', { token: shop.customer.token }),
    )
    const { next_cursor: end } = await expecting(
      200,
      app.ask('GET', '/v1/events?limit=100&types=hold.expired', { token: shop.customer.token }),
    )
    const missed = await book()
    await using client = await openSocket(`${url}?ticket=${ticket}&after=${end}`)
    assert.equal((await client.next()).type, 'hello')
    assert.deepEqual(await client.next(), { type: 'subscribed', id, cursor: end })
    assert.deepEqual(told(await client.next()), ['booking.created', missed, 1])
  })

  it('is answered as a message would be where it asks for what is not there or not one’s own', async () => {
    for (const [query, code] of [
      ['topics=bookings', 'unauthenticated'],
      [`topics=availability:${shop.customer.id}`, 'topic-not-found'],
      [`topics=availability:${shop.provider.id}&after=${'0'.repeat(40)}`, 'unknown-cursor'],
    ]) {
      await using client = await openSocket(`${url}?${query}`)
      assert.equal((await client.next()).type, 'hello')
      const { type, id: subscription, problem } = await client.next()
      assert.deepEqual([type, subscription, problem?.code], ['error', id, code])
    }
  })

  it('is refused before the upgrade where it is malformed, or says what means nothing there', async () => {
    for (const query of ['topics=everything', 'types=booking.eaten', 'after=', 'limit=5', 'sing=1']) {
      await assert.rejects(openSocket(`${url}?${query}`, bearer(shop.customer)), /400/, query)
    }
  })
})
