import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'
import { expecting, makeAdmin, openShop, type Shop } from '../http/support/shop.ts'
import { forgeToken } from '../http/support/tokens.ts'
import { composeTestNode, openTestApp, type TestApp, type TestUser } from '../support/app.ts'
import { everythingIsReadable } from '../support/database.ts'
import { type Listener, listen, refusalOf } from './socket-client.ts'

const PAGE = 'https://shop.example.com'

let app: TestApp
let other: Awaited<ReturnType<typeof composeTestNode>>
let shop: Shop
/** Of the node that is asked, and of another one. */
let url: string
let otherUrl: string
before(async () => {
  app = await openTestApp(undefined, { corsOrigins: [PAGE] })
  other = await composeTestNode({ databaseUrl: app.database.url })
  shop = await openShop(app)
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
const as = ({ token }: Pick<TestUser, 'token'>, after?: string) => ({
  auth: { token, ...(after !== undefined && { after }) },
})

/** Someone who hears of what happens from now on. */
async function listening(user: Pick<TestUser, 'token'>, at = url, more = {}): Promise<Listener> {
  await everythingIsReadable(app.database)
  return listen(at, { ...as(user), ...more })
}

describe('Socket.IO ends', () => {
  it('with the token', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2
    await using listener = await listen(
      url,
      as({ token: forgeToken({ claims: { sub: shop.customer.id, exp } }) }),
    )
    assert.equal(await listener.disconnected(), 'io server disconnect')
    assert(Date.now() >= exp * 1000)
  })

  it('not before a token that lasts longer than any timer', async () => {
    const exp = Math.floor(Date.now() / 1000) + 40 * 86_400
    await using listener = await listen(
      url,
      as({ token: forgeToken({ claims: { sub: shop.customer.id, exp } }) }),
    )
    await delay(100)
    assert(listener.socket.connected)
  })

  it('with the account, and with a role', async () => {
    const [admin, user, second] = [await makeAdmin(app), await app.register('customer'), await makeAdmin(app)]
    const decide = (id: string, body: object) =>
      expecting(200, app.ask('PATCH', `/v1/users/${id}`, { token: admin.token, body }))
    await using deactivated = await listen(otherUrl, as(user))
    await using demoted = await listen(url, as(second))
    const reasons = [deactivated.disconnected(), demoted.disconnected()]
    await decide(user.id, { is_active: false })
    await decide(second.id, { roles: ['customer'] })
    assert.deepEqual(await Promise.all(reasons), Array(2).fill('io server disconnect'))
    assert.equal(await refusalOf(url, as(user)), 'unauthenticated')
  })

  it('for whoever says very much at once, or very often, and for nobody else', async () => {
    await using bystander = await listening(shop.customer)
    const talk = async (say: (listener: Listener) => void) => {
      const listener = await listen(url, { ...as(shop.customer), reconnection: false })
      const gone = listener.disconnected()
      say(listener)
      assert.match(await gone, /transport/)
      await listener[Symbol.asyncDispose]()
    }
    await talk(({ socket }) => socket.emit('hello', 'x'.repeat(20_000)))
    await talk(({ socket }) => {
      for (let number = 0; number < 200; number++) socket.emit('hello', number)
    })
    bystander.socket.emit('join', { room: 'everyone' })
    bystander.socket.emit('booking.created', {})
    const id = await book()
    assert.equal((await bystander.next())[1].id, id)
  })

  it('for whoever does not read what they are told, and for nobody who does', async () => {
    await using reads = await listening(shop.customer)
    const deaf = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
    await once(deaf, 'open')
    const admitted = new Promise<void>((resolve) => {
      deaf.on('message', (data) => String(data).startsWith('40') && resolve())
    })
    deaf.send(`40${JSON.stringify({ token: shop.customer.token })}`)
    await admitted
    deaf.pause()
    const id = await book()
    await reads.next()
    const tell = `
      insert into events (id, type, occurred_at, subject_type, subject_id, subject_version, customer_id, data)
      select gen_random_uuid(), 'booking.cancelled', now(), 'booking', $1, 2, $2,
        jsonb_build_object('cancellation_reason', repeat('x', 100000))
      from generate_series(1, 9)
    `
    const listeners = () =>
      app.ask('GET', '/metrics').then(({ text }) => /"socket.io"\} (\d+)$/m.exec(text)?.[1])
    assert.equal(await listeners(), '2')
    let lost = 0
    reads.socket.on('disconnect', () => lost++)
    // What the kernel takes for someone who does not read comes first, which may be ten megabytes.
    for (let round = 0; (await listeners()) === '2'; round++) {
      assert(round < 40, 'it is still told')
      await app.database.query(tell, [id, shop.customer.id])
      const body = { notes: `Round ${round}` }
      await expecting(200, app.ask('PATCH', `/v1/bookings/${id}`, { token: shop.provider.token, body }))
      for (let told = 0; told < 10; told++) await reads.next()
    }
    assert.equal(lost, 0)
    assert(reads.socket.connected)
    deaf.terminate()
  })

  it('for whoever asks twice on one connection, and leaves one listener of it at most', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
    const said: string[] = []
    socket.on('message', (data) => said.push(String(data)))
    await once(socket, 'open')
    for (let number = 0; number < 5; number++) {
      socket.send(`40${JSON.stringify({ token: shop.customer.token })}`)
    }
    await once(socket, 'close')
    assert(said.filter((text) => text.startsWith('40')).length <= 1, `${said}`)
  })

  it('for whoever speaks another protocol, or of another room', async () => {
    const manager = io(`${url}/secrets`, { transports: ['websocket'], forceNew: true, ...as(shop.customer) })
    const [error] = (await once(manager as never, 'connect_error')) as [Error]
    assert.equal(error.message, 'Invalid namespace')
    manager.disconnect()
    for (const query of [
      '',
      '?EIO=3&transport=polling',
      '?EIO=4&transport=webtransport',
      '?EIO=4&transport=polling&sid=x',
    ]) {
      assert.equal((await fetch(`${url}/socket.io/${query}`)).status, 400, query)
    }
    for (const text of ['42', '4', '{', '40{"token":', '451-["x"]', '49', '\0'.repeat(9)]) {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
      await once(socket, 'open')
      const closed = once(socket, 'close')
      socket.send(text)
      await closed
    }
  })
})

