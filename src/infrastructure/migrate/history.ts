import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One file of the migrations, `0001_accounts.sql`. */
export interface Migration {
  /** The file's name without its ending, which is what the database records. */
  readonly name: string
  readonly file: string
  readonly sql: string
}

/** What has run on a database is not the beginning of what there is to run. */
export class HistoryMismatch extends Error {}

const MIGRATION_FILE = /^\d{4}_[a-z0-9]+(?:_[a-z0-9]+)*\.sql$/
const TRANSACTION_CONTROL = /^\s*(begin|start\s+transaction|commit|rollback)\s*;/im
const GOLDEN_DUMP = 'schema.sql'

const refuseFile = (folder: string, file: string, reason: string): never => {
  throw new Error(`${join(folder, file)} ${reason}`)
}

const refuseNames = (folder: string, files: readonly string[]): void => {
  const byNumber = new Map<string, string>()
  for (const file of files) {
    if (!MIGRATION_FILE.test(file)) {
      refuseFile(folder, file, 'is not a migration: name it like 0001_accounts.sql')
    }
    const number = file.slice(0, 4)
    const twin = byNumber.get(number)
    if (twin) refuseFile(folder, file, `has the number of ${twin}: give each migration its own`)
    byNumber.set(number, file)
  }
}

/**
 * Reads a folder of migrations, in the order in which they run. Only SQL files count, without the golden dump.
 *
 * @throws when a name or a number is not as it must be, or a file ends the transaction that it runs in
 */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = await readdir(folder)
  const files = names.filter((name) => name.endsWith('.sql') && name !== GOLDEN_DUMP).sort()
  refuseNames(folder, files)
  const migrations: Migration[] = []
  for (const file of files) {
    const sql = await readFile(join(folder, file), 'utf8')
    if (withoutFunctionBodies(sql).match(TRANSACTION_CONTROL)) {
      refuseFile(folder, file, 'controls its own transaction, which would leave half of it after a failure')
    }
    migrations.push({ name: file.slice(0, -'.sql'.length), file, sql })
  }
  return migrations
}

const withoutFunctionBodies = (sql: string): string => sql.replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, '')

/**
 * The migrations that a database still needs: those after the ones it has recorded, in order.
 *
 * @throws HistoryMismatch when what is recorded is not the beginning of what there is
 */
export function pendingAfter(
  migrations: readonly Migration[],
  recorded: readonly string[],
): readonly Migration[] {
  for (const [index, done] of recorded.entries()) {
    const expected = migrations[index]?.name
    if (expected !== done)
      throw new HistoryMismatch(explainMismatch(migrations, recorded.slice(index), expected))
  }
  return migrations.slice(recorded.length)
}

function explainMismatch(
  migrations: readonly Migration[],
  recorded: readonly string[],
  expected: string | undefined,
): string {
  const known = new Set(migrations.map(({ name }) => name))
  const [done = ''] = recorded
  const last = migrations.at(-1)?.name ?? ''
  if (expected !== undefined && known.has(done)) {
    return (
      `Migration ${expected} comes before ${done}, which has already run. ` +
      `Migrations only go forward: give it a number after ${last}.`
    )
  }
  if (expected !== undefined && done < last) {
    return (
      `Migration ${done} has run on this database, but where it was there is ${expected}. ` +
      'A migration that has run is never renamed or removed: put it back.'
    )
  }
  const unknown = recorded.filter((name) => !known.has(name))
  return (
    `The database is newer than this version of Slotwright, which does not know ${unknown.join(', ')}. ` +
    'Run the version that migrated it, or a later one.'
  )
}
