import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { TopicText } from '../../src/adapters/http/schemas/events.ts'
import { refusalOf } from '../front-doors/socket-client.ts'
import { type Caller, callersOf } from '../http/support/access-table.ts'
import { expecting, makeAdmin, makeDeactivated, openShop, type Shop } from '../http/support/shop.ts'
import { badTokens } from '../http/support/tokens.ts'
import { openTestApp, type TestApp } from '../support/app.ts'
import { openSocket } from './client.ts'

const yes = 'subscribed'
const no = 'unauthenticated'
const hidden = 'topic-not-found'

/** Every kind of topic, with what each caller gets; 401 is the answer to the upgrade itself. */
const topicTable: Readonly<Record<string, string>> = {
  bookings: `${no} ${yes} ${yes} ${yes} ${yes} ${yes} 401 401`,
  booking: `${no} ${yes} ${hidden} ${yes} ${hidden} ${yes} 401 401`,
  availability: `${yes} ${yes} ${yes} ${yes} ${yes} ${yes} 401 401`,
}

let app: TestApp
let shop: Shop
let url: string
let topics: Readonly<Record<string, string>>
let tokens: Readonly<Record<Caller, string | undefined>>
before(async () => {
  app = await openTestApp()
  shop = await openShop(app)
  url = `${await app.application.app.listen({ port: 0, host: '127.0.0.1' })}/v1/events`
  const { id } = await expecting(201, shop.book('2026-01-06T09:00:00Z'))
  topics = {
    bookings: 'bookings',
    booking: `booking:${id}`,
    availability: `availability:${shop.provider.id}`,
  }
  tokens = {
    nobody: undefined,
    customer: shop.customer.token,
    'other customer': (await app.register('customer')).token,
    provider: shop.provider.token,
    'other provider': (await app.register('provider')).token,
    admin: (await makeAdmin(app)).token,
    deactivated: (await makeDeactivated(app)).token,
    ...badTokens(shop.customer.id),
  }
})
after(() => app[Symbol.asyncDispose]())

/** What a caller hears who opens a socket and asks for one topic. */
async function answerTo(caller: Caller, topic: string): Promise<string> {
  const token = tokens[caller]
  const options = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }
  const client = await openSocket(url, options).catch((error: Error) => error.message)
  if (typeof client === 'string') return client.replace('Unexpected server response: ', '')
  await using socket = client
  assert.equal((await socket.next()).type, 'hello')
  socket.say({ type: 'subscribe', id: 's', topics: [topic] })
  const { type, problem } = await socket.next()
  return problem?.code ?? type
}

test('every kind of topic is in the table, and nothing else', () => {
  const alternatives =
    /^\^\((.+)\)\$$/.exec((TopicText as { pattern?: string }).pattern ?? '')?.[1]?.split('|') ?? []
  const kinds = alternatives.map((alternative) => alternative.split(':')[0])
  assert.deepEqual(kinds.sort(), Object.keys(topicTable).sort())
})

for (const [kind, row] of Object.entries(topicTable)) {
  test(`the topic ${kind} is for whom the table says`, async () => {
    const callers = callersOf(row)
    const seen: string[] = []
    for (const { caller } of callers) seen.push(`${caller}: ${await answerTo(caller, topics[kind] ?? '')}`)
    assert.deepEqual(
      seen,
      callers.map(({ caller, status }) => `${caller}: ${status}`),
    )
  })
}

/** Who may listen over Socket.IO. A token of another issuer that was signed with our secret is taken there. */
const socketRow = `${no} connected connected connected connected connected ${no} ${no}/connected/${no}`

test('Socket.IO is for whom the table says', async () => {
  const callers = callersOf(socketRow)
  const origin = new URL(url).origin
  const seen: string[] = []
  for (const { caller } of callers) {
    const token = tokens[caller]
    seen.push(`${caller}: ${await refusalOf(origin, { auth: token === undefined ? {} : { token } })}`)
  }
  assert.deepEqual(
    seen,
    callers.map(({ caller, status }) => `${caller}: ${status}`),
  )
})

test('a socket that is refused its upgrade is closed, whatever the path', async () => {
  const { port } = new URL(url)
  for (const path of ['/v1/events?ticket=x', '/v1/events', '/v1/bookings', '/health', '/nowhere']) {
    const socket = connect(Number(port), '127.0.0.1')
    const authorization = path === '/v1/events' ? 'Authorization: Bearer x\r\n' : ''
    const head = `GET ${path} HTTP/1.1\r\nHost: x\r\n${authorization}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
    socket.write(head)
    socket.resume()
    await once(socket, 'close', { signal: AbortSignal.timeout(15_000) })
  }
})
