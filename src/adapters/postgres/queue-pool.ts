import { setTimeout as delay } from 'node:timers/promises'
import { Pool, type PoolClient } from 'pg'

const PAUSE_MILLISECONDS = 250

/**
 * Opens connections for the queue, at most so many. They are ours to end: graphile-worker does not wait for the end of those
 * that it opens itself, and an error of one that is cut off meanwhile would be nobody's and end the process. With a signal
 * whoever asks for one waits while the database is away, until the signal.
 */
export const queuePool =
  (databaseUrl: string) =>
  (most: number, signal?: AbortSignal): Pool => {
    const pool = new Pool({ connectionString: databaseUrl, max: most })
    // What is lost is opened anew when it is needed; whoever was using it is told.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
    return signal ? patient(pool, signal) : pool
  }

/** The same pool, whose promises of a connection are kept as soon as there is one. */
function patient(pool: Pool, signal: AbortSignal): Pool {
  const connect = pool.connect.bind(pool)
  const connectAtLast = async (): Promise<PoolClient> => {
    for (;;) {
      try {
        return await connect()
      } catch (error) {
        if (signal.aborted) throw error
        await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined)
      }
    }
  }
  // Whoever gives a callback tries again in a way of their own: the listener does, with growing pauses.
  return Object.assign(pool, {
    connect: (callback?: Parameters<typeof connect>[0]) => (callback ? connect(callback) : connectAtLast()),
  })
}
