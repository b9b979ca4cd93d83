import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../../src/infrastructure/migrate.ts'
import { startApiProcesses } from './api-processes.ts'
import { startCrashablePostgres } from './crashable-postgres.ts'
import type { Evidence } from './finding.ts'
import { isDown, type Killer, startKiller } from './killer.ts'
import { type Load, startLoad } from './load.ts'
import type { CheckerOptions } from './options.ts'
import { randomOf } from './random.ts'
import { type CallRecord, emptyRecord } from './record.ts'
import { openShop } from './shop.ts'
import { countDeadlocks, readTables } from './tables.ts'

/** What a session tells while it goes on. */
export interface Watcher {
  step(text: string): void
  /** Every now and then while there is load. */
  loading(load: Load, killer: Killer, record: CallRecord): void
}

const WATCH_MILLISECONDS = 500
const KILLER_STREAM = 1_000_000

export interface Outcome {
  readonly evidence: Evidence
  readonly kills: Killer['kills']
  /** Of load, without starting and judging. */
  readonly seconds: number
}

/** Starts PostgreSQL and the API processes, loads and kills them, and gathers all there is to judge by. */
export async function holdSession(
  options: CheckerOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Outcome> {
  const { seed, processes, killEverySeconds } = options
  await using resources = new AsyncDisposableStack()
  watcher.step('Starting PostgreSQL')
  const postgres = resources.use(await startCrashablePostgres())
  signal.throwIfAborted()
  const secret = randomBytes(32).toString('base64url')
  const databaseUrl = postgres.url
  await migrate({ databaseUrl })
  const shop = await openShop(databaseUrl, secret)
  const record = emptyRecord(shop.services)
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-checked-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  watcher.step(`Starting ${processes} API processes`)
  const isDatabaseDown = () => isDown(record)
  const api = resources.use(
    await startApiProcesses(record, { processes, databaseUrl, secret, folder, isDatabaseDown }),
  )
  signal.throwIfAborted()

  const began = performance.now()
  const killer = startKiller(record, { postgres, api }, randomOf(seed, KILLER_STREAM), killEverySeconds)
  const ending = new AbortController()
  const load = startLoad(record, shop, api.doors, { ...options, signal: ending.signal })
  signal.addEventListener('abort', () => ending.abort(signal.reason))
  const watch = setInterval(() => watcher.loading(load, killer, record), WATCH_MILLISECONDS)
  try {
    await Promise.race([load.done, killer.failed])
  } finally {
    clearInterval(watch)
    ending.abort()
    await load.done.catch(() => undefined)
  }
  await killer.stop()
  const seconds = (performance.now() - began) / 1_000
  watcher.step('Reading the tables')
  record.deadlocks += await countDeadlocks(databaseUrl)
  record.deadlocks = Math.max(record.deadlocks, await postgres.loggedDeadlocks())
  return { evidence: { record, tables: await readTables(databaseUrl) }, kills: killer.kills, seconds }
}
