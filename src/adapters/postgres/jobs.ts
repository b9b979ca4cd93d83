import { type DatabasePool, type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { Instant } from '../../domain/instant.ts'
import type { Json } from '../../domain/json.ts'
import { guarded } from './faults.ts'
import { timestamp } from './values.ts'

/** Something to be done by a task of the queue, once, after the transaction that adds it. */
export interface Job {
  readonly task: string
  /** What is to be done; of a list each by itself. */
  readonly payload: Json
  /** A job that waits under the same key is replaced, and may keep its turn; null for one that stands by itself. */
  readonly key: string | null
  /** Not before this instant; null for at once. */
  readonly runAt: Instant | null
}

export interface AddOptions {
  /** Whether one that replaces another is due when that was. */
  readonly keepTurns?: boolean
}

/** Adds jobs to graphile-worker's queue, with the transaction or not at all. */
export async function addJobs(
  tx: DatabaseTransactionConnection,
  jobs: readonly Job[],
  { keepTurns = false }: AddOptions = {},
): Promise<void> {
  if (jobs.length === 0) return
  const rows = jobs.map(({ task, payload, key, runAt }) => [
    task,
    JSON.stringify(payload),
    runAt === null ? null : timestamp(runAt),
    key,
  ])
  await tx.query(sql.type(z.object({}))`
    select count(*)
    from graphile_worker.add_jobs(
      array(
        select (task, payload, null, run_at, null, key, null, null)::graphile_worker.job_spec
        from ${sql.unnest(rows, ['text', 'json', 'timestamptz', 'text'])} as jobs (task, payload, run_at, key)
      ),
      ${keepTurns}
    )
  `)
}

/** Removes at most `limit` jobs that failed for good more than so many days ago; how many. */
export const forgetFailedJobs = (
  { pool }: { readonly pool: DatabasePool },
  days: number,
  limit: number,
): Promise<number> =>
  guarded(
    pool.oneFirst(sql.type(z.object({ count: z.number() }))`
      select count(*)::integer as count
      from graphile_worker.complete_jobs(
        array(
          select id
          from graphile_worker.jobs
          where attempts >= max_attempts
            and locked_at is null
            and updated_at < statement_timestamp() - make_interval(days => ${days})
          limit ${limit}
        )
      )
    `),
  )
