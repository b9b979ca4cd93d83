import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import type { UserId } from '../../src/domain/ids.ts'
import type { LoggedEvent } from '../../src/domain/logged-event.ts'
import type { Application } from '../../src/infrastructure/compose.ts'
import { openShop, type Shop } from '../http/support/shop.ts'
import { composeTestNode, openTestApp } from '../support/app.ts'
import { redisIsMissing, startRedis } from '../support/redis-server.ts'

const skip = redisIsMissing
const PATIENCE_MILLISECONDS = 30_000
const BOOKINGS_OF_A_PHASE = 6
/** A node looks every quarter of a second; the rest is for a busy machine. */
const ARRIVAL_MILLISECONDS = 1_500
/** Waiting for Redis would cost each booking half a second. */
const DELAY_MILLISECONDS = 350

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** A node with what it has written about Redis to its log. */
async function openNode(databaseUrl: string, redisUrl: string) {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => lines.push(line) })
  const application = await composeTestNode({ databaseUrl, redisUrl, logger })
  const isReady = async () => {
    const response = await application.app.inject({ method: 'GET', url: '/ready' })
    return { code: response.statusCode, ...response.json() }
  }
  return { ...application, lines, isReady }
}

type Node = Awaited<ReturnType<typeof openNode>>

/** Fulfils when the node says of itself what it should; fails the test when it does not for long. */
async function becomes(node: Node, status: 'ok' | 'degraded'): Promise<void> {
  const expected = { code: 200, status, database: 'ok', redis: status === 'ok' ? 'ok' : 'down' }
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  for (;;) {
    const ready = await node.isReady()
    if (ready.status === status) return assert.deepEqual(ready, expected)
    assert(Date.now() < deadline, `not ${status}: ${JSON.stringify(ready)}`)
    await delay(20)
  }
}

/** Hears of every booking at a node, and when. */
async function follow({ useCases }: Application, { customer }: Shop) {
  const heard: { readonly id: string; readonly at: number }[] = []
  const actor = { userId: customer.id as UserId, roles: ['customer'] as const }
  const outcome = await useCases.followEvents(actor, {
    topics: [{ kind: 'bookings' }],
    types: new Set(),
    after: null,
  })
  assert(outcome.ok)
  const deliver = ({ subject }: LoggedEvent) => heard.push({ id: subject.id, at: performance.now() })
  await outcome.value.start({ deliver, ready: async () => {} })
  return { heard, [Symbol.dispose]: outcome.value.stop }
}

let booked = 0
const nextStart = () => new Date(Date.UTC(2026, 0, 6 + (booked >> 3), 9 + (booked++ & 7))).toISOString()

/** Books at one node, and waits until the other has heard of all of it. */
async function bookAndHear(node: Node, { heard }: Awaited<ReturnType<typeof follow>>, shop: Shop) {
  const before = heard.length
  const took: number[] = []
  const written: { id: string; at: number }[] = []
  for (let count = 0; count < BOOKINGS_OF_A_PHASE; count++) {
    const began = performance.now()
    const response = await node.app.inject({
      method: 'POST',
      url: '/v1/bookings',
      headers: { authorization: `Bearer ${shop.customer.token}` },
      payload: { service_id: shop.serviceId, start: nextStart() },
    })
    assert.equal(response.statusCode, 201, response.body)
    const at = performance.now()
    took.push(at - began)
    written.push({ id: response.json().id, at })
  }
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  while (heard.length < before + written.length && Date.now() < deadline) await delay(5)
  const told = heard.slice(before)
  assert.deepEqual(
    told.map(({ id }) => id),
    written.map(({ id }) => id),
  )
  return { took: median(took), late: median(told.map(({ at }, index) => at - (written[index]?.at ?? 0))) }
}

test('whatever becomes of Redis, bookings and events go on, and every node says what it does without', {
  skip,
}, async () => {
  await using testApp = await openTestApp()
  const shop = await openShop(testApp)
  await using redis = await startRedis({ isDown: true })
  await using writer = await openNode(testApp.database.url, redis.url)
  await using reader = await openNode(testApp.database.url, redis.url)
  using followed = await follow(reader, shop)
  const phases: readonly [string, 'ok' | 'degraded', () => unknown][] = [
    ['away at the start', 'degraded', () => undefined],
    ['there', 'ok', redis.start],
    ['hung', 'degraded', redis.freeze],
    ['awake', 'ok', redis.thaw],
    ['flushed', 'ok', () => redis.command('FLUSHALL')],
    ['killed', 'degraded', redis.kill],
    ['restarted', 'ok', redis.start],
  ]
  const took = { ok: [] as number[], degraded: [] as number[] }
  for (const [phase, status, bring] of phases) {
    await bring()
    // At once, while nobody has noticed yet, and again when everyone has.
    for (const isNoticed of [false, true]) {
      if (isNoticed) await Promise.all([becomes(writer, status), becomes(reader, status)])
      const heard = await bookAndHear(writer, followed, shop)
      took[status].push(heard.took)
      assert(heard.late < ARRIVAL_MILLISECONDS, `${phase}: heard of ${heard.late} ms later`)
    }
  }
  assert(Math.max(...took.degraded) < median(took.ok) + DELAY_MILLISECONDS, JSON.stringify(took))
  const losses = phases.filter(([, status]) => status === 'degraded').length
  for (const { lines } of [writer, reader]) {
    // Who counts for the limits says so, too, and as seldom.
    const ofLimits = 'limits are counted by this node alone'
    const told = lines.map((line) => JSON.parse(line).msg)
    assert.deepEqual(
      told.filter((line) => line !== ofLimits),
      Array.from({ length: losses }, () => 'redis cannot be reached'),
    )
    assert(told.filter((line) => line === ofLimits).length <= losses)
  }
})
