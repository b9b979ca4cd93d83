import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { openSocket } from '../websocket/client.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { expecting, openShop, type Shop } from './support/shop.ts'

let app: ContractApp
let shop: Shop
let address: string
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
  address = await app.application.app.listen({ port: 0, host: '127.0.0.1' })
})
after(() => app[Symbol.asyncDispose]())

interface Scraped {
  readonly types: ReadonlyMap<string, string>
  /** By name and labels as they are written: `listeners{transport="stream"}`. */
  readonly values: ReadonlyMap<string, number>
}

const LABEL = String.raw`[a-z_]+="(?:[^"\\\n]|\\["\\n])*"`
const SAMPLE = new RegExp(String.raw`^([a-z_0-9]+(?:\{${LABEL}(?:,${LABEL})*\})?) (\S+)$`)

/** Reads the text format of Prometheus, every line of it. */
function parsed(text: string): Scraped {
  const types = new Map<string, string>()
  const values = new Map<string, number>()
  assert(text.endsWith('\n'))
  for (const line of text.split('\n').filter((line) => line !== '' && !line.startsWith('# HELP '))) {
    const [, name, type] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line) ?? []
    if (name !== undefined && type !== undefined) types.set(name, type)
    else {
      const [, sample = assert.fail(line), value] = SAMPLE.exec(line) ?? []
      assert(Number.isFinite(Number(value)), line)
      assert(!values.has(sample), `${line} is there twice`)
      values.set(sample, Number(value))
    }
  }
  return { types, values }
}

async function scrape(): Promise<Scraped> {
  const { status, headers, text } = await app.ask('GET', '/metrics')
  assert.deepEqual([status, headers['content-type']], [200, 'text/plain; version=0.0.4; charset=utf-8'])
  return parsed(text)
}

const measured = async (sample: string) => (await scrape()).values.get(sample)

/** How much greater a value is after something has been done. */
async function growth(sample: string, work: () => Promise<unknown>): Promise<number> {
  const before = (await measured(sample)) ?? 0
  await work()
  return ((await measured(sample)) ?? 0) - before
}

/** Looks until it is so, for ten seconds at most. */
async function eventually(look: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await look()); await delay(20)) {
    assert(Date.now() < deadline, what)
  }
}

test('what is scraped parses, and the reference has every metric and its kind', async () => {
  const { types } = await scrape()
  const reference = await readFile(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8')
  const documented = [...reference.matchAll(/^\| `([a-z_0-9]+)` \| (\w+) \|/gm)]
  assert.deepEqual(
    documented.map(([, name, kind]) => `${name} ${kind}`).sort(),
    [...types].map(([name, kind]) => `${name} ${kind}`).sort(),
  )
})

test('requests are counted by the template of their route, however many addresses there are', async () => {
  const duration = 'slotwright_http_request_duration_seconds'
  const counted = (labels: string) => `${duration}_count{${labels}}`
  const read = counted('method="GET",route="/v1/services/:id",status="2xx"')
  const ask = () => expecting(200, app.ask('GET', `/v1/services/${shop.serviceId}`))
  assert.equal(await growth(read, () => Promise.all([ask(), ask(), ask()])), 3)
  const missing = counted('method="GET",route="none",status="4xx"')
  const wander = (path: string) => expecting(404, app.ask('GET', path))
  assert.equal(await growth(missing, () => Promise.all(['/a', '/b"\\'].map(wander))), 2)
  const { values } = await scrape()
  const strange = await app.send({ method: 'PROPFIND' as 'GET', url: '/a' })
  assert.equal(strange.status, 404)
  assert.equal(await measured(counted('method="other",route="none",status="4xx"')), 1)
  const series = [...values.keys()].filter((sample) => sample.startsWith(`${duration}_count`))
  for (const sample of series) assert.doesNotMatch(sample, /[0-9a-f]{8}-|"\/[ab]/)
  const sum = values.get(`${duration}_sum{method="GET",route="/v1/services/:id",status="2xx"}`)
  assert(sum !== undefined && sum > 0 && sum < 10, `${sum}`)
})

test('bookings are counted by their outcome', async () => {
  const start = '2026-01-06T09:00:00Z'
  const outcome = (name: string) => `slotwright_bookings_total{outcome="${name}"}`
  assert.equal(await growth(outcome('booked'), () => expecting(201, shop.book(start))), 1)
  assert.equal(await growth(outcome('slot-taken'), () => expecting(409, shop.book(start))), 1)
})

test('the fence grows old while a transaction holds it, and is young again afterwards', async () => {
  const age = async () => (await measured('slotwright_event_fence_age_seconds')) ?? assert.fail('no age')
  const client = new Client({ connectionString: app.database.url })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select pg_current_xact_id()')
    // Older transactions of others may hold it as well.
    await delay(300)
    const first = await age()
    assert(first >= 0.29, `${first} s`)
    await delay(300)
    const second = await age()
    assert(second >= 0.59, `${second} s`)
    await client.query('rollback')
    await eventually(async () => (await age()) < second, 'it is let go')
  } finally {
    await client.end()
  }
})

test('a reader holds no fence', async () => {
  const client = new Client({ connectionString: app.database.url })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read')
    await client.query('select count(*) from events')
    await delay(300)
    const age = 'slotwright_event_fence_age_seconds'
    await eventually(async () => ((await measured(age)) ?? 1) < 0.3, 'others let go of it at times')
  } finally {
    await client.end()
  }
})

