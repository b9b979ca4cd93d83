import { Client } from 'pg'
import type { OldSystem, OldTable, OldTables } from '../../application/ports/old-system.ts'
import { bookingsQueries } from './bookings.ts'
import { marketplaceQueries } from './marketplace.ts'
import type { SourceQueries } from './source-queries.ts'
import { trainerBookingQueries } from './trainer-booking.ts'

const KINDS = {
  marketplace: marketplaceQueries,
  bookings: bookingsQueries,
  'trainer-booking': trainerBookingQueries,
} as const

/** The database of another system, opened, with what has to be said besides to understand it. */
export interface OpenedSystem extends OldSystem, AsyncDisposable {
  readonly needsTimeZone: boolean
  readonly needsCurrency: boolean
  /** Where it is, without who reads it. */
  readonly address: string
}

const CONNECT_MILLISECONDS = 10_000
/** An id beyond this is no number that is kept. */
const HIGHEST_NUMBER = 1_000_000_000

/**
 * Opens the database of another system to read it as it is at this moment, however long that takes.
 *
 * @throws when it cannot be reached, or when a table or column is missing; the message names all of them
 */
export async function openOldSystem(url: string, kind: keyof typeof KINDS): Promise<OpenedSystem> {
  const client = new Client({
    connectionString: url,
    application_name: 'slotwright-import',
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
  })
  client.on('error', () => undefined)
  await client.connect().catch((cause: unknown) => {
    throw new Error(`The source cannot be reached at ${client.host}:${client.port}: ${said(cause)}`, {
      cause,
    })
  })
  try {
    // How values are written as text, and that neither the server nor a mistake of ours gets in the way.
    await client.query(`set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
      set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`)
    await client.query('begin transaction isolation level repeatable read read only')
    const complaints: string[] = []
    const found = await KINDS[kind](client, complaints)
    if (!found || complaints.length > 0) {
      const lines = complaints.map((complaint) => `  ${complaint}`).join('\n')
      throw new Error(`The source is no ${kind} system that can be read. Nothing was written.\n${lines}`)
    }
    const address = `${client.host}:${client.port}/${client.database}`
    return { ...reading(client, found), address, [Symbol.asyncDispose]: () => client.end() }
  } catch (error) {
    await client.end()
    throw error
  }
}

/** A host with several addresses fails once for each. */
function said(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(said).join('; ')
  return error instanceof Error ? error.message : String(error)
}

function reading(client: Client, { queries, needsTimeZone, needsCurrency }: SourceQueries) {
  return {
    needsTimeZone,
    needsCurrency,

    async count(table: OldTable) {
      const query = queries[table]
      if (!query) return 0
      const { rows } = await client.query(`select count(*)::float8 as count from (${query.select}) counted`)
      return Number(rows[0]?.count)
    },

    async *rows<Table extends OldTable>(table: Table, most: number) {
      const query = queries[table]
      if (!query) return
      await client.query(`declare reading no scroll cursor for ${query.select} order by ${query.order}`)
      for (;;) {
        const { rows } = await client.query<OldTables[Table] & object>(`fetch ${most} from reading`)
        if (rows.length > 0) yield rows
        if (rows.length < most) break
      }
      await client.query('close reading')
    },

    async highestNumber(table: OldTable) {
      const numbers = queries[table]?.numbers
      if (!numbers) return 0
      const { rows } = await client.query(
        `select coalesce(max(${numbers.column}), 0)::float8 as highest from ${numbers.table}
         where ${numbers.column} between 1 and ${HIGHEST_NUMBER}`,
      )
      return Number(rows[0]?.highest)
    },
  }
}
