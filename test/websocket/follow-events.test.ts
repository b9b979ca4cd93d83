import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expecting, makeAdmin, openShop, type Shop } from '../http/support/shop.ts'
import { forgeToken } from '../http/support/tokens.ts'
import { openTestApp, type TestApp } from '../support/app.ts'
import { everythingIsReadable } from '../support/database.ts'

// The example is JavaScript for browsers: what it takes is written beside it, and not known to the compiler.
const EXAMPLE = new URL('../../examples/follow-events.js', import.meta.url).href
const { followEvents } = await import(EXAMPLE)

let app: TestApp
let shop: Shop
let origin: string
before(async () => {
  app = await openTestApp()
  shop = await openShop(app)
  origin = await app.application.app.listen({ port: 0, host: '127.0.0.1' })
})
after(() => app[Symbol.asyncDispose]())

/** What a failed test leaves would go on for ever. */
const left: { stop(): void }[] = []
afterEach(() => {
  for (const following of left.splice(0)) following.stop()
})

let hours = 0
const book = async (): Promise<string> => {
  const start = new Date(Date.UTC(2026, 0, 6 + Math.floor(hours / 8), 9 + (hours++ % 8))).toISOString()
  return (await expecting(201, shop.book(start))).id
}

interface Heard {
  readonly subject: { readonly id: string }
}

/** A listener with its cursor in memory, and what it has lived through. */
function listen(more: object = {}, cursor: string | null = null) {
  const seen = { events: [] as string[], states: [] as string[], resets: [] as string[], cursor }
  const following: { stop(): void; ended: Promise<void> } = followEvents({
    origin,
    topics: ['bookings'],
    getToken: async () => shop.customer.token,
    readCursor: async () => seen.cursor,
    writeCursor: async (written: string) => {
      seen.cursor = written
    },
    onEvent: async (event: Heard) => seen.events.push(event.subject.id),
    onReset: async (reason: string) => seen.resets.push(reason),
    onState: (state: string) => seen.states.push(state),
    random: () => 0.01,
    ...more,
  })
  left.push(following)
  // It may end before a test comes to look how.
  following.ended.catch(() => {})
  return { ...following, seen }
}

async function eventually(look: () => boolean, seen: object): Promise<void> {
  for (const deadline = Date.now() + 15_000; !look(); await delay(10)) {
    assert(Date.now() < deadline, JSON.stringify(seen))
  }
}

const isListening = ({ seen }: ReturnType<typeof listen>) => seen.states.includes('listening')

test('comes back with another token when its own has ended, and misses nothing', async () => {
  const asked: boolean[] = []
  const getToken = async (isFresh: boolean) => {
    asked.push(isFresh)
    if (isFresh) return shop.customer.token
    return forgeToken({ claims: { sub: shop.customer.id, exp: Math.floor(Date.now() / 1000) + 2 } })
  }
  const listener = listen({ getToken })
  await eventually(() => isListening(listener), listener.seen)
  const ids = [await book()]
  await eventually(() => asked.length === 2, listener.seen)
  ids.push(await book())
  await eventually(() => listener.seen.events.length === 2, listener.seen)
  assert.deepEqual([listener.seen.events, asked], [ids, [false, true]])
  listener.stop()
  await listener.ended
})

test('does one thing after the other, and writes the cursor of an event when it is done with', async () => {
  const doing: string[] = []
  const listener = listen({
    onEvent: async ({ subject }: Heard) => {
      doing.push(`begin ${subject.id}`)
      await delay(20)
      doing.push(`end ${subject.id}`)
    },
    writeCursor: async () => doing.push('cursor'),
  })
  await eventually(() => isListening(listener), listener.seen)
  const ids = [await book(), await book(), await book()]
  await eventually(() => doing.length === 10, doing)
  assert.deepEqual(doing, ['cursor', ...ids.flatMap((id) => [`begin ${id}`, `end ${id}`, 'cursor'])])
  listener.stop()
  await listener.ended
})

test('reads anew and goes on where its cursor is too old, or of another log', async () => {
  const before = listen()
  await eventually(() => isListening(before), before.seen)
  before.stop()
  await before.ended
  await book()
  const kept = await book()
  // What the fence has not passed is never trimmed, and other databases may hold it for a while.
  await everythingIsReadable(app.database)
  await app.database.query(
    `update event_log_state set (trimmed_xid, trimmed_sequence) = (
       select xid, sequence from events where subject_id <> $1 order by xid desc, sequence desc limit 1
     )`,
    [kept],
  )
  for (const [cursor, reason, told] of [
    [before.seen.cursor, 'cursor-expired', [kept]],
    ['0'.repeat(40), 'unknown-cursor', []],
  ] as const) {
    const listener = listen({}, cursor)
    await eventually(() => listener.seen.resets.length === 1, listener.seen)
    await eventually(() => isListening(listener), listener.seen)
    const next = await book()
    await eventually(() => listener.seen.events.includes(next), listener.seen)
    assert.deepEqual([listener.seen.resets, listener.seen.events[0]], [[reason], told[0] ?? next])
    listener.stop()
    await listener.ended
  }
})

