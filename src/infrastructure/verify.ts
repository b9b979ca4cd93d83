import type { Client } from 'pg'
import { HistoryMismatch } from './migrate/history.ts'
import { withFittingServer } from './migrate/server.ts'
import { pendingMigrations } from './migrate.ts'
import { readSchema, type SchemaReading } from './schema-dump/reading.ts'
import { compareSchemas } from './verify/compare.ts'
import { readExpectedSchema } from './verify/expected.ts'
import type { Comparison, Finding } from './verify/finding.ts'
import { orphanChecks, type RowCheck } from './verify/orphans.ts'
import { type Outcome, repairFindings } from './verify/repair.ts'
import { rowChecks } from './verify/row-checks.ts'
import { explainRefusal, isRefusal, readOnly } from './verify/session.ts'

/** What a look at a database has found. */
export interface Verification extends Comparison {
  readonly database: string
  /** PostgreSQL's version, such as 18.4. */
  readonly server: string
  readonly migrations: number
  readonly tables: number
}

export interface VerifyOptions {
  readonly databaseUrl: string
  /** Told what is being looked at. */
  readonly onProgress?: (line: string) => void
}

export interface FixOptions extends VerifyOptions {
  /** Told before anything is changed. */
  readonly onFound?: (verification: Verification) => void
  readonly lockSeconds?: number
}

const LOCK_SECONDS = 10

const historyFinding = (code: string, says: string, advice: string): Finding => ({
  code,
  object: 'the migrations',
  says: `${says} Nothing else was compared: it would be held against another version.`,
  advice,
  repair: null,
})

/** What the history says before anything is compared: undefined when it is that of this version. */
async function judgeHistory(
  databaseUrl: string,
): Promise<{ readonly applied: number; readonly finding?: Finding }> {
  try {
    const { applied, pending } = await pendingMigrations({ databaseUrl })
    if (pending.length === 0) return { applied }
    const first =
      applied === 0
        ? 'No migration has run on this database, is it the right one?'
        : `${applied} migrations have run, ${pending.length} pending: ${pending.join(', ')}.`
    return {
      applied,
      finding: historyFinding('migrations-pending', first, 'Run npm run migrate, then this again.'),
    }
  } catch (error) {
    if (!(error instanceof HistoryMismatch)) throw error
    const advice = 'Use the version of Slotwright that fits the database.'
    return { applied: 0, finding: historyFinding('migrations-differ', error.message, advice) }
  }
}

async function ask(client: Client, check: RowCheck): Promise<Comparison> {
  try {
    const [answer] = await readOnly(client, (query) =>
      query<{ count: number; examples: string[] }>(check.statement),
    )
    if (answer === undefined || answer.count === 0) return { findings: [], notes: [] }
    const { code, object, says, advice, repair = null } = check
    return {
      findings: [{ code, object, says: says(answer.count, answer.examples.join(', ')), advice, repair }],
      notes: [],
    }
  } catch (error) {
    if (!isRefusal(error)) throw error
    const note = `The rows of ${check.object} could not be looked through for ${check.code}: ${explainRefusal(error)}.`
    return { findings: [], notes: [note] }
  }
}

async function examine(client: Client, expected: SchemaReading, options: VerifyOptions) {
  const { onProgress = () => undefined } = options
  onProgress('Reading the schema')
  const found = await readOnly(client, readSchema)
  const { findings, notes } = compareSchemas(expected, found)
  const checks = [...orphanChecks(expected, found), ...rowChecks(expected, found, findings)]
  const answers: Comparison[] = []
  for (const [place, check] of checks.entries()) {
    onProgress(`Looking through the rows: ${place + 1} of ${checks.length}, ${check.object}`)
    answers.push(await ask(client, check))
  }
  return {
    findings: [...findings, ...answers.flatMap((answer) => answer.findings)],
    notes: [...notes, ...answers.flatMap((answer) => answer.notes)],
  }
}

const readNames = async (client: Client): Promise<{ database: string; server: string }> => {
  const { rows } = await client.query<{ database: string; server: string }>(
    `select current_database() as database, split_part(current_setting('server_version'), ' ', 1) as server`,
  )
  return rows[0] ?? { database: '', server: '' }
}

/**
 * Compares a database with what the migrations of this version make, and looks for rows that have lost what they belong to.
 * Changes nothing.
 *
 * @throws DatabaseUnreachable when there is no way to it
 */
export async function verifyDatabase(options: VerifyOptions): Promise<Verification> {
  const { applied, finding } = await judgeHistory(options.databaseUrl)
  const expected = await readExpectedSchema()
  return withFittingServer(options.databaseUrl, async (client) => ({
    ...(await readNames(client)),
    migrations: applied,
    tables: expected.tables.length,
    ...(finding ? { findings: [finding], notes: [] } : await examine(client, expected, options)),
  }))
}

/** What a repair has found, done and left. */
export interface Fix {
  readonly before: Verification
  readonly outcomes: readonly Outcome[]
  readonly after: Verification
}

/**
 * Verifies a database, repairs what can be repaired without dropping data, and verifies it again.
 *
 * @throws as `verifyDatabase` and `repairFindings` do
 */
export async function fixDatabase(options: FixOptions): Promise<Fix> {
  const { databaseUrl, onFound = () => undefined, lockSeconds = LOCK_SECONDS } = options
  const before = await verifyDatabase(options)
  onFound(before)
  if (before.findings.every(({ repair }) => repair === null)) return { before, outcomes: [], after: before }
  const outcomes = await withFittingServer(databaseUrl, (client) =>
    repairFindings(client, before.findings, { lockSeconds }),
  )
  return { before, outcomes, after: await verifyDatabase(options) }
}