describe('Socket.IO beside everything else', () => {
  it('opens for pages of an origin that is named, and for no others', async () => {
    const from = (origin: string) => ({ ...as(shop.customer), extraHeaders: { origin } })
    assert.equal(await refusalOf(url, from(PAGE)), 'connected')
    assert.equal(await refusalOf(url, from('https://elsewhere.example.com')), 'websocket error')
    const answer = (origin: string) =>
      fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })
    assert.equal((await answer(PAGE)).headers.get('access-control-allow-origin'), PAGE)
    assert.equal(
      (await answer('https://elsewhere.example.com')).headers.get('access-control-allow-origin'),
      null,
    )
  })

  it('leaves the other sockets as they were, and lets go of what is none', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/events`)
    const [hello] = await once(socket, 'message')
    assert.equal(JSON.parse(String(hello)).type, 'hello')
    socket.close()
    const raw = connect(Number(new URL(url).port), '127.0.0.1')
    raw.write(
      'GET /socket.io/?EIO=4&transport=nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    )
    raw.resume()
    await once(raw, 'close', { signal: AbortSignal.timeout(10_000) })
  })

  it('counts who listens and what they were told', async () => {
    const metric = async (name: string) => {
      const { text } = await app.ask('GET', '/metrics')
      return Number(new RegExp(`^${name}\\{transport="socket.io"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
    }
    for (const deadline = Date.now() + 5_000; (await metric('slotwright_listeners')) > 0; await delay(20)) {
      assert(Date.now() < deadline, 'someone who has left is still counted')
    }
    const before = await metric('slotwright_events_delivered_total')
    await using listener = await listening(shop.customer)
    assert.equal(await metric('slotwright_listeners'), 1)
    await book()
    await listener.next()
    assert.equal(await metric('slotwright_events_delivered_total'), before + 1)
  })

  it('lets everyone go when the server stops, who then come back by themselves', async () => {
    const node = await composeTestNode({ databaseUrl: app.database.url })
    const at = await node.app.listen({ port: 0, host: '127.0.0.1' })
    await using socket = await listen(at, { ...as(shop.customer), reconnection: false })
    await using polling = await listen(at, {
      ...as(shop.customer),
      transports: ['polling'],
      reconnection: false,
    })
    // One that hears nothing, not even a goodbye.
    const deaf = connect(Number(new URL(at).port), '127.0.0.1')
    const key = Buffer.alloc(16).toString('base64')
    deaf.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    )
    await once(deaf, 'data')
    const gone = once(deaf, 'close')
    const reasons = [socket.disconnected(), polling.disconnected()]
    const began = performance.now()
    await node[Symbol.asyncDispose]()
    assert(performance.now() - began < 6_000, `${performance.now() - began} ms`)
    for (const reason of await Promise.all(reasons)) assert.match(reason, /^transport (close|error)$/)
    await gone
  })
})
