import { randomUUIDv7 } from 'node:crypto'
import { openOldSystem } from '../../adapters/legacy-postgres/old-system.ts'
import { postgresArrivals } from '../../adapters/postgres/import/arrivals.ts'
import { openImport } from '../../adapters/postgres/import/session.ts'
import { moveIn } from '../../application/moving-in/move-in.ts'
import type { Instant } from '../../domain/instant.ts'
import { help, type ImportOptions, readImportOptions, requireSurroundings } from '../import/options.ts'
import { progressLine, summary } from '../import/progress.ts'
import { openReport } from '../import/report.ts'
import { pendingMigrations } from '../migrate.ts'
import { runCommand, UsageError } from './command.ts'
import { openDatabase } from './database.ts'

const SOME_CANNOT_COME = 3

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

/** Tells how many could not come. */
async function bringIn(options: ImportOptions): Promise<number> {
  const { kind, zone, currency, isDryRun, batchSize } = options
  await using stack = new AsyncDisposableStack()
  const source = stack.use(await openOldSystem(options.source, kind))
  requireSurroundings(options, source)
  const databaseUrl = await openDatabase(stack)
  if (addressOf(databaseUrl) === source.address) throw new UsageError('<source> is the database to move into')
  await requireMigrated(databaseUrl)
  using report = openReport(options.reportFile)
  const session = stack.use(
    await openImport(databaseUrl, { kind, source: options.name ?? source.address, isDryRun }),
  )
  const line = progressLine(process.stdout, () => performance.now())
  const around = { zone, currency, now: Date.now() as Instant }
  const ports = { source, arrivals: postgresArrivals(session), newId: randomUUIDv7, around }
  const tables = await moveIn(ports, kind, { batchSize, onProgress: line.show, onOutcome: report.note })
  report.finish(tables, isDryRun)
  console.log(summary(tables, report.reasons(), isDryRun))
  return tables.reduce((sum, { refused }) => sum + refused, 0)
}

await runCommand(async () => {
  const options = readImportOptions(process.argv.slice(2))
  if (options === null) {
    console.log(help)
    return
  }
  if ((await bringIn(options)) > 0) process.exitCode = SOME_CANNOT_COME
})
