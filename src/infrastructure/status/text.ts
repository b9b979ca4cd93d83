import type {
  DatabaseStatus,
  IndexStatus,
  MigrationStatus,
  OldTransaction,
  Replica,
  TableStatus,
} from '../status.ts'
import { layOut, moment, percent, size, span, whole } from './layout.ts'

const describeMigrations = ({ applied, pending, mismatch }: MigrationStatus): string => {
  if (mismatch !== null) return mismatch
  return pending.length === 0
    ? `${applied} applied, none pending`
    : `${applied} applied, ${pending.length} pending (${pending.join(', ')}): npm run migrate`
}

const describeTransaction = (oldest: OldTransaction | null): string => {
  if (oldest === null) return 'none'
  const { pid, role, application, state, ageSeconds, waitsFor, query } = oldest
  const wait = waitsFor === null ? '' : `, waits for ${waitsFor}`
  return `${span(ageSeconds)}, pid ${pid}, ${role ?? 'somebody'} (${application || 'no name'}), ${state ?? 'unknown'}${wait}: ${query}`
}

function describeOverview(status: DatabaseStatus): string {
  const { migrations, overview, fenceAgeSeconds, oldestTransaction } = status
  const fence =
    fenceAgeSeconds === null
      ? 'nothing keeps events back'
      : `events are kept back since ${span(fenceAgeSeconds)}`
  const unseen = overview.seesEverySession
    ? ''
    : ' (of the sessions of other roles little is seen: grant pg_monitor to this one)'
  const lines: readonly (readonly [string, string])[] = [
    ['database', `${overview.database} on PostgreSQL ${overview.server}, ${size(overview.sizeBytes)}`],
    ['migrations', describeMigrations(migrations)],
    [
      'connections',
      `${overview.connections} of ${overview.maxConnections} (${percent(overview.connections, overview.maxConnections)}), ${overview.connectionsHere} to this database`,
    ],
    ['oldest transaction', `${describeTransaction(oldestTransaction)}${unseen}`],
    ['event fence', fence],
    [
      'xid age',
      `${whole(overview.xidAge)}, multixacts ${whole(overview.multixactAge)}; freezing is forced at ${whole(overview.freezeAge)} (${percent(overview.xidAge, overview.freezeAge)})`,
    ],
    ['replication', describeReplication(status)],
  ]
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n')
}

const describeReplica = ({ name, state, mode, lagBytes, lagSeconds }: Replica): string =>
  `${name || 'no name'} ${state} (${mode}), ${lagBytes === null ? 'unknown' : size(lagBytes)} behind${lagSeconds === null ? '' : `, ${span(lagSeconds)}`}`

function describeReplication({ overview, replicas }: DatabaseStatus): string {
  const parts = replicas.map(describeReplica)
  if (overview.isReplica) {
    const lag = overview.replicaLagSeconds
    parts.unshift(
      `this is a replica${lag === null ? '' : `, ${span(lag)} since the last transaction it has played`}`,
    )
  }
  return parts.length === 0 ? 'none' : parts.join('; ')
}

const tableRow = (table: TableStatus): readonly string[] => [
  table.name,
  table.rowEstimate < 0 ? 'unknown' : whole(table.rowEstimate),
  size(table.tableBytes),
  size(table.indexBytes),
  whole(table.deadRows),
  percent(table.deadRows, table.liveRows + table.deadRows),
  moment(table.vacuumedAt),
  moment(table.analyzedAt),
]

const TABLE_HEADING = ['table', 'rows', 'size', 'indexes', 'dead', 'of all', 'vacuumed', 'analyzed']

const indexRow = (index: IndexStatus): readonly string[] => [
  index.name,
  index.table,
  size(index.bytes),
  whole(index.scans),
  ...[index.isValid ? (index.isRule ? 'keeps a rule' : '') : 'invalid'],
]

function describeIndexes({ indexes, overview }: DatabaseStatus): string {
  const idle = indexes.filter(({ scans, isRule }) => scans === 0 && !isRule)
  const since = overview.isReset
    ? `since the statistics were set back at ${moment(overview.statisticsSince)}`
    : `since the statistics began; the server started at ${moment(overview.statisticsSince)}`
  const sizes = layOut(['index', 'table', 'size', 'scans', ''], indexes.map(indexRow))
  const names =
    idle.length === 0 ? 'none' : idle.map(({ name, bytes }) => `${name} (${size(bytes)})`).join(', ')
  return `${sizes}\n\nIndexes that were never read ${since}, without those that keep a rule: ${names}.`
}

/** How a database is, in tables for people. */
export function describeStatus(status: DatabaseStatus): string {
  const tables = layOut(TABLE_HEADING, status.tables.map(tableRow))
  const note =
    'Rows and dead rows are estimates of PostgreSQL; what is dead is the bloat that the next vacuum can reuse.'
  return [describeOverview(status), tables, note, describeIndexes(status)].join('\n\n')
}
