import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestResponse } from '../support/app.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { addService, expecting, haircut, makeAdmin, openShop, type Shop } from './support/shop.ts'

const NOW = '2026-01-05T08:00:00Z'

let app: ContractApp
let shop: Shop
let pendingService: string
before(async () => {
  app = await openContractApp(NOW)
  shop = await openShop(app)
  pendingService = await addService(app, shop.provider, { requires_confirmation: true })
})
after(() => app[Symbol.asyncDispose]())

let hours = 0
/** An hour that nothing has happened in yet. */
const nextStart = () => {
  const hour = hours++
  return new Date(Date.UTC(2026, 0, 6 + Math.floor(hour / 8), 9 + (hour % 8))).toISOString()
}

let keys = 0
const newKey = () => `key ${keys++} ~!"`

interface Asked {
  readonly method?: 'POST' | 'PATCH'
  readonly url: string
  readonly token: string
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}

const send = ({ method = 'POST', url, token, body, headers }: Asked, key: string) =>
  app.ask(method, url, { token, body, headers: { ...headers, 'idempotency-key': key } })

const newBooking = async (service_id = shop.serviceId) =>
  (await expecting(201, shop.book(nextStart(), { service_id }))).id

const changing = async (verb: string, body: object, service?: string): Promise<Asked> => ({
  url: `/v1/bookings/${await newBooking(service)}/${verb}`,
  token: shop.provider.token,
  body,
})

const farAway = { start: '2026-12-01T00:00:00Z', end: '2026-12-02T00:00:00Z', reason: 'Rest.' }

/** Everything that a key can be sent with. */
const KEYED: Readonly<Record<string, () => Promise<Asked>>> = {
  'a booking': async () => ({
    url: '/v1/bookings',
    token: shop.customer.token,
    body: { service_id: shop.serviceId, start: nextStart(), notes: '"number":0 💇', metadata: { number: 0 } },
  }),
  'a hold': async () => ({
    url: '/v1/holds',
    token: (await app.register('customer')).token,
    body: { service_id: shop.serviceId, start: nextStart() },
  }),
  'a confirmation': () => changing('confirm', {}, pendingService),
  'a decline': () => changing('decline', { reason: 'Full.' }, pendingService),
  'a cancellation': () => changing('cancel', { reason: 'Ill.' }),
  'a move': () => changing('reschedule', { start: nextStart() }),
  'a remark': async () => ({
    method: 'PATCH',
    url: `/v1/bookings/${await newBooking()}`,
    token: shop.customer.token,
    body: { notes: 'Ring.', metadata: { b: 1, a: [{ d: 1, c: 2 }] } },
  }),
  'a service': async () => ({ url: '/v1/services', token: shop.provider.token, body: haircut }),
  'time off': async () => ({
    url: `/v1/providers/${shop.provider.id}/time-off`,
    token: shop.provider.token,
    body: farAway,
  }),
  'a refusal': async () => ({
    url: '/v1/bookings',
    token: shop.customer.token,
    body: { service_id: shop.serviceId, start: '2026-01-06T03:00:00Z' },
  }),
  'a conflict': async () => {
    const start = nextStart()
    await expecting(201, shop.book(start))
    return { url: '/v1/bookings', token: shop.customer.token, body: { service_id: shop.serviceId, start } }
  },
}

const told = ({ status, text, headers }: TestResponse) => [
  status,
  text,
  ...['content-type', 'etag', 'location', 'retry-after'].map((name) => headers[name]),
]

/** Each answer is the first one again, to the byte and the header, and says so. */
function assertReplays(first: TestResponse, replays: readonly TestResponse[]): void {
  assert.equal(first.headers['idempotency-replayed'], undefined)
  for (const replay of replays) {
    assert.deepEqual(told(replay), told(first))
    assert.equal(replay.headers['idempotency-replayed'], 'true')
  }
}

for (const [name, prepare] of Object.entries(KEYED)) {
  test(`${name} is made once under its key, and answered again byte for byte`, async () => {
    const asked = await prepare()
    const key = newKey()
    const first = await send(asked, key)
    assert.equal(first.status < 300, !/refusal|conflict/.test(name), first.text)
    const rows = await countRows(app.database)
    app.setNow('2026-01-05T08:30:00Z')
    const replays = [await send(asked, key), await send(asked, key)]
    app.setNow(NOW)
    assertReplays(first, replays)
    assert.deepEqual(await countRows(app.database), rows)
    if (name !== 'a refusal' && name !== 'a conflict') {
      assert.equal(first.headers.location !== undefined, first.status === 201)
    }
  })

  test(`of many who ask for ${name} under one key at the same moment one is first`, async () => {
    const asked = await prepare()
    const key = newKey()
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(asked, key)))
    const [first, ...others] = answers.filter(({ headers }) => !headers['idempotency-replayed'])
    assert(first)
    assert.deepEqual(others, [])
    assertReplays(
      first,
      answers.filter((answer) => answer !== first),
    )
  })

  test(`a key that was used for ${name} is refused for anything else`, async () => {
    const asked = await prepare()
    const key = newKey()
    await send(asked, key)
    const rows = await countRows(app.database)
    const other = { ...asked, url: '/v1/bookings', method: 'POST' as const }
    const start = nextStart()
    const refused = await send({ ...other, body: { service_id: shop.serviceId, start } }, key)
    assertProblem(refused, 422, 'idempotency-key-reused')
    assert.equal(refused.headers['idempotency-replayed'], undefined)
    assert.deepEqual(await countRows(app.database), rows)
  })
}

