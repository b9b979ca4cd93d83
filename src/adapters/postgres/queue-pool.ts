import { Pool } from 'pg'

/**
 * Opens connections for the queue, at most so many. They are ours to end: graphile-worker does not wait for the end of those
 * that it opens itself, and an error of one that is cut off meanwhile would be nobody's and end the process.
 */
export const queuePool =
  (databaseUrl: string) =>
  (most: number): Pool => {
    const pool = new Pool({ connectionString: databaseUrl, max: most })
    // What is lost is opened anew when it is needed; whoever was using it is told.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
    return pool
  }
