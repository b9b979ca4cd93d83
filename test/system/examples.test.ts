import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createTestDatabase } from '../support/database.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'

const LISTEN = fileURLToPath(new URL('../../examples/listen-node/listen.js', import.meta.url))
const SERVE = fileURLToPath(new URL('../../examples/listen-browser/serve.js', import.meta.url))
const PERSON = { email: 'casey@customer.example', password: 'book-a-slot' }

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slotwright-examples-'))
})
after(() => rm(folder, { recursive: true }))

/** A script of the examples, with what it has said so far. */
function run(script: string, settings: Readonly<Record<string, string>>) {
  const environment = { PATH: process.env.PATH ?? '', ...settings }
  const child = spawn(process.execPath, [script], {
    env: environment,
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
  return {
    said,
    end: (signal: NodeJS.Signals) => ended(child, closed, signal),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}

async function ended(child: ChildProcess, closed: Promise<unknown[]>, signal: NodeJS.Signals) {
  child.kill(signal)
  const [code, died] = await closed
  return code ?? died
}

async function eventually(look: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await look()); await delay(20)) {
    assert(Date.now() < deadline, what())
  }
}

/** A customer who books one slot after the other. */
async function openCustomer(origin: string) {
  const ask = async (path: string, body?: object, token?: string) => {
    const response = await fetch(`${origin}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
    // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is what the test is about
    const answer: any = await response.json()
    assert(response.ok, JSON.stringify(answer))
    return answer
  }
  const { access_token: token } = await ask('/v1/auth/login', PERSON)
  const service = (await ask('/v1/services')).data[0].id as string
  const book = async (): Promise<string> => {
    const free = await ask(`/v1/availability/next?service_id=${service}&limit=20`)
    const { start } = free.data[0].slots.at(-1)
    return (await ask('/v1/bookings', { service_id: service, start }, token)).id
  }
  return { book, events: async () => (await ask('/v1/events?limit=100', undefined, token)).data }
}

interface Event {
  readonly id: string
  readonly subject: { readonly id: string }
}

/** What a listener has printed; the last line of one that was killed may be cut off. */
const printed = (text: string): Event[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

const serverOn = (url: string, port: string): Promise<ServerProcess> =>
  startServer({ DATABASE_URL: url, SAMPLE_DATA: 'true', PORT: port })

test('the listener of Node misses nothing, killed and started again, while the server restarts', async () => {
  await using database = await createTestDatabase()
  await using first = await serverOn(database.url, '0')
  const { port } = new URL(first.url)
  const origin = `http://localhost:${port}`
  const { book, events } = await openCustomer(origin)
  const file = join(folder, 'cursor.txt')
  const start = () =>
    run(LISTEN, {
      SLOTWRIGHT_URL: origin,
      CURSOR_FILE: file,
      EMAIL: PERSON.email,
      PASSWORD: PERSON.password,
    })
  const told: string[] = []
  const hears = (listener: ReturnType<typeof start>, id: string) =>
    eventually(
      () => printed(listener.said.out).some(({ subject }) => subject.id === id),
      () => `${id} was not heard of:\n${listener.said.out}${listener.said.err}`,
    )
  using one = start()
  await eventually(
    () => one.said.err.includes('listening'),
    () => one.said.err,
  )
  await hears(one, await book())
  assert.equal(await one.end('SIGKILL'), 'SIGKILL')
  told.push(one.said.out)
  await book()
  await book()
  using two = start()
  await hears(two, await book())
  await first.stop()
  await eventually(
    () => two.said.err.includes('closed with 1012'),
    () => two.said.err,
  )
  await using second = await serverOn(database.url, port)
  assert.equal(new URL(second.url).port, port)
  await hears(two, await book())
  assert.equal(await two.end('SIGTERM'), 0)
  told.push(two.said.out)
  const ids = told.flatMap((text) => printed(text).map(({ id }) => id))
  // One that was killed between an event and its cursor hears of the event again.
  assert.deepEqual(
    [...new Set(ids)],
    (await events()).map(({ id }: Event) => id),
  )
  assert.equal(new Set(ids).size, 5)
  assert(ids.length <= 6, `${ids}`)
  assert.match(await readFile(file, 'utf8'), /^[0-9a-f]{40}$/)
})

test('the page is served with what it imports, and listens through its own server', async () => {
  await using database = await createTestDatabase()
  await using server = await startServer({ DATABASE_URL: database.url, SAMPLE_DATA: 'true' })
  using page = run(SERVE, { SLOTWRIGHT_URL: server.url, PORT: '0' })
  const ready = () => /Open (http:\S+)/.exec(page.said.out)?.[1]
  await eventually(
    () => ready() !== undefined,
    () => page.said.err,
  )
  const origin = ready() ?? assert.fail()
  const html = await (await fetch(`${origin}/`)).text()
  const [, module] = /from '\.(\/[^']+)'/.exec(html) ?? assert.fail(html)
  const script = await fetch(`${origin}${module}`)
  assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/)
  const source = `data:text/javascript,${encodeURIComponent(await script.text())}`
  const { followEvents } = await import(source)
  const { book } = await openCustomer(origin)
  const heard: Event[] = []
  let cursor: string | null = null
  let state = ''
  const { stop, ended } = followEvents({
    origin,
    topics: ['bookings'],
    getToken: async () => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify(PERSON)
      const answer = await fetch(`${origin}/v1/auth/login`, { method: 'POST', headers, body })
      return ((await answer.json()) as { access_token: string }).access_token
    },
    readCursor: async () => cursor,
    writeCursor: async (written: string) => {
      cursor = written
    },
    onEvent: async (event: Event) => heard.push(event),
    onReset: async () => assert.fail(),
    onState: (told: string) => {
      state = told
    },
  })
  await eventually(
    () => state === 'listening',
    () => state,
  )
  const id = await book()
  await eventually(
    () => heard.some(({ subject }) => subject.id === id),
    () => state,
  )
  stop()
  await ended
  assert.notEqual(cursor, null)
})
