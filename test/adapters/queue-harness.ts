import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { type OpenPool, startQueue, type Task } from '../../src/adapters/graphile/queue.ts'
import { openPostgres } from '../../src/adapters/postgres/database.ts'
import { addJobs, type Job } from '../../src/adapters/postgres/jobs.ts'
import { queuePool } from '../../src/adapters/postgres/queue-pool.ts'
import { createTestDatabase } from '../support/database.ts'

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    assert(tries < 400, 'it never came to be')
    await delay(25)
  }
}

export const job = (n: number, more: Partial<Job> = {}): Job => ({
  task: 'send',
  payload: { n },
  key: null,
  runAt: null,
  ...more,
})

interface StartOptions {
  readonly openPool?: OpenPool
  readonly seconds?: Task['seconds']
}

/** A database with the tables of the queue, and nodes that work on it. */
export async function openQueueStage() {
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
    start: (
      work: Task['work'],
      concurrency = 4,
      { openPool = queuePool(database.url), seconds = { call: 40, job: 50 } }: StartOptions = {},
    ) =>
      startQueue({
        openPool,
        tasks: [{ name: 'send', seconds, work }],
        concurrency,
        patience: 1_000,
        onFailure: (message) => failures.push(message),
      }),
    left: async () =>
      (await database.query<{ n: number }>('select count(*)::integer as n from graphile_worker.jobs'))[0]?.n,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