test('listeners, what they are told and why their sockets are closed are counted', async () => {
  const authorization = `Bearer ${shop.customer.token}`
  const listeners = (transport: string) => `slotwright_listeners{transport="${transport}"}`
  const told = (transport: string) => `slotwright_events_delivered_total{transport="${transport}"}`
  const closed = (code: string) => `slotwright_sockets_closed_total{code="${code}"}`
  const answered =
    'slotwright_http_request_duration_seconds_count{method="GET",route="/v1/events",status="2xx"}'
  assert.deepEqual([await measured(listeners('websocket')), await measured(listeners('stream'))], [0, 0])
  const one = await openSocket(`${address}/v1/events`, { headers: { authorization } })
  await one.next()
  one.say({ type: 'subscribe', id: 'a', topics: ['bookings'] })
  await one.next()
  const abort = new AbortController()
  const headers = { authorization, accept: 'text/event-stream' }
  const stream = await fetch(`${address}/v1/events`, { headers, signal: abort.signal })
  assert.deepEqual([await measured(listeners('websocket')), await measured(listeners('stream'))], [1, 1])
  const before = await measured(told('stream'))
  assert.equal(
    await growth(told('websocket'), async () => {
      await expecting(201, shop.book('2026-01-07T09:00:00Z'))
      await one.next()
    }),
    1,
  )
  await eventually(async () => (await measured(told('stream'))) === (before ?? 0) + 1, 'the stream is told')
  const list = () => expecting(200, app.ask('GET', '/v1/events', { token: shop.customer.token }))
  assert((await growth(told('list'), list)) >= 2)
  assert.equal(await measured(answered), 1, 'who listens is not answered')
  one.socket.close(4777)
  await eventually(async () => (await measured(closed('other'))) === 1, 'a code of the client’s own')
  const two = await openSocket(`${address}/v1/events`, { headers: { authorization } })
  two.socket.send(Buffer.from([1]))
  assert.equal(await two.closed, 1003)
  const stranger = await openSocket(`${address}/v1/events?ticket=nobodys`)
  assert.equal(await stranger.closed, 4401)
  await eventually(async () => (await measured(closed('4401'))) === 1, 'a ticket that is not valid')
  assert.equal(await measured(closed('1003')), 1)
  abort.abort()
  await stream.text().catch(() => undefined)
  const rest = async () => [await measured(listeners('websocket')), await measured(listeners('stream'))]
  await eventually(async () => (await rest()).every((count) => count === 0), 'everyone has left')
  assert.equal(await measured(answered), 1)
})

test('reminders are counted when they are sent, and are late until then', async () => {
  const work = (name: string) => app.application.chores.find((chore) => chore.name === name)?.work()
  const sent = 'slotwright_reminders_sent_total'
  // Of two bookings, that of the day after is not due yet.
  app.setNow('2026-01-06T08:55:00Z')
  assert.equal(await growth(sent, async () => work('send reminders')), 1)
  await app.database.query("update reminders set due_at = now() - interval '90 seconds'")
  const lateness = () => measured('slotwright_reminder_lateness_seconds')
  const late = (await lateness()) ?? assert.fail('no lateness')
  assert(late >= 90 && late < 100, `${late}`)
  app.setNow('2199-01-01T00:00:00Z')
  assert.equal(await growth(sent, async () => work('send reminders')), 0, 'its booking has begun')
  assert.equal(await lateness(), 0)
})

test('a chore that fails is counted, and the failure goes on to whoever logs it', async () => {
  const chore = app.application.chores.find(({ name }) => name === 'forget tickets')
  await app.database.query('alter table event_tickets rename to lost_tickets')
  const sample = 'slotwright_chore_failures_total{chore="forget tickets"}'
  assert.equal(await growth(sample, () => assert.rejects(async () => chore?.work())), 1)
  await app.database.query('alter table lost_tickets rename to event_tickets')
})
