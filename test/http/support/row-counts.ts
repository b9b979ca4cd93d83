import { escapeIdentifier } from 'pg'
import type { TestDatabase } from '../../support/database.ts'

interface Named {
  readonly schema: string
  readonly name: string
}

/** How many rows every table has, by its name. */
export async function countRows(database: TestDatabase): Promise<Readonly<Record<string, number>>> {
  const tables = await database.query<Named>(
    `select schemaname as schema, tablename as name
     from pg_tables
     where schemaname in ('public', 'auth')
     order by schemaname, tablename`,
  )
  const counts = tables.map(
    ({ schema, name }) =>
      `select '${schema}.${name}' as name, count(*)::integer as rows from ${escapeIdentifier(schema)}.${escapeIdentifier(name)}`,
  )
  const rows = await database.query<{ name: string; rows: number }>(counts.join(' union all '))
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]))
}
