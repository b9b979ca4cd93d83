import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createTestDatabase } from '../support/database.ts'
import { startServer } from '../support/server-process.ts'

const run = promisify(execFile)
const example = (name: string) =>
  fileURLToPath(new URL(`../../examples/front-doors/${name}`, import.meta.url))

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is what the test is about
  readonly body: any
}

const answerOf = (line: string): Answer => {
  const [, body = '', status] = /^(.*) (\d{3})$/.exec(line) ?? assert.fail(line)
  return { status: Number(status), body: JSON.parse(body) }
}

/** A listener of the examples, with what it has said so far. */
function listener(url: string) {
  const env = {
    PATH: process.env.PATH ?? '',
    SLOTWRIGHT_URL: url,
    EMAIL: 'casey@customer.example',
    PASSWORD: 'book-a-slot',
  }
  const child = spawn(process.execPath, [example('bookings-listen.js')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  const closed = once(child, 'close')
  const says = async (which: 'out' | 'err', text: string) => {
    for (const deadline = Date.now() + 30_000; !said[which].includes(text); await delay(20)) {
      assert(Date.now() < deadline, `${text}: ${JSON.stringify(said)}`)
    }
  }
  return {
    said,
    says,
    async stop() {
      child.kill('SIGTERM')
      return (await closed)[0]
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}

test('the front end of the booking service has the answers that it knows, and hears of what it has booked', async () => {
  await using database = await createTestDatabase()
  await using server = await startServer({ DATABASE_URL: database.url, SAMPLE_DATA: 'true' })
  using listens = listener(server.url)
  await listens.says('err', 'listening')
  const { stdout } = await run('bash', [example('bookings.sh')], {
    env: { PATH: process.env.PATH ?? '', SLOTWRIGHT_URL: server.url },
  })
  const [booked, taken, past, short, wrong, nobody, read, upcoming, before, customer, health, ...rest] =
    stdout.trimEnd().split('\n').map(answerOf)
  assert.deepEqual(rest, [])
  const booking = booked?.body
  assert.equal(booked?.status, 201)
  assert.deepEqual(Object.keys(booking), [
    'id',
    'user_id',
    'provider_id',
    'service_id',
    'start_time',
    'end_time',
    'status',
    'created_at',
  ])
  assert.equal(booking.status, 'confirmed')
  assert.equal(Date.parse(booking.end_time) - Date.parse(booking.start_time), 3_600_000)
  const refusals = [taken, past, short, wrong, nobody, customer]
  const expected = [
    [409, 'slot-taken'],
    [422, 'in-the-past'],
    [422, 'invalid-input'],
    [400, 'malformed-request'],
    [401, 'unauthenticated'],
    [403, 'forbidden'],
  ]
  assert.deepEqual(
    refusals.map((answer) => [answer?.status, answer?.body.code]),
    expected,
  )
  assert.deepEqual(
    short?.body.errors.map(({ field }: { field: string }) => field),
    ['/end_time'],
  )
  assert.deepEqual(wrong?.body.errors.map(({ field }: { field: string }) => field).sort(), [
    '/end_time',
    '/provider_id',
    '/service_id',
    '/start_time',
  ])
  assert.deepEqual(read, { status: 200, body: booking })
  const counts = { page: 1, limit: 10, total: 1, total_pages: 1 }
  assert.deepEqual(upcoming, { status: 200, body: { data: [booking], ...counts } })
  assert.deepEqual(before, { status: 200, body: { data: [], ...counts, total: 0, total_pages: 0 } })
  assert.deepEqual(health, { status: 200, body: { status: 'ok' } })
  await listens.says('out', booking.id)
  assert.deepEqual(JSON.parse(listens.said.out), { event: 'booking.created', booking })
  const began = performance.now()
  await server.stop()
  assert(performance.now() - began < 10_000, 'a listener holds up the end of the server')
  await listens.says('err', 'disconnected: transport close')
  assert.equal(await listens.stop(), 0)
})
