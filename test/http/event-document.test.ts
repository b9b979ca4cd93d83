import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Parser } from '@asyncapi/parser'
import { CLOSE } from '../../src/adapters/http/events/close-codes.ts'
import { eventDocument } from '../../src/adapters/http/events/event-document.ts'
import { EVENT_TYPES } from '../../src/domain/logged-event.ts'
import { eventsContract, violationsOf } from '../support/event-document.ts'
import { goldenFiles, readGolden } from '../support/golden.ts'
import { openSocket } from '../websocket/client.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { expecting, openShop, type Shop } from './support/shop.ts'
import { tellEverything } from './support/tell-everything.ts'

let app: ContractApp
let shop: Shop
let address: string
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
  address = await app.application.app.listen({ port: 0, host: '127.0.0.1' })
  await tellEverything(app, shop)
})
after(() => app[Symbol.asyncDispose]())

interface Told {
  readonly type: string
}

/** Every event that a query gives. */
async function readAll(query: string, token?: string): Promise<Told[]> {
  const events: Told[] = []
  let after = ''
  for (;;) {
    const url = `/v1/events?limit=100&${query}${after && `&after=${after}`}`
    const page = await expecting(200, app.ask('GET', url, token === undefined ? {} : { token }))
    events.push(...page.data)
    if (page.next_cursor === after) return events
    after = page.next_cursor
  }
}

for (const publicUrl of ['/', 'https://booking.example.com', 'http://localhost:3000/below']) {
  test(`the document of events is valid AsyncAPI 3.0, served at ${publicUrl}`, async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(eventDocument(publicUrl)))
    assert.equal(document?.version(), '3.0.0')
    // The one that is left says that there is a 3.1.
    const left = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')
    assert.deepEqual(left, [])
  })
}

test('a document that is not valid would be found out', async () => {
  const broken = { ...eventsContract, operations: { greet: { action: 'sing' } } }
  const { diagnostics } = await new Parser().parse(JSON.stringify(broken))
  assert(diagnostics.some(({ severity }) => severity === 0))
})

test('the document of events that is served is the committed one', async () => {
  const golden = goldenFiles.find(({ file }) => file === 'docs/asyncapi.json')
  assert(golden)
  const served = await expecting(200, app.ask('GET', '/asyncapi.json'))
  assert.deepEqual(JSON.parse(await readGolden(golden)), served)
})

test('it has every type of events, every message and every close code', async () => {
  const { channels } = eventsContract
  const names = (messages: object = {}) => Object.keys(messages)
  assert.deepEqual(names(channels.socket?.messages).sort(), [
    ...['error', 'event', 'hello', 'reset', 'subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'],
  ])
  assert.equal(names(channels.stream?.messages).length, EVENT_TYPES.length + 1)
  for (const type of EVENT_TYPES) {
    assert.notDeepEqual(violationsOf('stream', type, {}), [], type)
    assert.doesNotMatch(JSON.stringify(violationsOf('stream', type, {})), /no message/)
  }
  const text = JSON.stringify(channels.socket)
  for (const code of Object.values(CLOSE)) assert.match(text, new RegExp(`\\| ${code} \\|`))
  const guide = await readGolden({ file: 'docs/guides/listen.md', produce: async () => '' })
  for (const code of Object.values(CLOSE)) assert.match(guide, new RegExp(`\\| ${code} \\|`))
})

