import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import {
  Logger,
  makeWorkerUtils,
  type RunnerOptions,
  run,
  type TaskList,
  type WorkerPool,
  type WorkerUtils,
} from 'graphile-worker'

/**
 * Opens at most so many connections to the database. With a signal whoever needs one waits while there is none, until the
 * signal: a job that was done just now could not be noted, and would be done again.
 */
export type OpenPool = (most: number, signal?: AbortSignal) => NonNullable<RunnerOptions['pgPool']>

/** Work that waits in the queue until it is done, on whichever node. */
export interface Task {
  /** The name under which its jobs are added. */
  readonly name: string
  /** The longest that one call may take until its signal, and that a job may with all of its list. */
  readonly seconds: { readonly call: number; readonly job: number }
  /**
   * Does one job, or each of those in a list, one after the other; perhaps not for the first time: a node may have gone down
   * just before it could say so. Throws to be called again later, less and less often. Has to end soon after the signal,
   * which comes when the node stops or the job has taken too long.
   */
  readonly work: (payload: unknown, signal: AbortSignal) => Promise<void>
}

export interface QueueOptions {
  readonly openPool: OpenPool
  readonly tasks: readonly Task[]
  /** How many jobs this node does at once. */
  readonly concurrency: number
  /** How long what is being done when the node stops has to end before the signal, in milliseconds. */
  readonly patience: number
  /** Told what went wrong, with a job or with the queue itself; both are tried again. */
  readonly onFailure: (message: string, error: unknown) => void
}

/** A job that has been locked for so much longer than it may take was being done by a node that is gone. */
const GRACE_SECONDS = 10
/**
 * A job that is added is told of at once; for those that wait for their time one worker looks so often, and whoever finds one
 * calls the next: fifty that look by themselves would ask an idle database 25 times a second.
 */
const LOOK_MILLISECONDS = 2_000
/** So often each looks by itself, whatever happens. */
const POLL_MILLISECONDS = 60_000
const RESCUE_MILLISECONDS = 5_000
/** A database that takes longer to be reached was away. */
const AWAY_MILLISECONDS = 1_000
const RESTART_MILLISECONDS = 1_000
/**
 * What a runner that ends may take beyond the patience with its jobs. When a job could not be noted and another one is noted after
 * it, graphile-worker miscounts what it still has to note, and waits for that for ever.
 */
const END_MILLISECONDS = 3_000
/** Jobs wait for others' servers and seldom for the database. */
const MOST_CONNECTIONS = 10

