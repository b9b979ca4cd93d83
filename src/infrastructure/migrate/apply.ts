import { basename } from 'node:path'
import { runner } from 'node-pg-migrate'
import { type Client, DatabaseError } from 'pg'
import type { Migration } from './history.ts'

/** Where the names of the migrations that have run are recorded, in the schema `public`. */
export const MIGRATIONS_TABLE = 'schema_migrations'

export interface Application {
  readonly folder: string
  readonly migrations: readonly Migration[]
  readonly onProgress: (line: string) => void
}

/** What the migrator calls of its builder; the project's migrations are plain SQL. */
interface Builder {
  noTransaction(): void
  sql(text: string): void
}

const describeFailure = ({ file, sql }: Migration, error: unknown): Error => {
  if (!(error instanceof Error)) return new Error(`Migration ${file} failed: ${error}`)
  const { position, hint } = error instanceof DatabaseError ? error : {}
  const line = position ? ` at line ${sql.slice(0, Number(position) - 1).split('\n').length}` : ''
  const advice = hint ? ` (${hint})` : ''
  return new Error(`Migration ${file} failed${line}: ${error.message}${advice}`, { cause: error })
}

const silence = { info: () => undefined, warn: () => undefined, error: () => undefined }

/**
 * Lets the migrator run and record what is pending, inside the transaction that is open on the connection.
 *
 * @throws when a migration fails; the message names its file and says what PostgreSQL said
 */
export async function applyPending(
  client: Client,
  { folder, migrations, onProgress }: Application,
): Promise<void> {
  const byFile = new Map(migrations.map((migration) => [migration.file, migration]))
  let current: Migration | undefined
  // The migrator's own loader would cut a file at a comment that begins with "down migration".
  const load = (path: string) => {
    const migration = byFile.get(basename(path))
    if (!migration) throw new Error(`${path} has appeared while the migrations were being read`)
    const up = (builder: Builder) => {
      current = migration
      onProgress(`Applying ${migration.name}`)
      builder.noTransaction()
      builder.sql(migration.sql)
    }
    return { id: path, filePaths: [path], actions: { up, down: false as const } }
  }
  try {
    await runner({
      dbClient: client,
      dir: folder,
      ignorePattern: '(?!\\d{4}_.*\\.sql$).*',
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: async (paths) => paths.map(load) }],
      schema: 'public',
      migrationsTable: MIGRATIONS_TABLE,
      direction: 'up',
      noLock: true,
      // The transaction is the caller's: it also covers the lock and the table of the migrator.
      singleTransaction: false,
      logger: silence,
    })
  } catch (error) {
    throw current ? describeFailure(current, error) : error
  }
}
