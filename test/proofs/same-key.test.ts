import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { times } from '../contracts/harness.ts'
import { everyDay, expecting, openShop, type Shop } from '../http/support/shop.ts'
import { TEST_SECRET, type TestApp, type TestResponse } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'

const AT_ONCE = 50
const PATIENCE_MILLISECONDS = 20_000

/** Days after the one on which the tests begin, whenever that is: a server has the real clock. */
const dayAfter = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const TOMORROW = dayAfter(1)
const LATER = dayAfter(2)

/** Servers in processes of their own on one database, asked as the composed application is. */
interface Nodes extends AsyncDisposable {
  readonly database: TestDatabase
  readonly servers: ServerProcess[]
  /** Starts another server in place of one that has been killed. */
  restart(index: number): Promise<void>
  ask: TestApp['ask']
  readonly shop: Shop
}

/** Each request goes to the next server. */
let turn = 0

const asked =
  (url: (index: number) => string): TestApp['ask'] =>
  async (method, path, { token, body, headers = {} } = {}) => {
    const response = await fetch(url(turn++) + path, {
      method,
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text,
      json: () => JSON.parse(text),
    }
  }
async function openNodes(count: number): Promise<Nodes> {
  await using resources = new AsyncDisposableStack()
  const database = resources.use(await createTestDatabase())
  const settings = { NODE_ENV: 'production', DATABASE_URL: database.url, JWT_SECRET: TEST_SECRET }
  const servers: ServerProcess[] = []
  resources.defer(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]()
  })
  for (const _ of times(count)) servers.push(await startServer(settings))
  const ask = asked((index) => (servers[index % servers.length] as ServerProcess).url)
  const register: TestApp['register'] = async (role) => {
    const email = `${role}@example.com`
    const names = { first_name: 'Ada', last_name: 'Byron', time_zone: 'UTC' }
    const body = { email, password: 'correct horse', role, ...names }
    const { user, access_token: token } = await expecting(201, ask('POST', '/v1/auth/register', { body }))
    return { id: user.id, email, token }
  }
  const weeklyHours = everyDay('00:00-23:00')
  const shop = await openShop({ ask, register } as TestApp, { weeklyHours })
  const rest = resources.move()
  return {
    database,
    servers,
    async restart(index) {
      servers[index] = await startServer(settings)
    },
    ask,
    shop,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

interface Request {
  readonly path: string
  readonly body: object
}

let nodes: Nodes
before(async () => {
  nodes = await openNodes(2)
})
after(() => nodes[Symbol.asyncDispose]())

const send = ({ path, body }: Request, key: string, token = nodes.shop.customer.token) =>
  nodes.ask('POST', path, { token, body, headers: { 'idempotency-key': key } })

const TOLD_AGAIN = ['etag', 'location', 'content-type', 'content-length'] as const

/** All that has to be the same of each answer. */
const faceOf = ({ status, text, headers }: TestResponse) => ({
  status,
  text,
  ...Object.fromEntries(TOLD_AGAIN.map((name) => [name, headers[name]])),
})

const isReplayed = ({ headers }: TestResponse) => headers['idempotency-replayed'] === 'true'

const countEvents = async () =>
  (await nodes.database.query<{ count: number }>('select count(*)::integer as count from events'))[0]?.count

const bookingAt = (day: string, hour: string): Request => ({
  path: '/v1/bookings',
  body: { service_id: nodes.shop.serviceId, start: `${day}T${hour}:00:00Z` },
})

const make = async ({ path, body }: Request): Promise<string> =>
  (await expecting(201, nodes.ask('POST', path, { token: nodes.shop.customer.token, body }))).id

/** Something to ask for on a day, and the status of its answer. */
const REQUESTS: Readonly<Record<string, (day: string) => Promise<readonly [Request, number]>>> = {
  'a booking': async (day) => [bookingAt(day, '00'), 201],
  'a hold': async (day) => [{ ...bookingAt(day, '01'), path: '/v1/holds' }, 201],
  'a hold that becomes a booking': async (day) => {
    const { body } = bookingAt(day, '02')
    return [
      { path: '/v1/bookings', body: { ...body, hold_id: await make({ path: '/v1/holds', body }) } },
      201,
    ]
  },
  'a cancellation': async (day) => [
    { path: `/v1/bookings/${await make(bookingAt(day, '03'))}/cancel`, body: { reason: 'Ill' } },
    200,
  ],
  'a move': async (day) => [
    {
      path: `/v1/bookings/${await make(bookingAt(day, '04'))}/reschedule`,
      body: { start: `${day}T05:00:00Z` },
    },
    200,
  ],
}

describe('one key fifty times at once, through two processes', () => {
  for (const [name, requestOf] of Object.entries(REQUESTS)) {
    it(`brings about ${name} once, and fifty identical answers`, async () => {
      const [request, status] = await requestOf(TOMORROW)
      const before = (await countEvents()) ?? 0
      const answers = await Promise.all(times(AT_ONCE).map(() => send(request, `many ${name}`)))
      const [face] = answers.map(faceOf)
      assert.equal(face?.status, status)
      for (const answer of answers) assert.deepEqual(faceOf(answer), face)
      assert.equal(answers.filter(isReplayed).length, AT_ONCE - 1)
      assert.equal(await countEvents(), before + 1)
      const later = await send(request, `many ${name}`)
      assert.deepEqual([faceOf(later), isReplayed(later)], [face, true])
    })
  }

  it('refuses alike what cannot be, and does not change its mind', async () => {
    const id = await make(bookingAt(TOMORROW, '06'))
    const answers = await Promise.all(
      times(AT_ONCE).map(() => send(bookingAt(TOMORROW, '06'), 'many refusals')),
    )
    const [face] = answers.map(faceOf)
    assert.equal(face?.status, 409)
    for (const answer of answers) assert.deepEqual(faceOf(answer), face)
    assert.equal(answers.filter(isReplayed).length, AT_ONCE - 1)
    await expecting(200, send({ path: `/v1/bookings/${id}/cancel`, body: {} }, 'make room'))
    assert.deepEqual(faceOf(await send(bookingAt(TOMORROW, '06'), 'many refusals')), face)
  })

  it('is another key of another person, and no key for another request', async () => {
    const mine = await send(bookingAt(TOMORROW, '07'), 'everyone has it')
    assert.equal(mine.status, 201)
    const other = await send(bookingAt(TOMORROW, '08'), 'everyone has it')
    assert.deepEqual([other.status, other.json().code], [422, 'idempotency-key-reused'])
    const theirs = await send(bookingAt(TOMORROW, '07'), 'everyone has it', nodes.shop.provider.token)
    assert.notEqual(theirs.status, 201)
    assert.notEqual(theirs.json().code, 'idempotency-key-reused')
  })
})

const isKept = async (key: string): Promise<boolean> =>
  (await nodes.database.query('select from idempotency_keys where key = $1', [key])).length > 0

/** Asks again and again until it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, `It has not come about: ${isSo}`)
    await delay(5)
  }
}

/** A session that stops whatever the customer has asked for before it is done, and no chore, until it lets go. */
async function holdUp() {
  const client = new pg.Client({ connectionString: nodes.database.url })
  await client.connect()
  await client.query('begin; lock table booking_history in share mode')
  // The lock under which the holds of a user are counted.
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [nodes.shop.customer.id])
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  // Asked on another connection: within its transaction a session sees who is there as it was at the first look.
  const text = 'select from pg_stat_activity where $1 = any (pg_blocking_pids(pid))'
  return {
    /** Waits until what was asked for waits. */
    hasStopped: () => until(async () => (await nodes.database.query(text, [rows[0]?.pid])).length > 0),
    letGo: () => client.query('commit'),
    [Symbol.asyncDispose]: () => client.end(),
  }
}

