import { randomBytes } from 'node:crypto'
import { relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseError, Pool } from 'pg'
import { databaseUrl, withClient } from './postgres-client.ts'

/** A database of one test's or one file's own; disposing of it drops it with all its sessions. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string
  /** Runs one statement on a connection outside the code under test. */
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>
}

const OBJECT_IN_USE = '55006'
const CLONE_SECONDS = 60

const findServer = (): { serverUrl: string; template: string } => {
  const { SLOTWRIGHT_TEST_SERVER: serverUrl, SLOTWRIGHT_TEST_TEMPLATE: template } = process.env
  if (serverUrl && template) return { serverUrl, template }
  const file = relative(process.cwd(), process.argv[1] ?? 'test')
  throw new Error(`These tests need a PostgreSQL, which their runner provides: npm test -- ${file}`)
}

const createFrom = async (serverUrl: string, template: string, name: string): Promise<void> => {
  const deadline = Date.now() + CLONE_SECONDS * 1000
  for (;;) {
    try {
      await withClient(serverUrl, (client) => client.query(`create database ${name} template ${template}`))
      return
    } catch (error) {
      // Autovacuum may look into the template for a moment.
      const isPassing = error instanceof DatabaseError && error.code === OBJECT_IN_USE
      if (!isPassing || Date.now() > deadline) throw error
      await delay(100)
    }
  }
}

const create = async (chooseTemplate: (template: string) => string): Promise<TestDatabase> => {
  const { serverUrl, template } = findServer()
  // The runner drops what bears the name of its run, should this process be killed.
  const name = `${template.replace('_template_', '_test_')}_${randomBytes(4).toString('hex')}`
  await createFrom(serverUrl, chooseTemplate(template), name)
  const url = databaseUrl(serverUrl, name)
  const pool = new Pool({ connectionString: url, max: 4 })
  // A test may end our idle sessions from outside, which must not end the process.
  pool.on('error', () => undefined)
  return {
    url,
    query: async (text, values) => (await pool.query(text, values)).rows,
    async [Symbol.asyncDispose]() {
      await pool.end()
      await withClient(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

/**
 * Creates a database with all migrations applied, a clone of the run's template.
 *
 * @throws when the test was not started through the runner; the message says how to
 */
export const createTestDatabase = (): Promise<TestDatabase> => create((template) => template)

/**
 * Creates a database with nothing in it, for tests of the migrations themselves.
 *
 * @throws when the test was not started through the runner; the message says how to
 */
export const createEmptyDatabase = (): Promise<TestDatabase> => create(() => 'template0')

/**
 * Fulfils when everything that has been written to the log can be read: a transaction that runs anywhere on the server, in
 * the database of another test too, holds back what was written after it began.
 */
export async function everythingIsReadable({ query }: Pick<TestDatabase, 'query'>): Promise<void> {
  const held = 'select from events where xid >= pg_snapshot_xmin(pg_current_snapshot()) limit 1'
  while ((await query(held)).length > 0) await delay(10)
}
