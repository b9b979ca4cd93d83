import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { expecting, openShop, type Shop } from '../http/support/shop.ts'
import { forgeToken } from '../http/support/tokens.ts'
import { openTestApp, type TestApp, type TestUser } from '../support/app.ts'
import { everythingIsReadable } from '../support/database.ts'
import { openSocket, type SocketMessage, type TestSocket } from './client.ts'

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

/** A socket that has said what it follows. */
async function subscribed(
  as: Pick<TestUser, 'token'> | null,
  topics: string[],
  from?: string,
): Promise<TestSocket> {
  // Whoever follows from now on hears of what cannot be read yet, too.
  await everythingIsReadable(app.database)
  const client = await openSocket(url, as ? bearer(as) : {})
  assert.equal((await client.next()).type, 'hello')
  client.say({ type: 'subscribe', id: 's', topics, ...(from !== undefined && { after: from }) })
  const answer = await client.next()
  assert.deepEqual([answer.type, answer.id], ['subscribed', 's'], JSON.stringify(answer))
  return client
}

const told = ({ event }: SocketMessage) => [event?.type, event?.subject.id, event?.subject.version]

/** Sends a frame of one byte past the client, under a mask of zeros. */
function sendRaw({ socket }: TestSocket, head: number, byte: number): void {
  const { _socket: connection } = socket as unknown as { readonly _socket: Socket }
  connection.write(Buffer.from([head, 0x81, 0, 0, 0, 0, byte]))
}

let hours = 0
const nextStart = () =>
  new Date(Date.UTC(2026, 0, 6 + Math.floor(hours / 8), 9 + (hours++ % 8))).toISOString()
const book = async () => (await expecting(201, shop.book(nextStart()))).id as string
const cancel = (id: string) =>
  expecting(200, app.ask('POST', `/v1/bookings/${id}/cancel`, { token: shop.customer.token, body: {} }))

describe('a socket', () => {
  it('tells at once what happens, to those it is about and to nobody else', async () => {
    const stranger = await app.register('customer')
    await using customer = await subscribed(shop.customer, ['bookings'])
    await using provider = await subscribed(shop.provider, ['bookings'])
    await using other = await subscribed(stranger, ['bookings'])
    await using everyone = await subscribed(null, [`availability:${shop.provider.id}`])
    const id = await book()
    await cancel(id)
    for (const client of [customer, provider]) {
      assert.deepEqual(told(await client.next()), ['booking.created', id, 1])
      assert.deepEqual(told(await client.next()), ['booking.cancelled', id, 2])
    }
    for (const _ of [1, 2]) {
      assert.deepEqual(told(await everyone.next()), ['availability.changed', shop.provider.id, null])
    }
    // What the stranger hears next is what comes next, and nothing before it.
    other.say({ type: 'unsubscribe', id: 's' })
    assert.equal((await other.next()).type, 'unsubscribed')
  })

  it('resumes from a cursor without a gap and without telling anything twice', async () => {
    const first = await subscribed(shop.customer, ['bookings'])
    const before = await book()
    const cursor = (await first.next()).event?.cursor
    await first[Symbol.asyncDispose]()
    const missed = [await book(), await book(), await book()]
    await using second = await subscribed(shop.customer, ['bookings'], cursor)
    const live = await book()
    for (const id of [...missed, live])
      assert.deepEqual(told(await second.next()), ['booking.created', id, 1])
    assert.notEqual(before, live)
  })

  it('follows one booking alone, and tells a booking and its time where both are followed', async () => {
    const id = await book()
    await using one = await subscribed(shop.customer, [`booking:${id}`, `availability:${shop.provider.id}`])
    await cancel(await book())
    await cancel(id)
    const types: unknown[] = []
    while (types.length < 4) types.push((await one.next()).event?.type)
    assert.deepEqual(types, [
      'availability.changed',
      'availability.changed',
      'booking.cancelled',
      'availability.changed',
    ])
  })

  it('opens with a ticket, once', async () => {
    const issue = () => expecting(201, app.ask('POST', '/v1/events/tickets', { token: shop.customer.token }))
    const { ticket } = await issue()
    await using client = await openSocket(`${url}?ticket=${ticket}`)
    assert.equal((await client.next()).type, 'hello')
    client.say({ type: 'subscribe', id: 's', topics: ['bookings'] })
    assert.equal((await client.next()).type, 'subscribed')
    for (const used of [ticket, 'never-given']) {
      await using late = await openSocket(`${url}?ticket=${used}`)
      assert.equal(await late.closed, 4401)
    }
    const { ticket: raced } = await issue()
    const rivals = await Promise.all([1, 2, 3, 4, 5].map(() => openSocket(`${url}?ticket=${raced}`)))
    const outcomes = await Promise.all(
      rivals.map((rival) =>
        Promise.race([
          rival.next().then(
            ({ type }) => type,
            () => '4401',
          ),
          rival.closed.then(String),
        ]),
      ),
    )
    assert.deepEqual(outcomes.sort(), ['4401', '4401', '4401', '4401', 'hello'])
    for (const rival of rivals) await rival[Symbol.asyncDispose]()
  })

  it('closes with 4401 when its token ends', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2
    const token = forgeToken({ claims: { sub: shop.customer.id, exp } })
    await using client = await subscribed({ token }, ['bookings'])
    assert.equal(await client.closed, 4401)
  })
})

