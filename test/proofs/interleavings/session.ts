import pg from 'pg'
import { postgresBookingLedger } from '../../../src/adapters/postgres/booking-ledger.ts'
import type { PostgresDatabase } from '../../../src/adapters/postgres/database.ts'
import { postgresHoldLedger } from '../../../src/adapters/postgres/hold-ledger.ts'
import type { Pipeline } from '../../../src/adapters/postgres/pipeline.ts'
import { postgresReminderLedger } from '../../../src/adapters/postgres/reminder-ledger.ts'
import type { BookingLedger } from '../../../src/application/ports/booking-ledger.ts'
import type { HoldLedger } from '../../../src/application/ports/hold-ledger.ts'
import type { ReminderLedger } from '../../../src/application/ports/reminder-ledger.ts'
import { type Point, SESSION_SETTINGS } from './equipment.ts'

/** The real ledgers on one connection, whose transactions the test begins and ends. */
export interface Session extends AsyncDisposable {
  readonly pid: number
  readonly ledger: BookingLedger
  readonly holds: HoldLedger
  readonly reminders: ReminderLedger
  /** Begins a transaction that stops at a point, if at any. */
  begin(pause: Point | null): Promise<void>
  end(how: 'commit' | 'rollback'): Promise<void>
}

/** Longer than any wait that ends by itself. */
const PATIENCE_MILLISECONDS = 10_000

const asText = { getTypeParser: () => (value: string) => value }

/**
 * A statement is a transaction of its own, as it is everywhere; only the last one stays open until the test ends it. What
 * needs one has the ones before committed.
 */
export async function openSession(url: string): Promise<Session> {
  const settings = `${SESSION_SETTINGS} -c lock_timeout=${PATIENCE_MILLISECONDS}`
  const client = new pg.Client({ connectionString: url, options: settings })
  await client.connect()
  let executed = 0
  const pipeline: Pick<Pipeline, 'execute'> = {
    async execute(statement, values) {
      if (executed++ > 0) await client.query('commit; begin')
      const { name, text } = statement
      const query = { name, text, values: [...values], rowMode: 'array' as const, types: asText }
      return (await client.query(query)).rows
    },
  }
  const database = { pipeline } as unknown as PostgresDatabase
  const { rows } = await client.query('select pg_backend_pid() as pid')
  return {
    pid: rows[0].pid,
    ledger: postgresBookingLedger(database),
    holds: postgresHoldLedger(database),
    reminders: postgresReminderLedger(database),
    async begin(pause) {
      executed = 0
      await client.query(`begin; set local equipment.pause = '${pause ?? ''}'`)
    },
    end: async (how) => void (await client.query(how)),
    [Symbol.asyncDispose]: () => client.end(),
  }
}
