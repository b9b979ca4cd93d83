import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { Site } from '../booking/site.ts'
import type { Bench } from '../support/bench.ts'
import { queryNumber, withClient } from '../support/postgres.ts'
import type { Listeners } from './listening.ts'
import type { Commits } from './plan.ts'

export type EventBench = Bench<'wrk' | 'pgbench' | 'redis-server'>

/** PostgreSQL has to tell when a transaction was committed. */
export const POSTGRES_SETTINGS = { track_commit_timestamp: 'on' }

const commitRow = z.tuple([z.string(), z.coerce.number()])

/** The place in the log behind everything that is there. */
export const lastSequence = ({ databaseUrl }: Site): Promise<number> =>
  withClient(databaseUrl, (client) =>
    queryNumber(client, 'select coalesce(max(sequence), 0) as value from events'),
  )

/** When the bookings after a place were committed: PostgreSQL takes the time just before it writes the commit to disk. */
export const commitsAfter = ({ databaseUrl }: Site, sequence: number): Promise<Commits> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query({
      rowMode: 'array',
      text: `select id, extract(epoch from pg_xact_commit_timestamp(xid::xid)) * 1000
             from events
             where type = 'booking.created' and sequence > $1`,
      values: [sequence],
    })
    return rows.map((row) => commitRow.parse(row))
  })

/** Fulfils when nothing has come in for a while; how much it was. */
export async function settled(listeners: Listeners): Promise<number> {
  for (let last = -1; ; ) {
    const { delivered } = await listeners.count()
    if (delivered === last) return delivered
    last = delivered
    await delay(1_000)
  }
}

/** Bytes of memory that a process holds. */
export async function residentBytes(pid: number): Promise<number> {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  if (kilobytes === undefined) throw new Error('The memory of a process can be read on Linux only')
  return Number(kilobytes) * 1024
}