describe('subscriptions that come and go faster than they open', () => {
  it('leave one where there is one, which tells each event once, and none where the last word was not to', async () => {
    await using client = await subscribed(shop.customer, ['bookings'])
    for (let turn = 0; turn < 20; turn++) {
      client.say({ type: 'subscribe', id: 'a', topics: ['bookings'] })
      client.say({ type: 'unsubscribe', id: 'a' })
    }
    client.say({ type: 'subscribe', id: 'b', topics: ['bookings'] })
    const said: string[] = []
    while (said.at(-1) !== 'subscribed b') {
      const { type, id } = await client.next()
      said.push(`${type} ${id}`)
    }
    assert.equal(said.filter((word) => word === 'unsubscribed a').length, 20)
    const booking = await book()
    const heard = [await client.next(), await client.next()]
    assert.deepEqual(heard.map(({ id }) => id).sort(), ['b', 's'])
    for (const message of heard) assert.deepEqual(told(message), ['booking.created', booking, 1])
    client.say({ type: 'unsubscribe', id: 'b' })
    assert.equal((await client.next()).type, 'unsubscribed')
  })
})

describe('what a client should not say', () => {
  const problemOf = async (client: TestSocket) => {
    const { type, problem } = await client.next()
    assert.equal(type, 'error')
    return problem
  }

  it('is answered with an error that names it, and the subscriptions there are go on', async () => {
    const deep = JSON.parse(`${'['.repeat(12)}${']'.repeat(12)}`)
    await using client = await subscribed(shop.customer, ['bookings'])
    for (const [message, field] of [
      ['{{', ''],
      ['[]', ''],
      ['null', ''],
      [{ type: 'sing' }, '/type'],
      [{ type: 'constructor' }, '/type'],
      [{ type: 'subscribe', id: 'x', topics: ['everything'] }, '/topics/0'],
      [{ type: 'subscribe', id: 'x', topics: [] }, '/topics'],
      [{ type: 'subscribe', id: 'x', topics: ['bookings'], types: ['booking.eaten'] }, '/types/0'],
      [{ type: 'subscribe', id: '', topics: ['bookings'] }, '/id'],
      [{ type: 'subscribe', id: 'x', topics: ['bookings'], sing: true }, '/sing'],
      [{ type: 'subscribe', id: 'x\0', topics: ['bookings'] }, '/id'],
      [{ type: 'subscribe', id: 'x', topics: ['bookings\0'] }, '/topics/0'],
      [{ type: 'subscribe', id: 'x', topics: deep }, `/topics${'/0'.repeat(8)}`],
    ] as const) {
      client.say(message)
      const { id, problem } = await client.next()
      assert.equal(id, typeof message === 'object' && 'id' in message ? message.id : null)
      assert.equal(problem?.code, 'malformed-request')
      assert.equal(problem?.errors?.[0]?.field, field, JSON.stringify([message, problem]))
    }
    const stranger = await app.register('customer')
    const booking = await book()
    assert.deepEqual(told(await client.next()), ['booking.created', booking, 1])
    await using other = await openSocket(url, bearer(stranger))
    await other.next()
    for (const [topic, code] of [
      [`booking:${booking}`, 'topic-not-found'],
      [`availability:${shop.customer.id}`, 'topic-not-found'],
    ]) {
      other.say({ type: 'subscribe', id: 'x', topics: [topic] })
      assert.equal((await problemOf(other))?.code, code)
    }
    other.say({ type: 'subscribe', id: 'x', topics: ['bookings'], after: '0'.repeat(40) })
    assert.equal((await problemOf(other))?.code, 'unknown-cursor')
    other.say({ type: 'unsubscribe', id: 'x' })
    assert.equal((await problemOf(other))?.code, 'subscription-not-found')
    client.say({ type: 'subscribe', id: 's', topics: ['bookings'] })
    assert.equal((await problemOf(client))?.code, 'subscription-exists')
    await cancel(booking)
    assert.deepEqual(told(await client.next()), ['booking.cancelled', booking, 2])
  })

  it('needs a token for what is not everyone’s', async () => {
    await using nobody = await openSocket(url)
    await nobody.next()
    nobody.say({ type: 'subscribe', id: 's', topics: ['bookings'] })
    assert.equal((await problemOf(nobody))?.code, 'unauthenticated')
  })

  it('closes the socket with the code that says why, and no other socket', async () => {
    await using witness = await subscribed(shop.customer, ['bookings'])
    const breaking: readonly [number, (client: TestSocket) => void][] = [
      // A reserved bit, and a byte that no text begins with: the client itself would send neither.
      [1002, (client) => sendRaw(client, 0xf1, 0)],
      [1007, (client) => sendRaw(client, 0x81, 0xff)],
      [1003, ({ socket }) => socket.send(Buffer.from([1, 2, 3]))],
      [1009, ({ socket }) => socket.send('x'.repeat(1024 * 1024))],
      [
        4429,
        ({ say }) => {
          for (let count = 0; count < 1_000; count++) {
            say({ type: 'subscribe', id: `s${count}`, topics: [`availability:${shop.provider.id}`] })
          }
        },
      ],
    ]
    for (const [code, breakIt] of breaking) {
      await using client = await openSocket(url, bearer(shop.customer))
      breakIt(client)
      assert.equal(await client.closed, code)
    }
    const id = await book()
    assert.deepEqual(told(await witness.next()), ['booking.created', id, 1])
  })
})

describe('the end of the server', () => {
  it('closes every socket with 1012, and ends every stream', async () => {
    const ending = await openTestApp()
    const { customer } = await openShop(ending)
    const address = await ending.application.app.listen({ port: 0, host: '127.0.0.1' })
    await using client = await openSocket(`${address}/v1/events`, bearer(customer))
    await client.next()
    const stream = await fetch(`${address}/v1/events`, {
      headers: { authorization: `Bearer ${customer.token}`, accept: 'text/event-stream' },
    })
    const text = stream.text()
    await ending[Symbol.asyncDispose]()
    assert.equal(await client.closed, 1012)
    assert.match(await text, /^retry: 1000\nid: [0-9a-f]{40}\n\n$/)
  })

  it('does not wait long for who does not answer', async () => {
    const ending = await openTestApp()
    const address = await ending.application.app.listen({ port: 0, host: '127.0.0.1' })
    await using client = await openSocket(`${address}/v1/events`)
    await client.next()
    client.socket.pause()
    const before = performance.now()
    await ending[Symbol.asyncDispose]()
    // A socket that hears nothing of the goodbye would be waited for for half a minute.
    assert(performance.now() - before < 10_000)
  })
})
