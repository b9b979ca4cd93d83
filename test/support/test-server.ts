import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import { discardAbandoned, startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres.ts'
import { migrate } from '../../src/infrastructure/migrate.ts'
import { databaseUrl, withClient } from './postgres-client.ts'

/** One PostgreSQL for a run of the tests; disposing of it drops every database of the run. */
export interface TestServer extends AsyncDisposable {
  /** Where databases can be created. */
  readonly url: string
  /** The name of the migrated database that tests clone; it takes no connections. */
  readonly template: string
}

const FOLDER_PREFIX = 'slotwright-test-'

const requireCreateDatabase = async (client: Client): Promise<void> => {
  const { rows } = await client.query(
    'select rolname as role, rolcreatedb or rolsuper as allowed from pg_roles where rolname = current_user',
  )
  if (rows[0]?.allowed === true) return
  throw new Error(
    `The role "${rows[0]?.role}" of DATABASE_URL may not create databases, which the tests need: ` +
      `alter role "${rows[0]?.role}" createdb. Without DATABASE_URL they bring their own PostgreSQL.`,
  )
}

/**
 * Drops the databases of runs that have ended without doing so. A run keeps a session under its name from before
 * its first database until after its last one.
 */
const dropDatabases = async (client: Client, endedRun = ''): Promise<void> => {
  const { rows } = await client.query(
    `select name
       from (select datname as name, (regexp_match(datname, '^slotwright_(template|test)_([0-9a-f]{12})'))[2] as run
               from pg_database
              where pg_get_userbyid(datdba) = current_user) found
      where run = $1
         or run is not null
        and not exists (select from pg_stat_activity where application_name = 'slotwright-tests-' || run)`,
    [endedRun],
  )
  for (const { name } of rows) {
    await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`)
  }
}

/** What a test writes is gone with it, so nobody has to wait for the disk. */
const FOR_TESTS = { fsync: 'off', full_page_writes: 'off' }

const startTemporaryPostgres = async (
  more: Readonly<Record<string, string>>,
): Promise<{ url: string } & AsyncDisposable> => {
  for (const name of await readdir(tmpdir())) {
    // A folder in use says so; whatever else is wrong with it is not this run's trouble.
    if (name.startsWith(FOLDER_PREFIX)) await discardAbandoned(join(tmpdir(), name)).catch(() => undefined)
  }
  await using resources = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), FOLDER_PREFIX))
  resources.defer(() => rm(dataDir, { recursive: true, force: true }))
  const settings = { max_connections: '300', ...more }
  const postgres = resources.use(await startEmbeddedPostgres({ dataDir, settings, onNotice: console.error }))
  const rest = resources.move()
  return { url: postgres.url, [Symbol.asyncDispose]: () => rest.disposeAsync() }
}

const createTemplate = async (serverUrl: string, template: string): Promise<void> => {
  await withClient(serverUrl, (client) => client.query(`create database ${template} template template0`))
  await migrate({ databaseUrl: databaseUrl(serverUrl, template) })
  // A single session on the template would make PostgreSQL refuse to clone it.
  await withClient(serverUrl, (client) => client.query(`alter database ${template} allow_connections false`))
}

/**
 * Provides the PostgreSQL of a run with a migrated template: the one at `givenUrl`, or an embedded one in a temporary
 * folder that goes with it. What killed runs left behind is removed.
 *
 * @param more settings of an embedded one
 * @throws when the given server cannot be reached or its role may not create databases
 */
export async function provideTestServer(
  givenUrl: string | undefined,
  more: Readonly<Record<string, string>> = FOR_TESTS,
): Promise<TestServer> {
  const run = randomBytes(6).toString('hex')
  const template = `slotwright_template_${run}`
  await using resources = new AsyncDisposableStack()
  const url = givenUrl ?? resources.use(await startTemporaryPostgres(more)).url
  const session = new Client({
    connectionString: url,
    application_name: `slotwright-tests-${run}`,
    connectionTimeoutMillis: 10_000,
  })
  session.on('error', (error) =>
    console.error(`The tests' session on PostgreSQL has ended: ${error.message}`),
  )
  resources.defer(() => session.end())
  await session.connect().catch((cause: unknown) => {
    throw new Error(`The PostgreSQL of DATABASE_URL cannot be reached: ${cause}`, { cause })
  })
  await requireCreateDatabase(session)
  await dropDatabases(session)
  resources.defer(() => withClient(url, (client) => dropDatabases(client, run)))
  await createTemplate(url, template)
  const rest = resources.move()
  return { url, template, [Symbol.asyncDispose]: () => rest.disposeAsync() }
}