/** Asks the first process, which is frozen before it can answer what the database then does, and is killed. */
async function askAndKill({ path, body }: Request, key: string): Promise<void> {
  const [server] = nodes.servers as [ServerProcess]
  const authorization = `Bearer ${nodes.shop.customer.token}`
  const headers = { 'content-type': 'application/json', 'idempotency-key': key, authorization }
  await using obstacle = await holdUp()
  const asked = fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  const outcome = asked.then(
    () => 'answered',
    () => 'lost',
  )
  await obstacle.hasStopped()
  server.process.kill('SIGSTOP')
  assert.equal(await isKept(key), false)
  await obstacle.letGo()
  await until(() => isKept(key))
  assert.equal(await server.stop('SIGKILL'), 'SIGKILL')
  assert.equal(await outcome, 'lost')
}

describe('a process that is killed between commit and answer', () => {
  for (const [name, requestOf] of Object.entries(REQUESTS)) {
    it(`leaves ${name} that is done once, and its answer to whoever asks again`, async () => {
      const [request, status] = await requestOf(LATER)
      const key = `lost ${name}`
      const before = (await countEvents()) ?? 0
      await askAndKill(request, key)
      await nodes.restart(0)
      const answers = await Promise.all(times(4).map(() => send(request, key)))
      const [face] = answers.map(faceOf)
      assert.equal(face?.status, status)
      for (const answer of answers) assert.deepEqual([faceOf(answer), isReplayed(answer)], [face, true])
      assert.equal(await countEvents(), before + 1)
      const { id, version } = answers[0]?.json() ?? {}
      const path = `/v1/${name === 'a hold' ? 'holds' : 'bookings'}/${id}`
      assert.equal(answers[0]?.headers.location, status === 201 ? path : undefined)
      assert.equal(answers[0]?.headers.etag, version && `"${version}"`)
      const { token } = nodes.shop.customer
      assert.deepEqual(await expecting(200, nodes.ask('GET', path, { token })), answers[0]?.json())
    })
  }
})
