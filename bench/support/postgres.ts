import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import { discardAbandoned, startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres.ts'
import { migrate } from '../../src/infrastructure/migrate.ts'

/** The PostgreSQL of a run; disposing of it drops what the run created on it. */
export interface BenchServer extends AsyncDisposable {
  /** A new database with all migrations applied. */
  createDatabase(purpose: string): Promise<string>
  /** The version and every setting that decides what a commit costs. */
  readonly facts: ServerFacts
}

export interface ServerFacts {
  readonly version: string
  readonly kind: 'embedded' | 'DATABASE_URL'
  readonly settings: Readonly<Record<string, string>>
}

const FOLDER_PREFIX = 'slotwright-bench-'
const RECORDED_SETTINGS = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'shared_buffers',
  'max_wal_size',
  'jit',
]

/** Runs work on a connection of its own. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'slotwright-bench' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** One number from a statement that answers one. */
export async function queryNumber(client: Client, text: string, values: unknown[] = []): Promise<number> {
  const { rows } = await client.query<{ value: unknown }>(text, values)
  const value = Number(rows[0]?.value)
  if (!Number.isFinite(value)) throw new Error(`Not a number: ${text}`)
  return value
}

const startTemporary = async (
  parent: AsyncDisposableStack,
  settings: Readonly<Record<string, string>>,
): Promise<string> => {
  for (const name of await readdir(tmpdir())) {
    // What a killed run left behind; a folder in use says so, and stays.
    if (name.startsWith(FOLDER_PREFIX)) await discardAbandoned(join(tmpdir(), name)).catch(() => undefined)
  }
  const dataDir = await mkdtemp(join(tmpdir(), FOLDER_PREFIX))
  parent.defer(() => rm(dataDir, { recursive: true, force: true }))
  return parent.use(await startEmbeddedPostgres({ dataDir, settings, onNotice: () => undefined })).url
}

const readFacts = (url: string, kind: ServerFacts['kind']): Promise<ServerFacts> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string; value: string }>(
      'select name, current_setting(name) as value from pg_settings where name = any ($1) order by name',
      [['server_version', ...RECORDED_SETTINGS]],
    )
    const { server_version: version = 'unknown', ...settings } = Object.fromEntries(
      rows.map(({ name, value }) => [name, value]),
    )
    for (const name of ['fsync', 'synchronous_commit']) {
      // A booking that is acknowledged and then lost is no booking: figures without these mean nothing here.
      if (settings[name] !== 'on')
        throw new Error(`${name} of PostgreSQL is ${settings[name]}; it has to be on`)
    }
    return { version, kind, settings }
  })

/**
 * The PostgreSQL at `givenUrl`, or an embedded one with some settings in a temporary folder.
 *
 * @throws when it cannot be reached, or does not keep what it acknowledges
 */
export async function provideServer(
  givenUrl: string | undefined,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  await using resources = new AsyncDisposableStack()
  const url = givenUrl ?? (await startTemporary(resources, settings))
  const facts = await readFacts(url, givenUrl === undefined ? 'embedded' : 'DATABASE_URL')
  const run = randomBytes(4).toString('hex')
  const databases = resources.use(new AsyncDisposableStack())
  const createDatabase = async (purpose: string) => {
    const name = escapeIdentifier(`slotwright_bench_${run}_${purpose}`)
    databases.defer(() =>
      withClient(url, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`)
      }),
    )
    await withClient(url, (client) => client.query(`create database ${name} template template0`))
    const created = new URL(url)
    created.pathname = `/slotwright_bench_${run}_${purpose}`
    await migrate({ databaseUrl: created.href })
    return created.href
  }
  const rest = resources.move()
  return { createDatabase, facts, [Symbol.asyncDispose]: () => rest.disposeAsync() }
}
