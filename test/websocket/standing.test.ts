import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { type Application, compose } from '../../src/infrastructure/compose.ts'
import { makeAdmin } from '../http/support/shop.ts'
import { openTestApp, TEST_SECRET, type TestApp, type TestUser } from '../support/app.ts'
import { KEPT_MAIL } from '../support/mail.ts'
import { openSocket } from './client.ts'

let app: TestApp
let other: Application
let admin: TestUser
/** Of the node that is asked, and of another one. */
let urls: readonly string[]
before(async () => {
  app = await openTestApp()
  admin = await makeAdmin(app)
  other = await compose({
    databaseUrl: app.database.url,
    redisUrl: null,
    mail: KEPT_MAIL,
    jwtSecret: TEST_SECRET,
    publicUrl: '/',
    accessTokenSeconds: 3600,
    eventRetentionDays: 7,
    ratePolicies: null,
    logger: pino({ level: 'silent' }),
  })
  const nodes = [app.application.app, other.app]
  for (const node of nodes) await node.listen({ port: 0, host: '127.0.0.1' })
  urls = nodes.map(({ server }) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
after(async () => {
  await other[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

const MOST_MILLISECONDS = 1_000

const decide = async (id: string, body: object) => {
  const { status } = await app.ask('PATCH', `/v1/users/${id}`, { token: admin.token, body })
  assert.equal(status, 200)
}

const listen = async (url: string, token: string) => {
  const socket = await openSocket(`${url}/v1/events`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await socket.next()).type, 'hello')
  socket.say({ type: 'subscribe', id: 's', topics: ['bookings'] })
  assert.equal((await socket.next()).type, 'subscribed')
  return socket
}

test('a deactivation closes the sockets of the user on every node within a second, and nobody else’s', async () => {
  const [user, bystander] = [await app.register('customer'), await app.register('customer')]
  const sockets = await Promise.all(urls.map((url) => listen(url, user.token)))
  const stays = await Promise.all(urls.map((url) => listen(url, bystander.token)))
  const began = performance.now()
  await decide(user.id, { is_active: false })
  assert.deepEqual(await Promise.all(sockets.map(({ closed }) => closed)), [4401, 4401])
  assert(performance.now() - began < MOST_MILLISECONDS, `${performance.now() - began} ms`)
  for (const { socket } of stays) assert.equal(socket.readyState, socket.OPEN)
  for (const socket of stays) await socket[Symbol.asyncDispose]()
})

test('a role that is taken away closes the sockets that were opened with it, and what is left opens another', async () => {
  const user = await makeAdmin(app)
  const sockets = await Promise.all(urls.map((url) => listen(url, user.token)))
  await decide(user.id, { roles: ['customer'] })
  assert.deepEqual(await Promise.all(sockets.map(({ closed }) => closed)), [4403, 4403])
  const again = await Promise.all(urls.map((url) => listen(url, user.token)))
  for (const socket of again) await socket[Symbol.asyncDispose]()
})

test('an event stream ends as well', async () => {
  const user = await app.register('customer')
  const headers = { authorization: `Bearer ${user.token}`, accept: 'text/event-stream' }
  const streams = await Promise.all(urls.map((url) => fetch(`${url}/v1/events`, { headers })))
  const ends = streams.map(async ({ body }) => {
    for await (const _ of body ?? []) if (_ === undefined) break
  })
  await decide(user.id, { is_active: false })
  await Promise.race([
    Promise.all(ends),
    once(AbortSignal.timeout(MOST_MILLISECONDS), 'abort').then(() => assert.fail('a stream goes on')),
  ])
})

test('a ticket that was given before a deactivation opens nothing', async () => {
  const user = await app.register('customer')
  const answer = await app.ask('POST', '/v1/events/tickets', { token: user.token })
  const { ticket } = answer.json()
  await decide(user.id, { is_active: false })
  for (const url of urls) {
    const socket = await openSocket(`${url}/v1/events?ticket=${ticket}`)
    assert.equal(await socket.closed, 4401)
  }
})

test('a ticket that was given before a role was taken away opens nothing and says why, and the next one what is left', async () => {
  const user = await app.register('customer')
  await decide(user.id, { roles: ['customer', 'admin'] })
  const token = app.tokenFor({ id: user.id, roles: ['customer', 'admin'] })
  const ticketOf = async () => (await app.ask('POST', '/v1/events/tickets', { token })).json().ticket
  const tickets = [await ticketOf(), await ticketOf()]
  await decide(user.id, { roles: ['customer'] })
  for (const [node, url] of urls.entries()) {
    await using late = await openSocket(`${url}/v1/events?ticket=${tickets[node]}`)
    const closed = once(late.socket, 'close')
    await assert.rejects(late.next(), /closed with 4403/)
    assert.equal(String((await closed)[1]), 'a role was taken away')
    await using next = await openSocket(`${url}/v1/events?ticket=${await ticketOf()}`)
    assert.equal((await next.next()).type, 'hello')
  }
})

test('signing out closes the sockets of the session on every node, and not those of another', async () => {
  const user = await app.register('customer')
  const body = { email: user.email, password: 'correct horse' }
  const { access_token, refresh_token } = (await app.ask('POST', '/v1/auth/login', { body })).json()
  const { ticket } = (await app.ask('POST', '/v1/events/tickets', { token: access_token })).json()
  const unused = (await app.ask('POST', '/v1/events/tickets', { token: access_token })).json()
  const byTicket = await openSocket(`${urls[1]}/v1/events?ticket=${ticket}`)
  const sockets = [...(await Promise.all(urls.map((url) => listen(url, access_token)))), byTicket]
  const stays = await Promise.all(urls.map((url) => listen(url, user.token)))
  const began = performance.now()
  await app.ask('POST', '/v1/auth/logout', { body: { refresh_token } })
  assert.deepEqual(await Promise.all(sockets.map(({ closed }) => closed)), [4401, 4401, 4401])
  assert(performance.now() - began < MOST_MILLISECONDS, `${performance.now() - began} ms`)
  for (const { socket } of stays) assert.equal(socket.readyState, socket.OPEN)
  for (const socket of stays) await socket[Symbol.asyncDispose]()
  const late = await openSocket(`${urls[0]}/v1/events?ticket=${unused.ticket}`)
  assert.equal(await late.closed, 4401)
})
