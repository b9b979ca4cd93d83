import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { bringIn } from '../../../src/infrastructure/import/bring-in.ts'
import { readImportOptions } from '../../../src/infrastructure/import/options.ts'
import { openTestApp, type TestApp } from '../../support/app.ts'
import type { TestDatabase } from '../../support/database.ts'

const command = fileURLToPath(new URL('../../../src/infrastructure/commands/import.ts', import.meta.url))

/** A system to move into, where somebody has an account who comes along from the old one as well. */
export async function openInhabitedApp(): Promise<TestApp> {
  const app = await openTestApp(new Date().toISOString())
  const body = {
    ...{ email: 'casey@elsewhere.example', password: 'correct horse', role: 'customer' },
    ...{ first_name: 'Casey', last_name: 'Here' },
  }
  const { status, text } = await app.ask('POST', '/v1/auth/register', { body })
  assert.equal(status, 201, text)
  return app
}

export interface ImportRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command as it runs by itself. */
export function startImport(target: Pick<TestDatabase, 'url'>, args: readonly string[]) {
  const env = { ...process.env, DATABASE_URL: target.url }
  const child: ChildProcess = spawn(process.execPath, [command, ...args], { env })
  assert(child.stdout && child.stderr)
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([stdout, stderr]): ImportRun => ({ code: child.exitCode, stdout, stderr }),
  )
  return { child, ended }
}

/** The same in this process, with what it throws. */
async function importHere(target: Pick<TestDatabase, 'url'>, args: readonly string[]) {
  const options = readImportOptions(args)
  assert(options)
  let stdout = ''
  const output = { write: (text: string) => (stdout += text) }
  const refused = await bringIn(options, async () => target.url, output)
  return { stdout, refused }
}

/** Runs an import that is expected to come to nothing: what it says. */
export async function failedImport(target: Pick<TestDatabase, 'url'>, ...args: string[]): Promise<Error> {
  try {
    await importHere(target, args)
  } catch (error) {
    assert(error instanceof Error)
    return error
  }
  return assert.fail(`${args.join(' ')} has not failed`)
}

interface TableTally {
  readonly label: string
  readonly total: number
  readonly came: number
  readonly known: number
  readonly refused: number
}

/** What a report says in the end, and by the way. */
export interface ImportReport {
  readonly stdout: string
  readonly refused: number
  readonly tables: readonly TableTally[]
  /** How many rows by `<table> <reason> <field>`. */
  readonly reasons: Readonly<Record<string, number>>
  readonly lines: readonly { readonly table: string; readonly reason: string; readonly id: string }[]
}

/** Runs an import with a report, which has to say the same line by line and in its summary. */
export async function reportImport(
  target: Pick<TestDatabase, 'url'>,
  ...args: string[]
): Promise<ImportReport> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'slotwright-import-'))
  const file = join(folder.path, 'report.jsonl')
  const run = await importHere(target, [...args, '--report', file])
  const parsed = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const { summary } = parsed.at(-1)
  const reasons = Object.fromEntries(
    summary.reasons.map((reason: { table: string; reason: string; field: string | null; count: number }) => [
      `${reason.table} ${reason.reason} ${reason.field}`,
      reason.count,
    ]),
  )
  const lines = parsed.slice(0, -1)
  for (const [reason, count] of Object.entries(reasons)) {
    const those = lines.filter((line) => `${line.table} ${line.reason} ${line.field}` === reason)
    assert.equal(those.length, count, reason)
  }
  return { ...run, tables: summary.tables, reasons, lines }
}

export const tally = ({ tables }: ImportReport, key: 'came' | 'known' | 'refused') =>
  Object.fromEntries(tables.map((table) => [table.label, table[key]]))

/** Standing bookings without exactly one claim on their slot, and claims without a standing booking. */
export const strayClaims = ({ query }: TestDatabase) =>
  query(`
    select bookings.id, claims.id as claim
    from (select id, starts_at, ends_at from bookings where status in ('pending', 'confirmed')) bookings
    full join claims on claims.booking_id = bookings.id
      and claims.starts_at = bookings.starts_at and claims.ends_at = bookings.ends_at
    where bookings.id is null or claims.id is null`)

/** Histories that do not lead to the booking as it is. */
export const strayHistory = ({ query }: TestDatabase) =>
  query(`
    select bookings.id
    from bookings
    left join booking_history on booking_history.booking_id = bookings.id
    group by bookings.id
    having array_agg(booking_history.version order by booking_history.version)
        is distinct from array(select generate_series(1, bookings.version))
      or (array_agg(booking_history.status order by booking_history.version desc))[1] <> bookings.status`)