test('it asks of a stream no more than a stream takes, and a stream takes what it asks for', async () => {
  const schemes = ({ security }: { security: readonly object[] }) =>
    security.map((scheme) => JSON.stringify(scheme).replace(/.*\/(\w+)"}$/, '$1'))
  assert.deepEqual(schemes(eventsContract.servers.socket), ['bearer', 'ticket'])
  assert.deepEqual(schemes(eventsContract.servers.stream), ['bearer'])
  const issued = await expecting(201, app.ask('POST', '/v1/events/tickets', { token: shop.customer.token }))
  const headers = { accept: 'text/event-stream' }
  const refused = await fetch(`${address}/v1/events?ticket=${issued.ticket}`, { headers })
  assert.equal(refused.status, 400)
})

test('every schema of an event refuses what it does not name', () => {
  for (const [name, schema] of Object.entries(eventsContract.components.schemas)) {
    if (name === 'Event' || name.endsWith('Problem')) continue
    const { additionalProperties, properties } = schema as {
      additionalProperties: boolean
      properties: { data: { additionalProperties: boolean; properties: object } }
    }
    assert.deepEqual([additionalProperties, properties.data.additionalProperties], [false, false], name)
    assert(Object.keys(properties.data.properties).length > 0)
  }
})

test('every event that is told has what its schema says, and nothing else', async () => {
  const { customer, provider } = shop
  const told = [
    ...(await readAll('', customer.token)),
    ...(await readAll('', provider.token)),
    ...(await readAll(`topics=availability:${provider.id}`)),
  ]
  for (const event of told) {
    assert.deepEqual(violationsOf('stream', event.type, event), [], JSON.stringify(event))
    const message = { type: 'event', id: 'a', event }
    assert.deepEqual(violationsOf('socket', 'event', message), [], JSON.stringify(event))
    const unnamed = { ...event, surprise: 1 }
    assert.notDeepEqual(violationsOf('stream', event.type, unnamed), [])
  }
  assert.deepEqual([...new Set(told.map(({ type }) => type))].sort(), [...EVENT_TYPES].sort())
})

test('what a stream tells is what the document says of it', async () => {
  const start = (
    await expecting(200, app.ask('GET', `/v1/events?topics=availability:${shop.provider.id}&limit=1`))
  ).data[0].cursor
  const response = await fetch(`${address}/v1/events`, {
    headers: {
      authorization: `Bearer ${shop.provider.token}`,
      accept: 'text/event-stream',
      'last-event-id': start,
    },
  })
  const frame = /id: (?<cursor>\S+)\nevent: (?<name>\S+)\ndata: (?<data>.+)\n\n/g
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.split('\nevent: ').length > 10) break
  }
  const frames = [...text.matchAll(frame)]
  assert(frames.length >= 10)
  for (const { groups } of frames) {
    const event = JSON.parse(groups?.data ?? '')
    assert.deepEqual([groups?.name, groups?.cursor], [event.type, event.cursor])
    assert.deepEqual(violationsOf('stream', event.type, event), [])
  }
})

test('a cursor that is too old ends a subscription and a stream as the document says', async () => {
  const start = (await expecting(200, app.ask('GET', '/v1/events?limit=1', { token: shop.provider.token })))
    .data[0]
  await app.database.query('update event_log_state set trimmed_xid = (select max(xid) from events)')
  const authorization = `Bearer ${shop.provider.token}`
  await using socket = await openSocket(`${address}/v1/events`, { headers: { authorization } })
  assert.equal((await socket.next()).type, 'hello')
  socket.say({ type: 'subscribe', id: 'a', topics: ['bookings'], after: start.cursor })
  assert.equal((await socket.next()).type, 'subscribed')
  const reset = await socket.next()
  assert.deepEqual([reset.type, reset.reason], ['reset', 'cursor-expired'])
  const headers = { authorization, accept: 'text/event-stream', 'last-event-id': start.cursor }
  const text = await (await fetch(`${address}/v1/events`, { headers })).text()
  const [, cursor, data] = /event: reset\nid: (\S+)\ndata: (.+)\n\n$/.exec(text) ?? []
  assert.equal(cursor, reset.cursor)
  assert.deepEqual(violationsOf('stream', 'reset', JSON.parse(data ?? '')), [])
})

test('the page of the contract leads to the document of events', async () => {
  const { info } = await expecting(200, app.ask('GET', '/openapi.json'))
  assert.match(info.description, /\(\/asyncapi\.json\)/)
})
