import { HistoryMismatch } from './migrate/history.ts'
import { withFittingServer } from './migrate/server.ts'
import { pendingMigrations } from './migrate.ts'
import { withoutLiterals } from './status/literals.ts'
import { fence, indexes, oldestTransaction, overview, replicas, tables } from './status/statements.ts'
import { readOnly } from './verify/session.ts'

export interface Overview {
  readonly database: string
  readonly server: string
  readonly sizeBytes: number
  readonly connections: number
  readonly connectionsHere: number
  readonly maxConnections: number
  readonly xidAge: number
  readonly multixactAge: number
  /** At this age autovacuum begins to freeze, whatever else it has to do. */
  readonly freezeAge: number
  readonly statisticsSince: Date
  /** Whether the statistics were set back then; else they count from the start of the server, or from longer ago. */
  readonly isReset: boolean
  readonly isReplica: boolean
  readonly replicaLagSeconds: number | null
  /** What other roles do is seen with pg_monitor alone. */
  readonly seesEverySession: boolean
}

export interface TableStatus {
  readonly name: string
  /** -1 where the table has never been analyzed. */
  readonly rowEstimate: number
  readonly tableBytes: number
  readonly indexBytes: number
  readonly liveRows: number
  readonly deadRows: number
  readonly vacuumedAt: Date | null
  readonly analyzedAt: Date | null
}

export interface IndexStatus {
  readonly name: string
  readonly table: string
  readonly bytes: number
  readonly scans: number
  /** It keeps a rule, and does that without being read. */
  readonly isRule: boolean
  readonly isValid: boolean
}

export interface OldTransaction {
  readonly pid: number
  readonly role: string | null
  readonly database: string | null
  readonly application: string
  readonly state: string | null
  readonly ageSeconds: number
  readonly waitsFor: string | null
  /** Without the values that are written into it. */
  readonly query: string
}

export interface Replica {
  readonly name: string
  readonly state: string
  readonly mode: string
  readonly lagBytes: number | null
  readonly lagSeconds: number | null
}

export interface MigrationStatus {
  readonly applied: number
  readonly pending: readonly string[]
  /** What is wrong with the history; null when it is that of this version. */
  readonly mismatch: string | null
}

/** How a database is. */
export interface DatabaseStatus {
  readonly migrations: MigrationStatus
  readonly overview: Overview
  /** How long the oldest transaction has been writing that keeps events back; null where none does. */
  readonly fenceAgeSeconds: number | null
  readonly oldestTransaction: OldTransaction | null
  /** The biggest first. */
  readonly tables: readonly TableStatus[]
  readonly indexes: readonly IndexStatus[]
  readonly replicas: readonly Replica[]
}

async function readMigrations(databaseUrl: string): Promise<MigrationStatus> {
  try {
    return { ...(await pendingMigrations({ databaseUrl })), mismatch: null }
  } catch (error) {
    if (!(error instanceof HistoryMismatch)) throw error
    return { applied: 0, pending: [], mismatch: error.message }
  }
}

const first = <T>([row]: readonly T[]): T => {
  if (row === undefined) throw new Error('PostgreSQL has not answered with a row')
  return row
}

/**
 * Reads how a database is, from the catalogs and the statistics alone. Changes nothing.
 *
 * @throws DatabaseUnreachable when there is no way to it
 */
export async function readStatus(databaseUrl: string): Promise<DatabaseStatus> {
  const migrations = await readMigrations(databaseUrl)
  return withFittingServer(databaseUrl, (client) =>
    readOnly(client, async (query) => {
      const [oldest] = await query<OldTransaction>(oldestTransaction)
      const { fenceAgeSeconds } = first(await query<{ fenceAgeSeconds: number | null }>(fence))
      return {
        migrations,
        overview: first(await query<Overview>(overview)),
        fenceAgeSeconds,
        oldestTransaction: oldest ? { ...oldest, query: withoutLiterals(oldest.query) } : null,
        tables: await query<TableStatus>(tables),
        indexes: await query<IndexStatus>(indexes),
        replicas: await query<Replica>(replicas),
      }
    }),
  )
}
