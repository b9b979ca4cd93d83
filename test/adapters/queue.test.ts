import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type OpenPool, startQueue, type Task } from '../../src/adapters/graphile/queue.ts'
import { openPostgres } from '../../src/adapters/postgres/database.ts'
import { addJobs, forgetFailedJobs, type Job } from '../../src/adapters/postgres/jobs.ts'
import { queuePool } from '../../src/adapters/postgres/queue-pool.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { createTestDatabase } from '../support/database.ts'
import { databaseUrl, withClient } from '../support/postgres-client.ts'

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    assert(tries < 400, 'it never came to be')
    await delay(25)
  }
}

const job = (n: number, more: Partial<Job> = {}): Job => ({
  task: 'send',
  payload: { n },
  key: null,
  runAt: null,
  ...more,
})

async function openStage() {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await createTestDatabase())
  const postgres = stack.use(await openPostgres(database.url, { pipelineConnections: 1 }))
  const failures: string[] = []
  const parts = stack.move()
  return {
    database,
    failures,
    add: (...jobs: Job[]) => postgres.pool.transaction((tx) => addJobs(tx, jobs)),
    pool: postgres.pool,
    start: (work: Task['work'], concurrency = 4, openPool: OpenPool = queuePool(database.url)) =>
      startQueue({
        openPool,
        tasks: [{ name: 'send', work }],
        concurrency,
        patience: 1_000,
        onFailure: (message) => failures.push(message),
      }),
    left: async () =>
      (await database.query<{ n: number }>('select count(*)::integer as n from graphile_worker.jobs'))[0]?.n,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

describe('The queue', () => {
  it('does what was added, once, and nothing of a transaction that was taken back', async () => {
    await using stage = await openStage()
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
    await using stage = await openStage()
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
    await using stage = await openStage()
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
    await using stage = await openStage()
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
    await using stage = await openStage()
    let asked = 0
    const openPool: OpenPool = (most) => {
      const pool = queuePool(stage.database.url)(most)
      pool.on('acquire', () => asked++)
      return pool
    }
    await using _ = await stage.start(async () => {}, 40, openPool)
    await until(() => asked > 40)
    await delay(500)
    asked = 0
    await delay(2_500)
    assert(asked <= 5, `asked ${asked} times in 2.5 s`)
  })

  it('has one look where many jobs of another task were added', async () => {
    await using stage = await openStage()
    let asked = 0
    const openPool: OpenPool = (most) => {
      const pool = queuePool(stage.database.url)(most)
      pool.on('acquire', () => asked++)
      return pool
    }
    await using _ = await stage.start(async () => {}, 40, openPool)
    await until(() => asked > 40)
    await delay(500)
    asked = 0
    await stage.add(...Array.from({ length: 100 }, (_, n) => job(n, { task: 'other' })))
    await delay(1_000)
    assert(asked <= 4, `asked ${asked} times`)
    assert.equal(await stage.left(), 100)
  })

  it('gives to another node what a node had begun that is gone', async () => {
    await using stage = await openStage()
    await stage.add(job(1))
    await stage.database.query(
      `update graphile_worker._private_jobs
       set locked_at = now() - interval '61 seconds', locked_by = 'gone', attempts = 1`,
    )
    const done: unknown[] = []
    await using _ = await stage.start(async (payload) => {
      done.push(payload)
    })
    await until(() => done.length === 1)
  })

  it('gives to another node nothing but what has been stuck, whatever else that node is at', async () => {
    await using stage = await openStage()
    await stage.add(job(1), job(2))
    await stage.database.query(
      `update graphile_worker._private_jobs
       set locked_at = now() - make_interval(secs => case payload ->> 'n' when '1' then 61 else 30 end),
         locked_by = 'half alive', attempts = 1`,
    )
    const done: unknown[] = []
    await using _ = await stage.start(async (payload) => {
      done.push(payload)
    })
    await until(() => done.length > 0)
    await delay(500)
    assert.deepEqual(done, [{ n: 1 }])
  })

  it('does each of a list by itself, and again only those that failed', async () => {
    await using stage = await openStage()
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

  it('notes what was done while the database was away, and does it once', async () => {
    await using stage = await openStage()
    const gate = Promise.withResolvers<void>()
    let begun = 0
    await using _ = await stage.start(async () => {
      begun++
      await gate.promise
    })
    await stage.add(job(1))
    await until(() => begun === 1)
    const server = databaseUrl(stage.database.url, 'postgres')
    const name = new URL(stage.database.url).pathname.slice(1)
    await withClient(server, async (client) => {
      await client.query(`alter database ${name} with allow_connections false`)
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    })
    await delay(200)
    gate.resolve()
    await delay(1_000)
    await withClient(server, (client) => client.query(`alter database ${name} with allow_connections true`))
    await until(async () => (await stage.left()) === 0)
    assert.equal(begun, 1)
  })

  it('leaves alone what a node is at that is alive', async () => {
    await using stage = await openStage()
    await stage.add(job(1))
    await stage.database.query(
      `update graphile_worker._private_jobs
       set locked_at = now() - interval '30 seconds', locked_by = 'slow', attempts = 1`,
    )
    const done: unknown[] = []
    await using _ = await stage.start(async (payload) => {
      done.push(payload)
    })
    await delay(500)
    assert.deepEqual(done, [])
  })

  it('does more jobs at once than it has connections, and tells nothing of it', async () => {
    await using stage = await openStage()
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

  it('signals what it is at soon after it is stopped, and leaves what failed then to others at once', async () => {
    await using stage = await openStage()
    let begun = 0
    const stopped = await stage.start(async (_payload, signal) => {
      begun++
      await delay(60_000, undefined, { signal })
    })
    await stage.add(job(1))
    await until(() => begun === 1)
    const begin = performance.now()
    await stopped[Symbol.asyncDispose]()
    assert(performance.now() - begin < 2_500)
    const locked = 'select from graphile_worker.jobs where locked_at is not null'
    assert.deepEqual(await stage.database.query(locked), [])
    assert.equal(await stage.left(), 1)
  })

  it('keeps what failed for good for some days, and then takes it away so much at a time', async () => {
    await using stage = await openStage()
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

  it('goes on when its sessions are lost, and finishes what it is at when it is stopped', async () => {
    await using stage = await openStage()
    const done: unknown[] = []
    {
      await using _ = await stage.start(async (payload) => {
        await delay(100)
        done.push(payload)
      })
      await stage.database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'slotwright'`,
      )
      await delay(50)
      await stage.add(job(1)).catch(() => stage.add(job(1)))
      await until(() => done.length === 1)
      await stage.add(job(2))
      await until(async () => {
        const locked = 'select from graphile_worker.jobs where locked_at is not null'
        return (await stage.database.query(locked)).length === 1
      })
    }
    assert.deepEqual(done, [{ n: 1 }, { n: 2 }])
    assert.equal(await stage.left(), 0)
  })
})