test('a refusal that says when to come again is not kept: the same request may succeed then', async () => {
  const { token } = await app.register('customer')
  const hold = (key: string) =>
    send({ url: '/v1/holds', token, body: { service_id: shop.serviceId, start: nextStart() } }, key)
  const held = []
  for (let count = 0; count < 5; count++) held.push((await expecting(201, hold(newKey()))).id)
  const body = { service_id: shop.serviceId, start: nextStart() }
  const key = newKey()
  const first = await send({ url: '/v1/holds', token, body }, key)
  assert.deepEqual([first.status, first.headers['retry-after']], [429, '30'])
  await expecting(204, app.ask('DELETE', `/v1/holds/${held[0]}`, { token }))
  const second = await send({ url: '/v1/holds', token, body }, key)
  assert.equal(second.status, 201)
  assertReplays(second, [await send({ url: '/v1/holds', token, body }, key)])
})

test('the same instant in other words is the same request, and so is another order of names', async () => {
  const { token } = shop.customer
  const key = newKey()
  const ask = (start: string, metadata: object) =>
    send({ url: '/v1/bookings', token, body: { service_id: shop.serviceId, start, metadata } }, key)
  const start = nextStart()
  const first = await ask(start, { a: 1, b: { c: 2, d: 3 } })
  assert.equal(first.status, 201)
  const offset = start.replace(/T(\d\d)(.*)\.000Z/, (_, hour, rest) => `T${Number(hour) + 2}${rest}+02:00`)
  const replays = [
    await ask(start.replace('.000Z', 'Z'), { b: { d: 3, c: 2 }, a: 1 }),
    await ask(offset, { a: 1, b: { c: 2, d: 3 } }),
  ]
  assertReplays(first, replays)
  for (const metadata of [
    {},
    {
      a: 1,
      b: [
        ['c', 2],
        ['d', 3],
      ],
    },
    { a: '1', b: { c: 2, d: 3 } },
  ]) {
    assertProblem(await ask(start, metadata), 422, 'idempotency-key-reused')
  }
})

test('the key of one user is not that of another', async () => {
  const key = newKey()
  const body = { service_id: shop.serviceId, start: nextStart() }
  const first = await send({ url: '/v1/bookings', token: shop.customer.token, body }, key)
  assert.equal(first.status, 201)
  const { token } = await app.register('customer')
  const other = await send({ url: '/v1/bookings', token, body }, key)
  assert.equal(other.json().code, 'slot-taken')
  assert.equal(other.headers['idempotency-replayed'], undefined)
})

test('a key goes with the booking and the version that it was sent for', async () => {
  const [one, two] = [await newBooking(), await newBooking()]
  const { token } = shop.customer
  const key = newKey()
  const cancel = (id: string, headers = {}) =>
    send({ url: `/v1/bookings/${id}/cancel`, token, body: {}, headers }, key)
  const tag = { 'if-match': '"1"' }
  const first = await cancel(one, tag)
  assert.equal(first.status, 200)
  assertReplays(first, [await cancel(one, tag)])
  for (const other of [await cancel(one), await cancel(one, { 'if-match': '"2"' }), await cancel(two, tag)]) {
    assertProblem(other, 422, 'idempotency-key-reused')
  }
  assert.equal((await expecting(200, app.ask('GET', `/v1/bookings/${two}`, { token }))).status, 'confirmed')
})

test('a key goes with the provider whose time off it was sent for', async () => {
  const { token } = await makeAdmin(app)
  const key = newKey()
  const away = (id: string) => send({ url: `/v1/providers/${id}/time-off`, token, body: farAway }, key)
  assert.equal((await away(shop.provider.id)).status, 201)
  assertProblem(await away((await app.register('provider')).id), 422, 'idempotency-key-reused')
})

test('a stale version is an answer like any other', async () => {
  const id = await newBooking()
  const { token } = shop.customer
  const key = newKey()
  const asked = { url: `/v1/bookings/${id}/cancel`, token, body: {}, headers: { 'if-match': '"7"' } }
  const first = await send(asked, key)
  assertProblem(first, 412, 'version-mismatch', { version: 1 })
  assertReplays(first, [await send(asked, key)])
})

test('what the door refuses uses no key', async () => {
  const { token } = shop.customer
  const key = newKey()
  const ask = (start: string) =>
    send({ url: '/v1/bookings', token, body: { service_id: shop.serviceId, start } }, key)
  assertMalformed(await ask('tomorrow'), '/start format')
  assert.equal((await ask(nextStart())).status, 201)
})

test('a key is one of 1 to 255 printable ASCII characters, wherever one is taken', async () => {
  for (const name of ['a booking', 'a hold', 'a service', 'time off', 'a cancellation', 'a remark']) {
    const asked = await KEYED[name]?.()
    assert(asked)
    const rows = await countRows(app.database)
    for (const key of ['x'.repeat(300), 'x'.repeat(256), '', 'ü', 'a\tb']) {
      assertMalformed(await send(asked, key), '/headers/idempotency-key format')
    }
    const { method = 'POST', url, token, body } = asked
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': ['a', 'b'] as unknown as string }
    const twice = await app.send({ method, url, headers, payload: body })
    assertMalformed(twice, '/headers/idempotency-key format')
    assert.deepEqual(await countRows(app.database), rows)
    assert((await send(asked, `${name} `.padEnd(255, 'x'))).status < 300)
  }
})

test('opening an account and signing in keep no answer: it holds a token', async () => {
  const headers = { 'idempotency-key': newKey() }
  const body = { email: shop.customer.email, password: 'correct horse' }
  const [rows] = await app.database.query<{ kept: number }>(
    'select count(*)::integer as kept from idempotency_keys',
  )
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = await app.ask('POST', '/v1/auth/login', { body, headers })
    assert.deepEqual([answer.status, answer.headers['idempotency-replayed']], [200, undefined])
  }
  assert.deepEqual(await app.database.query('select count(*)::integer as kept from idempotency_keys'), [rows])
})
