import { Client, type QueryResultRow } from 'pg'
import type { OldSystemKind } from '../../../application/moving-in/move-in.ts'
import { guarded } from '../faults.ts'
import { seenTables, shadowTables } from './shadows.ts'

/** One connection on which a system moves in. */
export interface ImportSession extends AsyncDisposable {
  readonly importId: number
  readonly isDryRun: boolean
  /** Whether the ids of people and services there are the ones they have here. */
  readonly refersToHere: boolean
  /** What is here, with what a dry run has as good as written, by the name of the table. */
  readonly seen: ReturnType<typeof seenTables>
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

export interface ImportTarget {
  readonly kind: OldSystemKind
  /** Which of the systems of that kind it is. */
  readonly source: string
  readonly isDryRun: boolean
}

/** The advisory lock of whoever moves a system in. */
const TURN = 5_107_216_173
const STATEMENT_MILLISECONDS = 120_000
/** In a dry run nothing is remembered, and there may be nothing that was. */
const NO_IMPORT = -1

/**
 * Opens the way in. Tables are named without their schema: that lets a dry run put temporary tables in front of them, and do
 * all it does by the very statements of a run that counts.
 *
 * @throws when somebody else is importing at this moment
 */
export async function openImport(url: string, target: ImportTarget): Promise<ImportSession> {
  const client = new Client({ connectionString: url, application_name: 'slotwright-import' })
  client.on('error', () => undefined)
  await guarded(client.connect())
  const query: ImportSession['query'] = async <Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ) => (await guarded(client.query<Row>(text, [...values]))).rows
  try {
    await query(`set statement_timeout = ${STATEMENT_MILLISECONDS}`)
    await query('set search_path = public, auth')
    const [turn] = await query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [TURN])
    if (turn?.taken !== true) throw new Error('Another import is running on this database: wait for its end')
    if (target.isDryRun) for (const statement of shadowTables) await query(statement)
    return {
      importId: await findImport(query, target),
      isDryRun: target.isDryRun,
      refersToHere: target.kind === 'bookings',
      seen: seenTables(target.isDryRun),
      query,
      [Symbol.asyncDispose]: () => client.end(),
    }
  } catch (error) {
    await client.end()
    throw error
  }
}

/** The same import as before where this source has been here before. */
async function findImport(
  query: ImportSession['query'],
  { kind, source, isDryRun }: ImportTarget,
): Promise<number> {
  const find = 'select id from imports where kind = $1 and source = $2'
  if (!isDryRun) {
    await query('insert into imports (kind, source) values ($1, $2) on conflict do nothing', [kind, source])
  }
  const [known] = await query<{ id: number }>(find, [kind, source])
  return known?.id ?? NO_IMPORT
}
