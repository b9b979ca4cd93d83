import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Instant } from '../../../src/domain/instant.ts'
import { composeTestNode } from '../../support/app.ts'
import type { TestDatabase } from '../../support/database.ts'
import type { Door } from '../common/api-processes.ts'
import { countDeadlocks } from '../common/crashable-postgres.ts'
import type { Evidence } from './finding.ts'
import { startLoad } from './load.ts'
import { emptyRecord } from './record.ts'
import { openShop } from './shop.ts'
import { readTables } from './tables.ts'

export interface AttackOptions {
  readonly seed: number
  readonly attempts: number
  readonly clients: number
  /** What is done to the database before anyone comes. */
  readonly prepare?: string
}

const MOST_SECONDS = 60

/** Two servers in this process on a migrated database, a load on them without kills, and all that came of it. */
export async function attack(database: TestDatabase, options: AttackOptions): Promise<Evidence> {
  const jwtSecret = randomBytes(32).toString('base64url')
  const shop = await openShop(database.url, jwtSecret)
  if (options.prepare !== undefined) await database.query(options.prepare)
  const record = emptyRecord(shop.services)
  {
    await using servers = new AsyncDisposableStack()
    const doors: Door[] = []
    for (const process of [0, 1]) {
      const application = servers.use(
        await composeTestNode({
          databaseUrl: database.url,
          jwtSecret,
          clock: () => Date.now() as Instant,
        }),
      )
      await application.app.listen({ port: 0, host: '127.0.0.1' })
      const { port } = application.app.server.address() as AddressInfo
      doors.push({ process, life: 1, url: `http://127.0.0.1:${port}` })
      record.lives.push({ process, life: 1, up: performance.now(), killed: null, died: null })
    }
    const { signal } = new AbortController()
    await startLoad(record, shop, doors, { ...options, seconds: MOST_SECONDS, signal }).done
  }
  // A session keeps what it has counted to itself until it ends.
  record.deadlocks += await countDeadlocks(database.url)
  return { record, tables: await readTables(database.url) }
}
