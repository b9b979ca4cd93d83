import { access, constants, realpath, rm, stat } from 'node:fs/promises'
import { Client } from 'pg'
import { makeDataDir } from './data-dir.ts'
import { chooseAccount } from './embedded-postgres/account.ts'
import { findBinaries } from './embedded-postgres/binaries.ts'
import { clusterFolder, prepareCluster } from './embedded-postgres/cluster.ts'
import { keepServer } from './embedded-postgres/kept-server.ts'
import { stopOrphan } from './embedded-postgres/orphan.ts'
import { hasHadOwner, takeOwnership } from './embedded-postgres/ownership.ts'

export interface EmbeddedPostgresOptions {
  /** The folder of `DATA_DIR`; made when it is missing. PostgreSQL's own files go to `postgres` in it. */
  readonly dataDir: string
  /** Settings of PostgreSQL by name, over the defaults for a development machine. */
  readonly settings?: Readonly<Record<string, string>>
  /** Gets a line for what a person would want to know: a first start, a recovery, an unexpected end. */
  readonly onNotice?: (line: string) => void
  /** Told when PostgreSQL has ended by itself and cannot be started again. */
  readonly onLost?: (error: unknown) => void
}

/** A running PostgreSQL; disposing of it stops the server cleanly and keeps the data. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** `postgres://slotwright:<password>@127.0.0.1:<port>/slotwright` */
  readonly url: string
}

const developmentSettings = {
  shared_buffers: '128MB',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

const CONNECT_MILLISECONDS = 10_000

const refuseForeignFolder = async (dataDir: string): Promise<void> => {
  const user = process.getuid?.()
  if (user === 0) return
  const reachable = await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  const cluster = await stat(clusterFolder(dataDir)).catch(() => undefined)
  if (reachable && (cluster === undefined || cluster.uid === user)) return
  throw new Error(
    `DATA_DIR ${dataDir} belongs to another user. Run Slotwright as that user, ` +
      'remove the folder, or set DATA_DIR to another one.',
  )
}

const ensureDatabase = async (serverUrl: string): Promise<void> => {
  const client = new Client({
    connectionString: `${serverUrl}/postgres`,
    ssl: false,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
  })
  await client.connect()
  try {
    const found = await client.query(`select 1 from pg_database where datname = 'slotwright'`)
    if (found.rowCount === 0) await client.query('create database slotwright')
  } finally {
    await client.end()
  }
}

/**
 * Starts the PostgreSQL that comes with the optional packages, with its data in `dataDir`; every start takes a
 * free port of 127.0.0.1, and one that ends by itself is started again on it. What a killed process left behind, a half-made folder or a running server, is put right.
 *
 * @throws when a living process has the folder (the message names `DATA_DIR` and its pid), when it belongs to another
 *   user, or when PostgreSQL cannot run here (the message names `DATABASE_URL`)
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { settings, onNotice = () => undefined, onLost = () => undefined } = options
  const binaries = await findBinaries()
  await makeDataDir(options.dataDir)
  const dataDir = await realpath(options.dataDir)
  await refuseForeignFolder(dataDir)
  await using running = new AsyncDisposableStack()
  running.use(await takeOwnership(dataDir))
  const account = await chooseAccount(dataDir, binaries)
  const password = await prepareCluster(account, binaries, dataDir, onNotice)
  const server = running.use(
    await keepServer({
      account,
      binaries,
      dataDir,
      settings: { ...developmentSettings, ...settings },
      onNotice,
      onLost,
    }),
  )
  const serverUrl = `postgres://slotwright:${password}@127.0.0.1:${server.port}`
  await ensureDatabase(serverUrl)
  const rest = running.move()
  return { url: `${serverUrl}/slotwright`, [Symbol.asyncDispose]: () => rest.disposeAsync() }
}

/**
 * Removes a data directory whose owner is no more, with the server it may have left running. Leaves alone a folder
 * that nobody has owned yet: someone may be about to.
 *
 * @throws when a living process owns it
 */
export async function discardAbandoned(dataDir: string): Promise<void> {
  if (!(await hasHadOwner(dataDir))) return
  const folder = await realpath(dataDir)
  await takeOwnership(folder)
  await stopOrphan(clusterFolder(folder), () => undefined)
  await rm(folder, { recursive: true, force: true })
}
