import { fileURLToPath } from 'node:url'
import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate'
import { type Client, DatabaseError } from 'pg'
import { migrateQueue } from '../adapters/graphile/queue.ts'
import { queuePool } from '../adapters/postgres/queue-pool.ts'
import { applyPending, MIGRATIONS_TABLE } from './migrate/apply.ts'
import { pendingAfter, readMigrations } from './migrate/history.ts'
import { withFittingServer } from './migrate/server.ts'

export interface MigrateOptions {
  readonly databaseUrl: string
  /** Where the migrations are; the project's own by default. */
  readonly folder?: string
  /** Gets a line for each migration as it begins, and one when another process is at it. */
  readonly onProgress?: (line: string) => void
  /** How long to wait for another process that migrates the same database. */
  readonly waitSeconds?: number
}

const ownFolder = fileURLToPath(new URL('../../migrations', import.meta.url))

const WAIT_SECONDS = 600
const LOCK_NOT_AVAILABLE = '55P03'

const inTransaction = async <T>(client: Client, work: () => Promise<T>): Promise<T> => {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // A broken connection has rolled back by itself, and its own error says more.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** Waits until no other process migrates; the end of the transaction lets the next one go on. */
const waitForTurn = async (client: Client, { onProgress, waitSeconds = WAIT_SECONDS }: MigrateOptions) => {
  await client.query(
    `select set_config('statement_timeout', '0', true), set_config('lock_timeout', $1, true)`,
    [String(waitSeconds * 1000)],
  )
  const tried = await client.query('select pg_try_advisory_xact_lock($1) as taken', [PG_MIGRATE_LOCK_ID])
  if (tried.rows[0]?.taken === true) return
  onProgress?.('Waiting for another process that migrates this database')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [PG_MIGRATE_LOCK_ID])
  } catch (cause) {
    if (!(cause instanceof DatabaseError) || cause.code !== LOCK_NOT_AVAILABLE) throw cause
    const reason =
      `Another process has been migrating this database for more than ${waitSeconds} seconds. ` +
      'Nothing was changed; try again when it is done.'
    throw new Error(reason, { cause })
  }
}

const readRecorded = async (client: Client): Promise<readonly string[]> => {
  const found = await client.query('select to_regclass($1) is not null as exists', [
    `public.${MIGRATIONS_TABLE}`,
  ])
  if (found.rows[0]?.exists !== true) return []
  const { rows } = await client.query<{ name: string }>(
    `select name from public.${MIGRATIONS_TABLE} order by id`,
  )
  return rows.map(({ name }) => name)
}

/**
 * Brings a database to the schema of this version and returns the names of the migrations that this call applied,
 * in order. All of them are one transaction: a failure leaves the database as it was. The tables of the queue are made
 * or renewed besides, by graphile-worker's own migrations. Of several processes at once, one migrates; the others wait and
 * find nothing to do.
 *
 * @throws when a migration fails (the message names its file and says what PostgreSQL said), when the server does
 *   not fit, when the database is newer than this version or has run other migrations, or when waiting took too long
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const { folder = ownFolder, onProgress = () => undefined } = options
  const migrations = await readMigrations(folder)
  return withFittingServer(options.databaseUrl, (client) =>
    inTransaction(client, async () => {
      await waitForTurn(client, options)
      const pending = pendingAfter(migrations, await readRecorded(client))
      if (pending.length > 0) await applyPending(client, { folder, migrations, onProgress })
      await migrateQueue(queuePool(options.databaseUrl))
      return pending.map(({ name }) => name)
    }),
  )
}

/**
 * The migrations of a database: how many have run, and the names of those that `migrate` would run, in order.
 * Changes nothing.
 *
 * @throws as `migrate` does, for all that can be told without running
 */
export async function pendingMigrations(
  options: Pick<MigrateOptions, 'databaseUrl' | 'folder'>,
): Promise<{ readonly applied: number; readonly pending: readonly string[] }> {
  const migrations = await readMigrations(options.folder ?? ownFolder)
  return withFittingServer(options.databaseUrl, async (client) => {
    const recorded = await readRecorded(client)
    const pending = pendingAfter(migrations, recorded).map(({ name }) => name)
    return { applied: recorded.length, pending }
  })
}