/** In batches, even of one: only of these does a stop wait for the end. */
const presetOf = (patience: number) => ({
  worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0, gracefulShutdownAbortTimeout: patience },
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
  const { openPool, tasks, concurrency, patience, onFailure } = options
  const logger = new Logger(() => (level, message, meta) => {
    if (isTold(level, message)) onFailure(message, meta?.error)
  })
  const stopping = new AbortController()
  const taskList: TaskList = Object.fromEntries(
    tasks.map((task) => [task.name, handlerOf(task, stopping.signal)]),
  )
  // One more, on which it listens.
  const pgPool = openPool(Math.min(concurrency, MOST_CONNECTIONS) + 1, stopping.signal)
  const shared = { pgPool, logger }
  const start = async (): Promise<Running> => {
    const events = new EventEmitter()
    lookForTheDue(events, stopping.signal)
    const overdue = overdueOf(events, patience + END_MILLISECONDS)
    const runner = await run({
      ...shared,
      events,
      taskList,
      concurrency,
      pollInterval: POLL_MILLISECONDS,
      noHandleSignals: true,
      preset: presetOf(patience),
    })
    // It asks for the numbers of its tasks once, and were that to fail, it would hear of the failure for ever after. Not
    // at once: its listener would release the lost connection twice.
    events.once('worker:getJob:error', async () => {
      await delay(RESTART_MILLISECONDS)
      await runner.stop().catch(() => undefined)
    })
    for (const reached of ['worker:getJob:empty', 'job:start']) {
      events.once(reached, () => events.removeAllListeners('worker:getJob:error'))
    }
    // What it has beside its workers is let go all the same.
    overdue.catch(() => runner.stop()).catch(() => undefined)
    return {
      over: Promise.race([runner.promise, overdue]),
      stop: () => Promise.race([runner.stop(), overdue]),
    }
  }
  const utils = await makeWorkerUtils(shared)
  let runner = await start()
  const kept = keepRunning()
  const rescued = keepRescuing(utils, tasks, stopping.signal, onFailure)

  /** A runner that has not reached the database for long gives up. */
  async function keepRunning(): Promise<void> {
    for (;;) {
      await runner.over.catch((error: unknown) => onFailure('queue stopped', error))
      await delay(RESTART_MILLISECONDS, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      runner = await start().catch((error: unknown) => {
        onFailure('queue not started', error)
        return runner
      })
      // Whoever stopped us meanwhile has stopped the one before.
      if (stopping.signal.aborted) await runner.stop().catch(() => undefined)
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

/**
 * Of a job with a list, those that failed are tried again, and those that were not begun in time: what is cut off in the middle
 * may have been done, so nothing is begun that might not have the time to end, nor when the node is to stop.
 */
const handlerOf =
  ({ work, seconds }: Task, stopping: AbortSignal) =>
  (payload: unknown, { abortSignal }: { readonly abortSignal: AbortSignal }) => {
    const signal = AbortSignal.any([abortSignal, AbortSignal.timeout(seconds.job * 1_000)])
    if (!Array.isArray(payload)) return work(payload, signal)
    const isLate = AbortSignal.any([stopping, AbortSignal.timeout((seconds.job - seconds.call) * 1_000)])
    let before: Promise<unknown> = Promise.resolve()
    return payload.map((one: unknown) => {
      const mine = before.then(() => {
        if (isLate.aborted) throw new Error('Not begun: it might not have had the time to end')
        return work(one, signal)
      })
      before = mine.catch(() => undefined)
      return mine
    })
  }

/** Those who do the jobs, from one start to the end of it. */
interface Running {
  /** Fulfils or rejects when it has ended, or is not waited for any longer. */
  readonly over: Promise<void>
  stop(): Promise<void>
}

/** Rejects when a runner that ends has not done so in time. */
function overdueOf(events: EventEmitter, milliseconds: number): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  events.once('pool:gracefulShutdown', () => {
    const impatience = setTimeout(() => reject(new Error('It did not end in time')), milliseconds)
    events.once('pool:release', () => clearTimeout(impatience))
  })
  return promise
}

/**
 * Has one of a runner's workers look for what has become due or was added, and another one each time that one was found. As
 * many as there are new jobs would look by themselves, those of other tasks too, who pass over all of them and find nothing.
 */
function lookForTheDue(events: EventEmitter, signal: AbortSignal): void {
  events.once('pool:create', ({ workerPool }: { readonly workerPool: WorkerPool }) => {
    const nudge = workerPool.nudge.bind(workerPool)
    workerPool.nudge = () => nudge(1)
    const look = () => {
      try {
        nudge(1)
      } catch {
        // It has come to a worker that has just ended; there is another look.
      }
    }
    const looks = setInterval(look, LOOK_MILLISECONDS)
    const end = () => {
      clearInterval(looks)
      events.off('job:start', look)
      signal.removeEventListener('abort', end)
    }
    events.on('job:start', look)
    for (const ending of ['pool:gracefulShutdown', 'pool:forcefulShutdown', 'pool:release'])
      events.once(ending, end)
    signal.addEventListener('abort', end)
  })
}

/** Gives the jobs of nodes that are gone to the others; graphile-worker itself would do so after four hours. */
async function keepRescuing(
  utils: WorkerUtils,
  tasks: readonly Task[],
  signal: AbortSignal,
  onFailure: QueueOptions['onFailure'],
): Promise<void> {
  while (!signal.aborted) {
    await rescue(utils, tasks).catch((error: unknown) => onFailure('stuck jobs not freed', error))
    await delay(RESCUE_MILLISECONDS, undefined, { signal }).catch(() => undefined)
  }
}

/**
 * One by one: graphile-worker's own way to unlock takes a node all that it is at. None of our jobs has a named queue. Where the
 * database was away, all nodes first have the time to note what they have done meanwhile.
 */
async function rescue(utils: WorkerUtils, tasks: readonly Task[]): Promise<void> {
  const asked = performance.now()
  await utils.withPgClient(async (client) => {
    if (performance.now() - asked > AWAY_MILLISECONDS) return
    await client.query(
      `update graphile_worker._private_jobs as job
       set locked_at = null, locked_by = null
       from unnest($1::text[], $2::integer[]) as task (name, seconds)
         join graphile_worker._private_tasks as known on known.identifier = task.name
       where job.task_id = known.id
         and job.locked_at < now() - make_interval(secs => task.seconds)`,
      [tasks.map(({ name }) => name), tasks.map(({ seconds }) => seconds.job + GRACE_SECONDS)],
    )
  })
}
