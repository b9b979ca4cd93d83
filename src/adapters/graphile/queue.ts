import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import {
  Logger,
  makeWorkerUtils,
  type Runner,
  type RunnerOptions,
  run,
  type TaskList,
  type WorkerUtils,
} from 'graphile-worker'

/** Opens at most so many connections to the database. */
export type OpenPool = (most: number) => NonNullable<RunnerOptions['pgPool']>

/** Work that waits in the queue until it is done, on whichever node. */
export interface Task {
  /** The name under which its jobs are added. */
  readonly name: string
  /**
   * Does one job, perhaps not for the first time: a node may have gone down just before it could say so. Throws to be
   * called again later, less and less often. Has to end within MOST_TASK_SECONDS, and soon after the signal.
   */
  readonly work: (payload: unknown, signal: AbortSignal) => Promise<void>
}

export interface QueueOptions {
  readonly openPool: OpenPool
  readonly tasks: readonly Task[]
  /** How many jobs this node does at once. */
  readonly concurrency: number
  /** Told what went wrong, with a job or with the queue itself; both are tried again. */
  readonly onFailure: (message: string, error: unknown) => void
}

export const MOST_TASK_SECONDS = 60
/** A node gives back what it has taken and not begun in this time. */
const TAKEN_MILLISECONDS = 1_000
/** A job that has been locked for longer than this was being done by a node that is gone. */
const LOCKED_SECONDS = MOST_TASK_SECONDS + TAKEN_MILLISECONDS / 1_000
/** A job that is added is told of at once; so often a node looks for those that wait for their time. */
const LOOK_MILLISECONDS = 2_000
const RESCUE_MILLISECONDS = 5_000
const RESTART_MILLISECONDS = 1_000
/** What is being done when its node stops has so long to end before the signal. */
const ABORT_MILLISECONDS = 1_000
/** Jobs wait for others' servers and seldom for the database. */
const MOST_CONNECTIONS = 10

/**
 * A node takes as many jobs as it can do, and shares them out. Were each worker to look for one by itself, those of all nodes
 * would pass over each other's, and with forty at it PostgreSQL would do little else.
 */
const presetOf = (concurrency: number) => ({
  worker: {
    localQueue: { size: concurrency, ttl: TAKEN_MILLISECONDS },
    // A plan that was made while the queue was empty reads all of it, and would be kept.
    preparedStatements: false,
    // In batches, even of one: only of these does a stop wait for the end.
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
    gracefulShutdownAbortTimeout: ABORT_MILLISECONDS,
  },
})

/** That there are fewer connections than jobs is meant. */
const isTold = (level: string, message: string) =>
  level === 'error' || (level === 'warning' && !message.includes('maxPoolSize'))

/** Makes or renews the tables of the queue in a database. Several at once do no harm. */
export async function migrateQueue(openPool: OpenPool): Promise<void> {
  const pgPool = openPool(1)
  const utils = await makeWorkerUtils({ pgPool, logger: quiet })
  try {
    await utils.migrate()
  } finally {
    await utils.release()
    await pgPool.end()
  }
}

const quiet = new Logger(() => () => undefined)

/**
 * Does what is in the queue until it is disposed of, which waits for the jobs that are being done. A job is done at least
 * once, whatever happens to the node that began it.
 */
export async function startQueue(options: QueueOptions): Promise<AsyncDisposable> {
  const { openPool, tasks, concurrency, onFailure } = options
  const taskList: TaskList = Object.fromEntries(
    tasks.map(({ name, work }) => [
      name,
      (payload: unknown, { abortSignal }: { abortSignal: AbortSignal }) => work(payload, abortSignal),
    ]),
  )
  // One more, on which it listens.
  const pgPool = openPool(Math.min(concurrency, MOST_CONNECTIONS) + 1)
  const stopping = new AbortController()
  const start = async () => {
    const events = new EventEmitter()
    const { promise: first, resolve: settle } = Promise.withResolvers<'reached' | 'failed'>()
    events.once('localQueue:getJobs:complete', () => settle('reached'))
    const runner = await run({
      pgPool,
      logger: loggerOf((message, error) => {
        settle('failed')
        onFailure(message, error)
      }),
      events,
      taskList,
      concurrency,
      pollInterval: LOOK_MILLISECONDS,
      noHandleSignals: true,
      preset: presetOf(concurrency),
    })
    first.then((outcome) => (outcome === 'failed' ? stopSoon(runner) : undefined))
    return runner
  }
  const utils = await makeWorkerUtils({ pgPool, logger: loggerOf(onFailure) })
  let runner: Runner = await start()
  const kept = keepRunning()
  const rescued = keepRescuing(utils, stopping.signal, onFailure)

  /** A runner that has not reached the database for long gives up. */
  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      await runner.promise.catch((error: unknown) => onFailure('queue stopped', error))
      if (stopping.signal.aborted) return
      await delay(RESTART_MILLISECONDS)
      runner = await start().catch((error: unknown) => {
        onFailure('queue not started', error)
        return runner
      })
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      // One that has given up is stopped already, and says so.
      await runner.stop().catch(() => undefined)
      await Promise.all([kept, rescued])
      await utils.release()
      await pgPool.end()
    },
  }
}

const loggerOf = (onFailure: QueueOptions['onFailure']) =>
  new Logger(() => (level, message, meta) => {
    if (isTold(level, message)) onFailure(message, meta?.error)
  })

/**
 * A runner asks for the numbers of its tasks once, and were that to fail, it would hear of the failure for ever after. Not at
 * once: its listener would release the lost connection twice.
 */
async function stopSoon(runner: Runner): Promise<void> {
  await delay(RESTART_MILLISECONDS)
  await runner.stop().catch(() => undefined)
}

/** Gives the jobs of nodes that are gone to the others; graphile-worker itself would do so after four hours. */
async function keepRescuing(
  utils: WorkerUtils,
  signal: AbortSignal,
  onFailure: QueueOptions['onFailure'],
): Promise<void> {
  while (!signal.aborted) {
    await rescue(utils).catch((error: unknown) => onFailure('stuck jobs not freed', error))
    await delay(RESCUE_MILLISECONDS, undefined, { signal }).catch(() => undefined)
  }
}

async function rescue(utils: WorkerUtils): Promise<void> {
  const { rows } = await utils.withPgClient((client) =>
    client.query<{ locked_by: string }>(
      `select distinct locked_by
       from graphile_worker.jobs
       where locked_at < now() - make_interval(secs => $1)`,
      [LOCKED_SECONDS],
    ),
  )
  if (rows.length > 0) await utils.forceUnlockWorkers(rows.map((row) => row.locked_by))
}
