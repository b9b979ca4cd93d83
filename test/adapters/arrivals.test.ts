import { after } from 'node:test'
import { memoryAccounts } from '../../src/adapters/memory/accounts.ts'
import { memoryArrivals } from '../../src/adapters/memory/arrivals.ts'
import { memoryBookingArchive } from '../../src/adapters/memory/booking-archive.ts'
import { memoryBookingLedger } from '../../src/adapters/memory/booking-ledger.ts'
import { memoryDatabase } from '../../src/adapters/memory/database.ts'
import { memoryPasswordResets } from '../../src/adapters/memory/password-resets.ts'
import { memoryScheduleCatalog } from '../../src/adapters/memory/schedule-catalog.ts'
import { memoryServiceCatalog } from '../../src/adapters/memory/service-catalog.ts'
import { postgresAccounts } from '../../src/adapters/postgres/account-store.ts'
import { postgresBookingArchive } from '../../src/adapters/postgres/booking-archive.ts'
import { postgresBookingLedger } from '../../src/adapters/postgres/booking-ledger.ts'
import { openPostgres } from '../../src/adapters/postgres/database.ts'
import { postgresArrivals } from '../../src/adapters/postgres/import/arrivals.ts'
import { openImport } from '../../src/adapters/postgres/import/session.ts'
import { postgresPasswordResets } from '../../src/adapters/postgres/password-resets.ts'
import { postgresScheduleCatalog } from '../../src/adapters/postgres/schedule-catalog.ts'
import { postgresServiceCatalog } from '../../src/adapters/postgres/service-catalog.ts'
import { arrivalsContract } from '../contracts/arrivals.contract.ts'
import { createTestDatabase } from '../support/database.ts'

arrivalsContract('memory', async () => {
  const database = memoryDatabase()
  return {
    arrivals: memoryArrivals(database),
    accounts: memoryAccounts(database),
    catalog: memoryServiceCatalog(database),
    schedules: memoryScheduleCatalog(database),
    ledger: memoryBookingLedger(database),
    archive: memoryBookingArchive(database),
    resets: memoryPasswordResets(database),
    [Symbol.asyncDispose]: async () => {},
  }
})

const stack = new AsyncDisposableStack()
const database = stack.use(await createTestDatabase())
const postgres = stack.use(await openPostgres(database.url, { pipelineConnections: 2 }))
after(() => stack.disposeAsync())

let imports = 0
arrivalsContract('PostgreSQL', async () => {
  // Each from a source of its own: what others have brought along is nothing to it.
  const target = { kind: 'marketplace', source: `source ${++imports}`, isDryRun: false } as const
  const session = await openImport(database.url, target)
  return {
    arrivals: postgresArrivals(session),
    accounts: postgresAccounts(postgres),
    catalog: postgresServiceCatalog(postgres),
    schedules: postgresScheduleCatalog(postgres),
    ledger: postgresBookingLedger(postgres),
    archive: postgresBookingArchive(postgres),
    resets: postgresPasswordResets(postgres),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
})
