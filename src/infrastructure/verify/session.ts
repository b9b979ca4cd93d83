import { type Client, DatabaseError } from 'pg'
import type { Query } from '../schema-dump/reading.ts'

/**
 * Runs `work` in a transaction of its own that writes nothing, ends soon and reads names as the schema was read: without
 * the search path that somebody gave the database.
 */
export async function readOnly<T>(client: Client, work: (query: Query) => Promise<T>): Promise<T> {
  await client.query('begin transaction isolation level repeatable read, read only')
  try {
    await client.query(
      `select set_config('search_path', 'public', true), set_config('statement_timeout', '0', true),
              set_config('lock_timeout', '10s', true)`,
    )
    return await work(async <Row>(text: string) => (await client.query(text)).rows as Row[])
  } finally {
    await client.query('rollback')
  }
}

/** SQLSTATE classes by which PostgreSQL refuses what was asked of it, rather than failing. */
const REFUSALS = ['0A', '22', '23', '2B', '42']

/** Whether PostgreSQL refused a statement for what it says or for the rows there are. */
export const isRefusal = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && REFUSALS.includes(error.code?.slice(0, 2) ?? '')

/** Hashes and secrets are for nobody's eyes, and PostgreSQL names the rows that stand in the way. */
const SECRET = /hash|secret|token|salt|password/

/** What PostgreSQL said, with the rows that it names. */
export function explainRefusal({ message, detail }: DatabaseError): string {
  const more = detail !== undefined && !SECRET.test(detail) ? ` (${detail})` : ''
  return `${message}${more}`
}
