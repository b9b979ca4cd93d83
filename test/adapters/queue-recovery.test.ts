import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Task } from '../../src/adapters/graphile/queue.ts'
import { databaseUrl, withClient } from '../support/postgres-client.ts'
import { job, openQueueStage, until } from './queue-harness.ts'

/** Cuts everyone off from the database, and lets nobody in until what it gives is called. */
async function goAway({ database }: { readonly database: { readonly url: string } }) {
  const server = databaseUrl(database.url, 'postgres')
  const name = new URL(database.url).pathname.slice(1)
  const allow = (isAllowed: boolean) =>
    withClient(server, (client) => client.query(`alter database ${name} with allow_connections ${isAllowed}`))
  await allow(false)
  await withClient(server, (client) =>
    client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]),
  )
  return () => allow(true)
}

/** Cuts the session off that notes the job of this number, whenever it does. */
const cutOff = ({ database }: Pick<Awaited<ReturnType<typeof openQueueStage>>, 'database'>, n: number) =>
  database.query(
    `create function cut() returns trigger language plpgsql as $$
     begin
       if (old.payload ->> 'n')::integer = ${n} then
         perform pg_terminate_backend(pg_backend_pid());
       end if;
       return old;
     end $$;
     create trigger cut before delete on graphile_worker._private_jobs for each row execute function cut()`,
  )

describe('The queue, when nodes and databases fail', () => {
  it('gives to another node what a node had begun that is gone', async () => {
    await using stage = await openQueueStage()
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
    await using stage = await openQueueStage()
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

  it('notes what was done while the database was away, and does it once', async () => {
    await using stage = await openQueueStage()
    const gate = Promise.withResolvers<void>()
    let begun = 0
    await using _ = await stage.start(async () => {
      begun++
      await gate.promise
    })
    await stage.add(job(1))
    await until(() => begun === 1)
    const comeBack = await goAway(stage)
    await delay(200)
    gate.resolve()
    await delay(1_000)
    await comeBack()
    await until(async () => (await stage.left()) === 0)
    assert.equal(begun, 1)
  })

  it('lets a node note what it did while the database was away for long, before another does it again', async () => {
    await using stage = await openQueueStage()
    const gate = Promise.withResolvers<void>()
    let begun = 0
    const work = async () => {
      begun++
      await gate.promise
    }
    await using _ = await stage.start(work)
    await stage.add(job(1), job(2), job(3), job(4))
    await until(() => begun === 4)
    await using _other = await stage.start(work)
    // It looks for what is stuck as soon as it has begun.
    await delay(1_000)
    await stage.database.query(
      "update graphile_worker._private_jobs set locked_at = now() - interval '70 seconds'",
    )
    const comeBack = await goAway(stage)
    gate.resolve()
    // Until both nodes would have freed what is stuck, if they could.
    await delay(6_000)
    await comeBack()
    await until(async () => (await stage.left()) === 0)
    assert.equal(begun, 4)
  })

  it('ends in time when it is stopped just after it has begun anew', async () => {
    await using stage = await openQueueStage()
    const stopped = await stage.start(async () => {})
    await cutOff(stage, 1)
    await stage.add(job(1))
    await until(() => stage.failures.some((failure) => failure.startsWith('Runner stopping')))
    const begin = performance.now()
    await stopped[Symbol.asyncDispose]()
    assert(performance.now() - begin < 2_500)
  })

  it('begins anew, or ends, when a job could not be noted and others could after it', async () => {
    await using stage = await openQueueStage()
    await cutOff(stage, 1)
    const done: number[] = []
    const stopped = await stage.start(async (payload) => {
      const { n } = payload as { readonly n: number }
      await delay(n < 5 ? 300 + 150 * (n - 1) : 0)
      done.push(n)
    })
    await stage.add(job(1), job(2), job(3), job(4))
    await until(() => done.length === 4)
    await stage.add(job(5))
    await until(() => done.includes(5))
    const stuck = stage.failures.filter((failure) => failure === 'queue stopped')
    assert.equal(stuck.length, 1)
    await stage.add(job(1), job(2), job(3), job(4))
    await until(() => done.length === 9)
    const begin = performance.now()
    await stopped[Symbol.asyncDispose]()
    assert(performance.now() - begin < 6_000)
  })

  it('begins nothing more of a list when it is stopped, and leaves that to others', async () => {
    await using stage = await openQueueStage()
    const begun: number[] = []
    const work: Task['work'] = async (payload, signal) => {
      begun.push((payload as { n: number }).n)
      await delay(600, undefined, { signal })
    }
    const stopped = await stage.start(work)
    await stage.add(job(0, { payload: [{ n: 1 }, { n: 2 }, { n: 3 }] }))
    await until(() => begun.length === 1)
    await stopped[Symbol.asyncDispose]()
    await using _ = await stage.start(work)
    await until(async () => (await stage.left()) === 0)
    assert.deepEqual(begun, [1, 2, 3])
  })

  it('leaves alone what a node is at that is alive', async () => {
    await using stage = await openQueueStage()
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

  it('signals what it is at soon after it is stopped, and leaves what failed then to others at once', async () => {
    await using stage = await openQueueStage()
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

  it('signals a job that takes too long', async () => {
    await using stage = await openQueueStage()
    let signalled = 0
    const work: Task['work'] = async (_payload, signal) => {
      await delay(60_000, undefined, { signal }).catch(() => signalled++)
    }
    await using _ = await stage.start(work, 4, { seconds: { call: 1, job: 1 } })
    await stage.add(job(1))
    await until(async () => (await stage.left()) === 0)
    assert.equal(signalled, 1)
  })

  it('goes on when its sessions are lost, and finishes what it is at when it is stopped', async () => {
    await using stage = await openQueueStage()
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
