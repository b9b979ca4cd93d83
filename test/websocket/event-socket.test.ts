import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import { serveEventSocket } from '../../src/adapters/http/events/event-socket.ts'
import type { Listener } from '../../src/application/catch-up.ts'
import type { Following } from '../../src/application/follow-events.ts'
import type { EventId, UserId } from '../../src/domain/ids.ts'
import type { Cursor, LoggedEvent } from '../../src/domain/logged-event.ts'
import { ok, reject } from '../../src/domain/result.ts'
import { NOW, newId } from '../support/fixtures.ts'
import { openSocket } from './client.ts'

const CURSOR = '0'.repeat(40) as Cursor
const providerId = newId() as UserId

const happened = (): LoggedEvent => ({
  id: newId() as EventId,
  cursor: CURSOR,
  type: 'availability.changed',
  occurredAt: NOW,
  subject: { type: 'provider', id: providerId, version: null },
  providerId,
  customerId: null,
  data: { provider_id: providerId, from: null, to: null },
})

/** One subscription as the test has it: what it tells and when it is through with the past are up to the test. */
interface Followed {
  readonly listener: Listener
  readonly caughtUp: PromiseWithResolvers<Awaited<ReturnType<Following['start']>>>
  /** Fulfils with the state of the socket in which it was ended. */
  readonly stopped: PromiseWithResolvers<number>
}

/** A socket that is served, with nothing behind it. */
async function openStage() {
  const followed: Followed[] = []
  let delivered = 0
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const follow = (socket: WebSocket) => async () => {
    const stopped = Promise.withResolvers<number>()
    const start: Following['start'] = (listener) => {
      const caughtUp: Followed['caughtUp'] = Promise.withResolvers()
      followed.push({ listener, caughtUp, stopped })
      return caughtUp.promise
    }
    return ok({ cursor: CURSOR, start, stop: () => stopped.resolve(socket.readyState) })
  }
  server.on('connection', (socket) =>
    serveEventSocket(socket, {
      followEvents: follow(socket),
      admission: null,
      watch: () => () => {},
      requestId: 'request',
      cursor: CURSOR,
      first: null,
      log: pino({ level: 'silent' }),
      observer: {
        answered: () => {},
        listens: () => () => {},
        delivered: (_, events) => {
          delivered += events
        },
        closed: () => {},
      },
    }),
  )
  const client = await openSocket(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  assert.equal((await client.next()).type, 'hello')
  const subscribe = async (id: string): Promise<Followed> => {
    client.say({ type: 'subscribe', id, topics: [`availability:${providerId}`] })
    assert.deepEqual(await client.next(), { type: 'subscribed', id, cursor: CURSOR })
    return followed.at(-1) ?? assert.fail()
  }
  return {
    client,
    subscribe,
    delivered: () => delivered,
    subscriptions: () => followed.length,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('A subscription whose place is gone', () => {
  const gone = reject({ code: 'cursor-expired', oldest: CURSOR } as const)

  it('is ended, and its client told where to go on', async () => {
    await using stage = await openStage()
    const one = await stage.subscribe('a')
    one.caughtUp.resolve(gone)
    const reset = { type: 'reset', id: 'a', reason: 'cursor-expired', cursor: CURSOR }
    assert.deepEqual(await stage.client.next(), reset)
    await one.stopped.promise
    await stage.subscribe('a')
  })

  it('and that was given up meanwhile ends no other that goes on under its name', async () => {
    await using stage = await openStage()
    const one = await stage.subscribe('a')
    stage.client.say({ type: 'unsubscribe', id: 'a' })
    assert.equal((await stage.client.next()).type, 'unsubscribed')
    const other = await stage.subscribe('a')
    let isStopped = false
    void other.stopped.promise.then(() => {
      isStopped = true
    })
    one.caughtUp.resolve(gone)
    await new Promise((resolve) => setImmediate(resolve))
    const event = happened()
    other.listener.deliver(event)
    const { type, event: told } = await stage.client.next()
    assert.deepEqual([type, told?.subject.id, isStopped], ['event', providerId, false])
  })
})

describe('A socket that is asked to close', () => {
  it('ends its subscriptions at once, opens no other, and counts nothing that is not sent any more', async () => {
    await using stage = await openStage()
    const { client } = stage
    const one = await stage.subscribe('a')
    one.listener.deliver(happened())
    assert.equal((await client.next()).type, 'event')
    assert.equal(stage.delivered(), 1)
    // Whoever hears nothing of the goodbye keeps the socket from being closed.
    client.socket.pause()
    client.socket.send(Buffer.from([1]))
    client.say({ type: 'subscribe', id: 'b', topics: [`availability:${providerId}`] })
    assert.notEqual(await one.stopped.promise, client.socket.CLOSED)
    one.listener.deliver(happened())
    assert.equal(stage.delivered(), 1)
    client.socket.resume()
    assert.equal(await client.closed, 1003)
    assert.equal(stage.subscriptions(), 1)
  })
})
