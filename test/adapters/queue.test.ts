import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { OpenPool } from '../../src/adapters/graphile/queue.ts'
import { addJobs, forgetFailedJobs } from '../../src/adapters/postgres/jobs.ts'
import { queuePool } from '../../src/adapters/postgres/queue-pool.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { job, openQueueStage, until } from './queue-harness.ts'

describe('The queue', () => {
  it('does what was added, once, and nothing of a transaction that was taken back', async () => {
    await using stage = await openQueueStage()
    const done: unknown[] = []
    await using _ = await stage.start(async (payload) => {
      done.push(payload)
    })
    await assert.rejects(
      stage.pool.transaction(async (tx) => {
        await addJobs(tx, [job(13)])
        throw new Error('taken back')
      }),
    )
    await stage.add(job(1), job(2), job(3))
    await stage.add()
    await until(async () => (await stage.left()) === 0)
    assert.deepEqual(done.map((payload) => (payload as { n: number }).n).sort(), [1, 2, 3])
    assert.deepEqual(stage.failures, [])
  })

  it('does again what failed, and tells', async () => {
    await using stage = await openQueueStage()
    let tries = 0
    await using _ = await stage.start(async () => {
      if (++tries === 1) throw new Error('the line was busy')
    })
    await stage.add(job(1))
    await until(() => tries === 2)
    await until(async () => (await stage.left()) === 0)
    assert.match(stage.failures.join('\n'), /the line was busy/)
  })

  it('waits until the time that a job has, and replaces the one that waits under its key', async () => {
    await using stage = await openQueueStage()
    const done: unknown[] = []
    await using _ = await stage.start(async (payload) => {
      done.push(payload)
    })
    const later = plusMinutes(Date.now() as Instant, 5)
    await stage.add(job(1, { runAt: later, key: 'a' }))
    await stage.add(job(2, { runAt: later }))
    await stage.add(job(3, { key: 'a' }))
    await until(() => done.length === 1)
    await delay(100)
    assert.deepEqual(done, [{ n: 3 }])
    assert.equal(await stage.left(), 1)
  })

  it('does all of what has become due while it had nothing to do, although nobody is told of that', async () => {
    await using stage = await openQueueStage()
    const done: unknown[] = []
    await using _ = await stage.start(async (payload) => {
      done.push(payload)
      await delay(500)
    }, 8)
    const soon = (Date.now() + 500) as Instant
    await stage.add(...Array.from({ length: 8 }, (_, n) => job(n, { runAt: soon })))
    const begun = performance.now()
    await until(() => done.length === 8)
    assert(performance.now() - begun < 3_500, `${performance.now() - begun} ms`)
  })

  it('asks an idle database a few times a second at most, however many jobs it could do at once', async () => {
    await using stage = await openQueueStage()
    let asked = 0
    const openPool: OpenPool = (most) => {
      const pool = queuePool(stage.database.url)(most)
      pool.on('acquire', () => asked++)
      return pool
    }
    await using _ = await stage.start(async () => {}, 40, { openPool })
    await until(() => asked > 40)
    await delay(500)
    asked = 0
    await delay(2_500)
    assert(asked <= 5, `asked ${asked} times in 2.5 s`)
  })

  it('has one look where many jobs of another task were added', async () => {
    await using stage = await openQueueStage()
    let asked = 0
    const openPool: OpenPool = (most) => {
      const pool = queuePool(stage.database.url)(most)
      pool.on('acquire', () => asked++)
      return pool
    }
    await using _ = await stage.start(async () => {}, 40, { openPool })
    await until(() => asked > 40)
    await delay(500)
    asked = 0
    await stage.add(...Array.from({ length: 100 }, (_, n) => job(n, { task: 'other' })))
    await delay(1_000)
    assert(asked <= 4, `asked ${asked} times`)
    assert.equal(await stage.left(), 100)
  })

  it('does each of a list by itself, and again only those that failed', async () => {
    await using stage = await openQueueStage()
    const begun: number[] = []
    await using _ = await stage.start(async (payload) => {
      const { n } = payload as { n: number }
      const isFirst = !begun.includes(n)
      begun.push(n)
      if (n === 2 && isFirst) throw new Error('the line was busy')
    })
    await stage.add(job(0, { payload: [{ n: 1 }, { n: 2 }, { n: 3 }] }))
    await until(async () => (await stage.left()) === 0)
    assert.deepEqual(begun, [1, 2, 3, 2])
    assert.match(stage.failures.join('\n'), /the line was busy/)
  })

  it('does what is in a list one after the other', async () => {
    await using stage = await openQueueStage()
    let [active, most, done] = [0, 0, 0]
    await using _ = await stage.start(async () => {
      most = Math.max(most, ++active)
      await delay(20)
      active--
      done++
    })
    await stage.add(job(0, { payload: [{ n: 1 }, { n: 2 }, { n: 3 }] }))
    await until(async () => (await stage.left()) === 0)
    assert.deepEqual([done, most], [3, 1])
  })

  it('begins nothing of a list that might not have the time to end, and does it later', async () => {
    await using stage = await openQueueStage()
    const begun: number[] = []
    const work = async (payload: unknown) => {
      begun.push((payload as { n: number }).n)
      await delay(50)
    }
    await using _ = await stage.start(work, 4, { seconds: { call: 50, job: 50 } })
    await stage.add(job(0, { payload: [{ n: 1 }, { n: 2 }] }))
    await until(() => begun.length === 1)
    await until(() => stage.failures.some((failure) => failure.includes('Not begun')))
    await until(async () => (await stage.left()) === 0)
    assert.deepEqual(begun, [1, 2])
  })

  it('does more jobs at once than it has connections, and tells nothing of it', async () => {
    await using stage = await openQueueStage()
    let begun = 0
    const all = Promise.withResolvers<void>()
    await using _ = await stage.start(async () => {
      if (++begun === 30) all.resolve()
      await all.promise
    }, 30)
    await stage.add(...Array.from({ length: 30 }, (_, n) => job(n)))
    await until(async () => (await stage.left()) === 0)
    assert.deepEqual(stage.failures, [])
  })

  it('keeps what failed for good for some days, and then takes it away so much at a time', async () => {
    await using stage = await openQueueStage()
    await stage.add(job(1), job(2), job(3), job(4), job(5))
    const set = (n: number, days: number, attempts: number) =>
      stage.database.query(
        `update graphile_worker._private_jobs
         set attempts = $3, updated_at = now() - make_interval(days => $2)
         where payload ->> 'n' = $1::text`,
        [String(n), days, attempts],
      )
    for (const n of [1, 2, 3]) await set(n, 31, 25)
    await set(4, 29, 25)
    await set(5, 31, 24)
    assert.equal(await forgetFailedJobs(stage, 30, 2), 2)
    assert.equal(await forgetFailedJobs(stage, 30, 2), 1)
    const left = `select (payload ->> 'n')::integer as n from graphile_worker._private_jobs order by n`
    assert.deepEqual(await stage.database.query(left), [{ n: 4 }, { n: 5 }])
  })
})
