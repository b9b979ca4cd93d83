import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../../src/infrastructure/migrate.ts'
import { type ApiProcesses, startApiProcesses } from '../common/api-processes.ts'
import {
  type CrashablePostgres,
  countDeadlocks,
  startCrashablePostgres,
} from '../common/crashable-postgres.ts'
import type { CrashableRedis } from '../common/crashable-redis.ts'
import { type Killer, startKiller } from '../common/killer.ts'
import { isDown } from '../common/lives.ts'
import { randomOf } from '../common/random.ts'
import type { Evidence } from './finding.ts'
import { type Load, type LoadOptions, startLoad } from './load.ts'
import type { CheckerOptions } from './options.ts'
import { type CallRecord, emptyRecord } from './record.ts'
import { openShop, type Shop } from './shop.ts'
import { readTables } from './tables.ts'

/** What a session tells while it goes on. */
export interface Watcher {
  step(text: string): void
  /** Every now and then while there is load. */
  loading(load: Load, killer: Killer, record: CallRecord): void
}

const WATCH_MILLISECONDS = 500
const KILLER_STREAM = 1_000_000

/** A shop that is open on everything that can be killed. */
export interface Stage extends AsyncDisposable {
  readonly postgres: CrashablePostgres
  readonly redis: CrashableRedis | null
  readonly api: ApiProcesses
  readonly shop: Shop
  readonly record: CallRecord
}

export interface StageOptions {
  readonly processes: number
  /** On offer. */
  readonly days?: number
  readonly redis?: CrashableRedis
}

/** Starts PostgreSQL and the API processes; the Redis, if there is one, goes with the stage. */
export async function openStage(
  options: StageOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Stage> {
  const { processes, days, redis } = options
  await using resources = new AsyncDisposableStack()
  if (redis) resources.use(redis)
  watcher.step('Starting PostgreSQL')
  const postgres = resources.use(await startCrashablePostgres())
  signal.throwIfAborted()
  const secret = randomBytes(32).toString('base64url')
  const databaseUrl = postgres.url
  await migrate({ databaseUrl })
  const shop = await openShop(databaseUrl, secret, days)
  const record = emptyRecord(shop.services)
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-checked-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  watcher.step(`Starting ${processes} API processes`)
  const isDatabaseDown = () => isDown(record)
  const settings: Record<string, string> = redis ? { REDIS_URL: redis.url } : {}
  const api = resources.use(
    await startApiProcesses(record, { processes, databaseUrl, secret, folder, isDatabaseDown, settings }),
  )
  signal.throwIfAborted()
  const rest = resources.move()
  return {
    postgres,
    redis: redis ?? null,
    api,
    shop,
    record,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

export interface Fire {
  readonly kills: Killer['kills']
  /** Of load, without starting and judging. */
  readonly seconds: number
}

/** Loads what is on a stage while it is killed every now and then; in the end everything runs again. */
export async function loadUnderFire(
  { postgres, redis, api, shop, record }: Stage,
  options: Omit<LoadOptions, 'signal'> & { readonly killEverySeconds: number },
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Fire> {
  const { seed, killEverySeconds } = options
  const began = performance.now()
  const victims = { postgres, api, ...(redis && { redis }) }
  await using killer = startKiller(record, victims, randomOf(seed, KILLER_STREAM), killEverySeconds)
  const ending = new AbortController()
  const load = startLoad(record, shop, api.doors, { ...options, signal: ending.signal })
  signal.addEventListener('abort', () => ending.abort(signal.reason))
  const watch = setInterval(() => watcher.loading(load, killer, record), WATCH_MILLISECONDS)
  try {
    await Promise.race([load.done, killer.failed, api.failed])
  } finally {
    clearInterval(watch)
    ending.abort()
    await load.done.catch(() => undefined)
  }
  await killer.stop()
  return { kills: killer.kills, seconds: (performance.now() - began) / 1_000 }
}

export interface Outcome extends Fire {
  readonly evidence: Evidence
}

/** Loads and kills everything there is, and gathers all there is to judge by. */
export async function holdSession(
  options: CheckerOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Outcome> {
  await using stage = await openStage(options, watcher, signal)
  const fire = await loadUnderFire(stage, options, watcher, signal)
  watcher.step('Reading the tables')
  const { postgres, record } = stage
  record.deadlocks += await countDeadlocks(postgres.url)
  record.deadlocks = Math.max(record.deadlocks, await postgres.loggedDeadlocks())
  return { evidence: { record, tables: await readTables(postgres.url) }, ...fire }
}
