import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withClient } from '../../../bench/support/postgres.ts'
import { chooseAccount } from '../../../src/infrastructure/embedded-postgres/account.ts'
import { findBinaries } from '../../../src/infrastructure/embedded-postgres/binaries.ts'
import { clusterFolder, prepareCluster } from '../../../src/infrastructure/embedded-postgres/cluster.ts'
import { readPidFile } from '../../../src/infrastructure/embedded-postgres/orphan.ts'
import { takeOwnership } from '../../../src/infrastructure/embedded-postgres/ownership.ts'
import {
  logPath,
  type Server,
  type ServerOptions,
  startServer,
} from '../../../src/infrastructure/embedded-postgres/server.ts'
import { discardAbandoned } from '../../../src/infrastructure/embedded-postgres.ts'

/** A PostgreSQL whose only purpose is to be killed; disposing of it removes it with its files. */
export interface CrashablePostgres extends AsyncDisposable {
  /** An empty database on it; the same after each start. */
  readonly url: string
  /** Ends it and every process of it at once, as a power cut does. */
  kill(): Promise<void>
  /** Starts it again and waits until it takes connections. */
  start(): Promise<void>
  /** How often its log speaks of a deadlock. */
  loggedDeadlocks(): Promise<number>
}

const FOLDER_PREFIX = 'slotwright-checker-'
const settings = {
  shared_buffers: '128MB',
  max_connections: '300',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

const run = promisify(execFile)

const childrenOf = async (parent: number): Promise<number[]> => {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid='])
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid as number)
}

const signal = (pid: number, name: NodeJS.Signals) => {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It may have ended by itself a moment ago.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Stopped first, the postmaster can neither start another process nor tidy up after one. */
async function killTree(folder: string): Promise<void> {
  const pid = Number((await readPidFile(folder))?.[0])
  if (!(pid > 0)) throw new Error(`No PostgreSQL runs in ${folder}`)
  signal(pid, 'SIGSTOP')
  const children = await childrenOf(pid)
  for (const one of [...children, pid]) signal(one, 'SIGKILL')
}

/** Starts a new PostgreSQL in a temporary folder; what killed runs have left behind is removed. */
export async function startCrashablePostgres(): Promise<CrashablePostgres> {
  for (const name of await readdir(tmpdir())) {
    if (name.startsWith(FOLDER_PREFIX)) await discardAbandoned(join(tmpdir(), name)).catch(() => undefined)
  }
  await using resources = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), FOLDER_PREFIX))
  resources.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  resources.use(await takeOwnership(dataDir))
  const binaries = await findBinaries()
  const account = await chooseAccount(dataDir, binaries)
  const password = await prepareCluster(account, binaries, dataDir, () => undefined)
  const options: ServerOptions = { account, binaries, dataDir, settings, onNotice: () => undefined }
  let server: Server = await startServer(options)
  resources.defer(() => server[Symbol.asyncDispose]())
  const { port } = server
  const serverUrl = `postgres://slotwright:${password}@127.0.0.1:${port}`
  await withClient(`${serverUrl}/postgres`, (client) => client.query('create database slotwright'))
  const rest = resources.move()
  return {
    url: `${serverUrl}/slotwright`,
    async kill() {
      await killTree(clusterFolder(dataDir))
      await server.ended
    },
    async start() {
      server = await startServer({ ...options, port })
    },
    async loggedDeadlocks() {
      const log = await readFile(logPath(dataDir), 'utf8')
      return log.split('deadlock detected').length - 1
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

/** The deadlocks that the server has counted since its last crash. */
export const countDeadlocks = (databaseUrl: string): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      'select deadlocks::float8 from pg_stat_database where datname = current_database()',
    )
    return rows[0]?.deadlocks ?? 0
  })
