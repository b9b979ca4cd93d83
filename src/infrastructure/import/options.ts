import { type OldSystemKind, PLANS } from '../../application/moving-in/move-in.ts'
import { currencyDigits } from '../../domain/money.ts'
import { findZone, type Zone } from '../../domain/zone.ts'
import { readArguments, UsageError } from '../commands/command.ts'

export const help = `Moves another system in: its people, services, hours and bookings.

  npm run import -- <kind> <source> [options]

  <kind>                 marketplace, bookings or trainer-booking
  <source>               postgres://user:password@host:port/database of that system; nothing is written to it

  --time-zone <name>     an IANA zone such as Europe/Berlin: of times and people that name none
  --currency <code>      an ISO 4217 currency such as EUR: of prices that name none (trainer-booking)
  --name <name>          what to remember the source by; host:port/database where it is left out
  --dry-run              judge everything, and write nothing
  --report <file>        write a line of JSON for each row that cannot come along or comes along changed
  --batch-size <number>  rows at a time, 1 to 10000 (1000)
  --help                 this text

It is written to the database of DATABASE_URL, which has to be migrated and may be in use; without it, to the embedded
one in DATA_DIR, while no server runs on it. What has moved in is remembered, and passed over when the command is run again,
also after it was cut off. A password need not be part of the source: PGPASSWORD and ~/.pgpass are read. The exit code is
0 when all came along, 3 when something could not, 1 when something went wrong, 2 for a command that cannot be understood.
docs/guides/moving-in.md tells which tables are read and what becomes of them.`

export interface ImportOptions {
  readonly kind: OldSystemKind
  readonly source: string
  readonly zone: Zone | null
  readonly currency: string | null
  readonly name: string | null
  readonly isDryRun: boolean
  readonly reportFile: string | null
  readonly batchSize: number
}

const HINT = 'See npm run import -- --help'
const NAME = 'npm run import'
const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const OPTIONS = {
  ...{ 'time-zone': text, currency: text, name: text, report: text, 'batch-size': text },
  ...{ 'dry-run': flag, help: flag },
} as const

const MOST_OF_NAME = 300
const MOST_AT_ONCE = 10_000

const refuse = (complaint: string): never => {
  throw new UsageError(`${complaint}. ${HINT}`)
}

const read = (args: readonly string[]) => {
  try {
    return readArguments(NAME, { args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const isKind = (kind: string): kind is OldSystemKind => Object.hasOwn(PLANS, kind)

/** What was asked for; null for help. @throws UsageError that names what cannot be understood */
export function readImportOptions(args: readonly string[]): ImportOptions | null {
  const { values, positionals } = read(args)
  if (values.help) return null
  const [kind = '', source = '', ...more] = positionals
  if (!isKind(kind)) return refuse(`<kind> has to be one of ${Object.keys(PLANS).join(', ')}`)
  if (!isPostgresUrl(source)) refuse('<source> has to be a URL such as postgres://user@host:5432/database')
  if (more.length > 0) refuse(`There is one argument too many, '${more[0]}'`)
  return {
    kind,
    source,
    zone: readZone(values['time-zone']),
    currency: readCurrency(values.currency),
    name: readName(values.name),
    isDryRun: values['dry-run'] ?? false,
    reportFile: values.report === '' ? refuse('--report has to name a file') : (values.report ?? null),
    batchSize: readBatchSize(values['batch-size'] ?? '1000'),
  }
}

const isPostgresUrl = (source: string) =>
  URL.canParse(source) && /^postgres(ql)?:$/.test(new URL(source).protocol)

const readZone = (name: string | undefined): Zone | null =>
  name === undefined
    ? null
    : (findZone(name) ?? refuse(`--time-zone ${name} is no IANA time zone such as Europe/Berlin`))

const readCurrency = (code: string | undefined): string | null =>
  code === undefined || currencyDigits(code) !== undefined
    ? (code ?? null)
    : refuse(`--currency ${code} is no ISO 4217 currency such as EUR`)

const readName = (name: string | undefined): string | null =>
  name === undefined || (name.trim() !== '' && name.length <= MOST_OF_NAME && !/\p{Cc}/u.test(name))
    ? (name ?? null)
    : refuse(`--name has to be a line of 1 to ${MOST_OF_NAME} characters`)

const readBatchSize = (given: string): number =>
  /^\d{1,5}$/.test(given) && Number(given) >= 1 && Number(given) <= MOST_AT_ONCE
    ? Number(given)
    : refuse(`--batch-size has to be a whole number from 1 to ${MOST_AT_ONCE}`)

/** What could only be told when the source had been looked into. */
export function requireSurroundings(
  { zone, currency }: ImportOptions,
  source: { readonly needsTimeZone: boolean; readonly needsCurrency: boolean },
): void {
  if (source.needsTimeZone && zone === null) refuse('The source names no time zone: give --time-zone')
  if (source.needsCurrency && currency === null) refuse('The source names no currency: give --currency')
}
