import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type RedisBell, redisBell } from '../../src/adapters/redis/bell.ts'
import { bellContract, listener } from '../contracts/bell.contract.ts'
import { times } from '../contracts/harness.ts'
import { redisIsMissing, startRedis, type TestRedis } from '../support/redis-server.ts'

const skip = redisIsMissing
const PATIENCE_MILLISECONDS = 20_000

let redis: TestRedis
before(async () => {
  if (!skip) redis = await startRedis()
})
after(() => redis?.[Symbol.asyncDispose]())

/** Fulfils when the bell says so of itself; fails the test when it does not for long. */
async function becomes(bell: RedisBell, wanted: 'ok' | 'down'): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  while ((await bell.state()) !== wanted) {
    assert(Date.now() < deadline, `not ${wanted}`)
    await delay(10)
  }
}

/** A bell that is connected, with what it was told of losses. */
async function openBell(url: string, wanted: 'ok' | 'down' = 'ok') {
  const losses: string[] = []
  const bell = redisBell(url, { onLost: (reason) => losses.push(reason) })
  await becomes(bell, wanted)
  return Object.assign(bell, { losses })
}

bellContract(
  'Redis',
  async () => {
    const nodes = await Promise.all(times(3).map(() => openBell(redis.url)))
    const close = () => Promise.all(nodes.map((bell) => bell[Symbol.asyncDispose]()))
    return { nodes, [Symbol.asyncDispose]: async () => void (await close()) }
  },
  { skip },
)

describe('A bell over Redis that is taken down', { skip }, () => {
  it('tells nobody any more, hears nobody, rings for nobody, and leaves the others as they are', async () => {
    const gone = await openBell(redis.url)
    await using first = await openBell(redis.url)
    await using second = await openBell(redis.url)
    const deaf = listener(gone)
    const other = listener(second)
    await gone[Symbol.asyncDispose]()
    gone.ring()
    assert.equal(await gone.state(), 'down')
    const heard = other.next()
    first.ring()
    await heard
    await delay(100)
    assert.deepEqual([deaf.heard(), other.heard(), gone.losses], [0, 1, []])
  })

  it('is taken down soon while Redis does not answer', async () => {
    await using own = await startRedis()
    const bell = await openBell(own.url)
    own.freeze()
    bell.ring()
    const began = performance.now()
    await bell[Symbol.asyncDispose]()
    assert(performance.now() - began < 1_000)
    assert.deepEqual(bell.losses, [])
  })
})

describe('A bell over a Redis that is not there', { skip }, () => {
  it('says so once, goes on to be heard at its own node, and is heard by all once Redis is there', async () => {
    await using own = await startRedis({ isDown: true })
    await using first = await openBell(own.url, 'down')
    await using second = await openBell(own.url, 'down')
    const here = listener(first)
    first.ring()
    assert.equal(here.heard(), 1)
    // Long enough for many attempts.
    await delay(2_500)
    assert.deepEqual([first.losses.length, second.losses.length], [1, 1])
    assert.match(first.losses[0] ?? '', /ECONNREFUSED/)
    await own.start()
    await Promise.all([becomes(first, 'ok'), becomes(second, 'ok')])
    const other = listener(second)
    const heard = other.next()
    first.ring()
    await heard
  })

  it('says so anew of each time that Redis goes, and not of each attempt to come back', async () => {
    await using own = await startRedis()
    await using bell = await openBell(own.url)
    for (const losses of [1, 2, 3]) {
      await own.kill()
      await becomes(bell, 'down')
      await delay(600)
      assert.equal(bell.losses.length, losses)
      await own.start()
      await becomes(bell, 'ok')
    }
    assert.equal(bell.losses.length, 3)
  })

  it('does not tell the password, neither where it is wrong nor where there is nobody to take it', async () => {
    await using own = await startRedis({ password: 'open-sesame' })
    const wrong = own.url.replace('open', 'shut')
    await using bell = await openBell(wrong, 'down')
    while (bell.losses.length === 0) await delay(10)
    assert.match(bell.losses[0] ?? '', /WRONGPASS/)
    await using right = await openBell(own.url)
    await own.kill()
    while (right.losses.length === 0) await delay(10)
    assert.doesNotMatch([...bell.losses, ...right.losses].join(), /sesame/)
  })
})

describe('A bell over a Redis that does not answer', { skip }, () => {
  it('keeps no rings for it, however many there are meanwhile, and comes back by itself', async () => {
    await using own = await startRedis()
    await using bell = await openBell(own.url)
    await using witness = await openBell(own.url)
    const heard = listener(witness)
    own.freeze()
    const began = performance.now()
    let turns = 0
    while (performance.now() - began < 2_500) {
      bell.ring()
      turns++
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert(turns > 1_000, `${turns}`)
    assert.equal(await bell.state(), 'down')
    assert.deepEqual(bell.losses, ['Command timed out'])
    own.thaw()
    await Promise.all([becomes(bell, 'ok'), becomes(witness, 'ok')])
    // Everything that was on its way has come by the time one more ring is heard.
    const last = heard.next()
    bell.ring()
    await last
    assert(heard.heard() <= 5, `${heard.heard()} rings were kept`)
  })

  it('says within a second that it is down, to however many ask, and to nobody twice', async () => {
    await using own = await startRedis()
    await using bell = await openBell(own.url)
    own.freeze()
    const began = performance.now()
    const states = await Promise.all(times(200).map(() => bell.state()))
    assert.deepEqual([...new Set(states)], ['down'])
    assert(performance.now() - began < 2_000)
    assert.equal(bell.losses.length, 1)
  })

  it('notices by itself, though it only listens', async () => {
    await using own = await startRedis()
    await using bell = await openBell(own.url)
    own.freeze()
    const deadline = Date.now() + PATIENCE_MILLISECONDS
    while (bell.losses.length === 0) {
      assert(Date.now() < deadline, 'not noticed')
      await delay(20)
    }
    own.thaw()
    await becomes(bell, 'ok')
  })
})

describe('A bell over a Redis that forgets', { skip }, () => {
  it('is heard as before once everything in it has been flushed', async () => {
    await using own = await startRedis()
    await using first = await openBell(own.url)
    await using second = await openBell(own.url)
    for (const words of [['FLUSHALL'], ['SCRIPT', 'FLUSH'], ['CLIENT', 'KILL', 'TYPE', 'pubsub']]) {
      assert.match(await own.command(...words), /^[+:]/)
      await Promise.all([becomes(first, 'ok'), becomes(second, 'ok')])
      const heard = listener(second).next()
      first.ring()
      await heard
    }
  })
})
