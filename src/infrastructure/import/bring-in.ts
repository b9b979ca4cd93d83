import { randomUUIDv7 } from 'node:crypto'
import { openOldSystem } from '../../adapters/legacy-postgres/old-system.ts'
import { postgresArrivals } from '../../adapters/postgres/import/arrivals.ts'
import { openImport } from '../../adapters/postgres/import/session.ts'
import { moveIn } from '../../application/moving-in/move-in.ts'
import type { Instant } from '../../domain/instant.ts'
import { UsageError } from '../commands/command.ts'
import { pendingMigrations } from '../migrate.ts'
import { type ImportOptions, requireSurroundings } from './options.ts'
import { type Output, progressLine, summary } from './progress.ts'
import { openReport } from './report.ts'

/** Host, port and database of a URL, as the source has them. */
const addressOf = (url: string) => {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}:${port || '5432'}${pathname}`
}

async function requireMigrated(databaseUrl: string): Promise<void> {
  const { pending } = await pendingMigrations({ databaseUrl })
  if (pending.length > 0) {
    throw new Error(`The database lacks ${pending.length} migrations: run npm run migrate first`)
  }
}

/**
 * Moves a system in as the options say, and tells how many rows could not come.
 *
 * @param openTarget opens the database to move into, for as long as the stack lasts
 * @throws UsageError when the source needs more to be said; Error when a database cannot be used
 */
export async function bringIn(
  options: ImportOptions,
  openTarget: (stack: AsyncDisposableStack) => Promise<string>,
  output: Output,
): Promise<number> {
  const { kind, zone, currency, isDryRun, batchSize } = options
  await using stack = new AsyncDisposableStack()
  const source = stack.use(await openOldSystem(options.source, kind))
  requireSurroundings(options, source)
  const databaseUrl = await openTarget(stack)
  if (addressOf(databaseUrl) === source.address) throw new UsageError('<source> is the database to move into')
  await requireMigrated(databaseUrl)
  using report = openReport(options.reportFile)
  const session = stack.use(
    await openImport(databaseUrl, { kind, source: options.name ?? source.address, isDryRun }),
  )
  const line = progressLine(output, () => performance.now())
  const around = { zone, currency, now: Date.now() as Instant }
  const ports = { source, arrivals: postgresArrivals(session), newId: randomUUIDv7, around }
  const tables = await moveIn(ports, kind, { batchSize, onProgress: line.show, onOutcome: report.note })
  report.finish(tables, isDryRun)
  output.write(`${summary(tables, report.reasons(), isDryRun)}\n`)
  return tables.reduce((sum, { refused }) => sum + refused, 0)
}
