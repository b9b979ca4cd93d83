import type { Logger } from 'pino'
import { startChores } from '../adapters/cron/chores.ts'
import { startQueue } from '../adapters/graphile/queue.ts'
import { queuePool } from '../adapters/postgres/queue-pool.ts'
import { relayEvents } from '../application/relay-events.ts'
import type { Application } from './compose.ts'
import { waitForRing } from './ports.ts'

export interface BackgroundOptions {
  readonly databaseUrl: string
  readonly logger: Logger
}

/** Starts everything that goes on without being asked; disposing of it waits for what is being done. */
export async function startBackground(
  { chores, waysOut, bell }: Application,
  { databaseUrl, logger }: BackgroundOptions,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const onChoreFailure = (chore: string, error: unknown) => logger.warn({ err: error, chore }, 'chore failed')
  stack.use(startChores(chores, { onFailure: onChoreFailure }))
  const onFailure = (message: string, error: unknown) => logger.warn({ err: error }, message)
  // Each way has its own, so that a mail server that does not answer holds up no webhook.
  for (const { tasks, jobsAtOnce: concurrency, patience } of waysOut) {
    stack.use(await startQueue({ openPool: queuePool(databaseUrl), tasks, concurrency, patience, onFailure }))
  }
  stack.use(
    relayEvents({
      outboxes: waysOut.map(({ outbox }) => outbox),
      bell,
      onFailure: (outbox, error) => logger.warn({ err: error, outbox }, 'events not handed on'),
      wait: waitForRing,
    }),
  )
  const parts = stack.move()
  return { [Symbol.asyncDispose]: () => parts.disposeAsync() }
}
