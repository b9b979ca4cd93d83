import { readConfig, readDatabasePlace } from '../config.ts'
import { findRunning, hasCluster } from '../embedded-postgres/running.ts'
import { startEmbeddedPostgres } from '../embedded-postgres.ts'
import { DatabaseUnreachable } from '../migrate/server.ts'
import { migrate } from '../migrate.ts'

const noDatabase = (dataDir: string): string =>
  `DATABASE_URL is not set and there is no embedded database in ${dataDir} yet: npm start makes one.`

async function findEmbedded(stack: AsyncDisposableStack, dataDir: string): Promise<string> {
  if (!(await hasCluster(dataDir))) throw new DatabaseUnreachable(noDatabase(dataDir))
  try {
    const running = await findRunning(dataDir)
    return running ?? stack.use(await startEmbeddedPostgres({ dataDir, onNotice: console.error })).url
  } catch (cause) {
    throw new DatabaseUnreachable(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/**
 * The address of the database of DATABASE_URL or else of the embedded one: that which a server runs already, or one that runs
 * until the stack is disposed of.
 *
 * @throws ConfigError when a setting does not fit, DatabaseUnreachable when there is none or it does not start
 */
export async function openDatabase(stack: AsyncDisposableStack): Promise<string> {
  const { databaseUrl, dataDir } = readDatabasePlace()
  return databaseUrl ?? findEmbedded(stack, dataDir)
}

/**
 * The same for a command that writes as the server does: every setting has to fit, and an embedded database that nobody runs
 * is made where there is none, and migrated.
 */
export async function openMigratedDatabase(stack: AsyncDisposableStack): Promise<string> {
  const { databaseUrl, dataDir } = readConfig()
  if (databaseUrl !== null) return databaseUrl
  const running = (await hasCluster(dataDir)) ? await findRunning(dataDir) : null
  if (running) return running
  const { url } = stack.use(await startEmbeddedPostgres({ dataDir, onNotice: console.error }))
  await migrate({ databaseUrl: url })
  return url
}

/** What PostgreSQL and its driver say of a connection that has ended. */
const isLost = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message === 'Connection terminated unexpectedly' ||
    error.message.startsWith('Client has encountered a connection error') ||
    ('code' in error && /^(57P0[123]|08...|ECONNRESET|EPIPE)$/.test(String(error.code))))

/**
 * Runs what a command does with a database; that it cannot be reached is one line and exit code 2, so that whoever watches can
 * tell a database that is not well from one that was not seen.
 */
export async function withDatabase(work: (databaseUrl: string) => Promise<void>): Promise<void> {
  await using stack = new AsyncDisposableStack()
  try {
    await work(await openDatabase(stack))
  } catch (error) {
    if (!(error instanceof DatabaseUnreachable) && !isLost(error)) throw error
    const said = error instanceof Error ? error.message : String(error)
    console.error(
      error instanceof DatabaseUnreachable ? said : `The connection to PostgreSQL was lost: ${said}`,
    )
    process.exitCode = 2
  }
}