test('gives up at a mistake of its own, and where an event cannot be dealt with', async () => {
  const lost = listen({ topics: ['availability:01900000-0000-7000-8000-000000000000'] })
  await assert.rejects(lost.ended, /topic-not-found/)
  const long = listen({ topics: ['x'.repeat(20_000)] })
  await assert.rejects(long.ended, /1009/)
  const broken = listen({ onEvent: async () => Promise.reject(new Error('the disk is full')) })
  await eventually(() => isListening(broken), broken.seen)
  const { cursor } = broken.seen
  await book()
  await assert.rejects(broken.ended, /the disk is full/)
  assert.equal(broken.seen.cursor, cursor, 'what was not dealt with comes again')
})

test('gives up where a role was taken away, instead of going on with less', async () => {
  const [user, admin] = [await makeAdmin(app), await makeAdmin(app)]
  const listener = listen({ getToken: async () => user.token })
  await eventually(() => isListening(listener), listener.seen)
  const body = { roles: ['customer'] }
  await expecting(200, app.ask('PATCH', `/v1/users/${user.id}`, { token: admin.token, body }))
  await assert.rejects(listener.ended, /4403/)
})

test('waits longer the more often it was in vain, and up to half a minute', async () => {
  const listener = listen({ origin: 'http://127.0.0.1:1', random: () => 0.001 })
  await eventually(() => listener.seen.states.length >= 16, listener.seen)
  listener.stop()
  await listener.ended
  const pauses = listener.seen.states.flatMap((state) => /in (\d+) ms/.exec(state)?.[1] ?? []).map(Number)
  assert.deepEqual(pauses.slice(0, 8), [1, 2, 4, 8, 16, 30, 30, 30])
})

/** What stands between a listener and the server, and answers in its place when it is asked for a ticket. */
async function openMiddle(answer: (response: ServerResponse, asked: number) => void) {
  let asked = 0
  const server = createServer((_request, response) => answer(response, ++asked)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('goes on where the answer with the ticket is cut off, is a page or has none, and ends when it is stopped', async () => {
  const answers = [
    (response: ServerResponse) => {
      response.writeHead(201, { 'content-length': 100 }).write('{"tick')
      setTimeout(() => response.destroy(), 20)
    },
    (response: ServerResponse) => response.writeHead(200).end('<html>Sign in to the network</html>'),
    (response: ServerResponse) => response.writeHead(200).end('null'),
    (response: ServerResponse) => response.writeHead(200).end('{}'),
    // And this one never ends.
    (response: ServerResponse) => response.writeHead(201).write('{"tick'),
  ]
  await using middle = await openMiddle((response, asked) => answers[asked - 1]?.(response))
  let asked = 0
  const getToken = async () => `${++asked}`
  const listener = listen({ origin: middle.origin, getToken })
  await eventually(() => asked === answers.length, listener.seen)
  const closes = listener.seen.states.filter((state) => state.startsWith('closed with 1006'))
  assert.equal(closes.length, answers.length - 1, JSON.stringify(listener.seen))
  await delay(50)
  listener.stop()
  await listener.ended
})

/** A router between a listener and the server that can forget the connections it has, without a word to either side. */
async function openRouter() {
  const ends = new Set<Socket>()
  const server = createTcpServer((near) => {
    const far = connect(Number(new URL(origin).port), '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from)
      from.on('error', () => undefined).pipe(to)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forget() {
      for (const end of ends) end.unpipe().pause()
    },
    async [Symbol.asyncDispose]() {
      for (const end of ends) end.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const gone = ({ seen }: ReturnType<typeof listen>) =>
  seen.states.filter((state) => state.startsWith('closed with 1006')).length

test('stays for as long as the server answers, and comes back when nothing is heard from it any more', async () => {
  await using router = await openRouter()
  const listener = listen({ origin: router.origin, quietMilliseconds: 20, answerMilliseconds: 1_000 })
  await eventually(() => isListening(listener), listener.seen)
  // It has asked dozens of times by then, and would have given up had it not been answered.
  await delay(1_500)
  assert.deepEqual(listener.seen.states, ['listening'])
  router.forget()
  const missed = await book()
  await eventually(() => listener.seen.events.length === 1, listener.seen)
  assert.deepEqual(listener.seen.events, [missed])
  // The next ticket may have been asked for over a connection that was forgotten as well.
  assert(gone(listener) >= 1, JSON.stringify(listener.seen))
  router.forget()
  listener.stop()
  await Promise.race([listener.ended, delay(500).then(() => assert.fail('waits for who is gone'))])
})

test('comes back where a ticket is asked for and nothing is answered', async () => {
  await using middle = await openMiddle(() => undefined)
  const listener = listen({ origin: middle.origin, answerMilliseconds: 50 })
  await eventually(() => gone(listener) === 2, listener.seen)
  listener.stop()
  await listener.ended
})

test('leaves nothing behind that keeps a program from ending', async () => {
  const program = `
    import { followEvents } from ${JSON.stringify(EXAMPLE)}
    const nothing = async () => null
    const { ended, stop } = followEvents({
      ...${JSON.stringify({ origin, topics: ['bookings'], quietMilliseconds: 60_000 })},
      getToken: async () => ${JSON.stringify(shop.customer.token)},
      readCursor: nothing, writeCursor: nothing, onEvent: nothing, onReset: nothing,
      onState: (state) => state === 'listening' && stop(),
    })
    await ended
    console.log('ended')`
  const argv = ['--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 10_000 })
  assert.equal(stdout.trim(), 'ended')
})
