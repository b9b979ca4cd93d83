import assert from 'node:assert/strict'
import { after, before, describe, it, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { memoryTally } from '../../src/adapters/memory/rate-tally.ts'
import { redisTally } from '../../src/adapters/redis/rate-tally.ts'
import { rateTallyContract } from '../contracts/rate-tally.contract.ts'
import { redisIsMissing, startRedis, type TestRedis } from '../support/redis-server.ts'

const skip = redisIsMissing
const PATIENCE_MILLISECONDS = 20_000

let redis: TestRedis
before(async () => {
  if (!skip) redis = await startRedis()
})
after(() => redis?.[Symbol.asyncDispose]())

const localTally = (now: () => number) => memoryTally(now)
rateTallyContract('Memory', localTally, async (local) => local)
rateTallyContract(
  'Redis',
  localTally,
  async (local) => {
    // What one test counts the next must not hear of.
    await redis.command('FLUSHALL')
    return redisTally(redis.url, { local, onLost: () => undefined })
  },
  { skip },
)

test('the tally in memory keeps so many keys, and forgets the one longest unused', () => {
  const tally = memoryTally(() => 0, 2)
  tally.add('a', 10)
  tally.add('b', 10)
  tally.add('a', 10)
  tally.add('c', 10)
  assert.equal(tally.read('b'), null)
  assert.equal(tally.read('a')?.count, 2)
})

test('what others have counted raises a count and never lowers it', () => {
  const tally = memoryTally(() => 0)
  tally.add('a', 10)
  tally.raise('a', { count: 7, millisecondsLeft: 4_000 })
  assert.deepEqual(tally.read('a'), { count: 7, millisecondsLeft: 4_000 })
  tally.raise('a', { count: 3, millisecondsLeft: 9_000 })
  assert.deepEqual(tally.add('a', 10), { count: 8, millisecondsLeft: 4_000 })
})

/** Counts one more on a node until it has heard of the others; fails when it does not for long. */
async function hears(node: ReturnType<typeof redisTally>, key: string, least: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  while ((node.read(key)?.count ?? 0) < least) {
    assert(Date.now() < deadline, `${node.read(key)?.count} of ${least}`)
    await delay(20)
  }
}

/** Counts on both until each has heard of the other: what is counted before a node has its connection stays its own. */
async function meet(...nodes: readonly ReturnType<typeof redisTally>[]): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  for (let turns = 1; nodes.some((node) => (node.read('meeting')?.count ?? 0) < turns); turns++) {
    assert(Date.now() < deadline, 'they have not met')
    for (const node of nodes) {
      node.add('meeting', 600)
      await delay(150)
    }
  }
}

describe('Two nodes with one Redis', { skip }, () => {
  const open = (url: string, losses: string[] = []) =>
    redisTally(url, { local: memoryTally(), onLost: (reason) => losses.push(reason) })

  it('count together', async () => {
    await using first = open(redis.url)
    await using second = open(redis.url)
    await meet(first, second)
    for (let count = 0; count < 10; count++) first.add('shared', 60)
    await hears(first, 'shared', 10)
    await delay(300)
    second.add('shared', 60)
    await hears(second, 'shared', 11)
    assert((second.read('shared')?.millisecondsLeft ?? 0) <= 60_000)
  })

  it('go on alone at once while Redis does not answer or is away, say so once, and count together again', async () => {
    await using own = await startRedis()
    const losses: string[] = []
    await using node = open(own.url, losses)
    node.add('before', 60)
    await delay(300)
    for (const takeAway of [() => own.freeze(), () => own.kill()]) {
      await takeAway()
      const begun = performance.now()
      for (let count = 0; count < 1_000; count++) {
        node.add(`key-${count}`, 60)
        if (count % 100 === 0) await delay(10)
      }
      assert.equal(node.add('key-1', 60).count % 2, 0)
      // Ten pauses, and no waiting for the half second after which Redis is given up.
      assert(performance.now() - begun < 5_000)
      await delay(800)
      own.thaw()
    }
    await own.start()
    assert(losses.length >= 1 && losses.length <= 4, String(losses))
    await using other = open(own.url)
    await meet(node, other)
  })
})
