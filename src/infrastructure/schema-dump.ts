import { sections, uncovered } from './schema-dump/sections.ts'

/** Runs one statement and returns its rows. The session has PostgreSQL's default search path. */
export type Query = <Row>(text: string) => Promise<readonly Row[]>

const readEntries = async (query: Query, statement: string): Promise<readonly string[]> => {
  const rows = await query<{ entry: string }>(statement)
  return rows.map(({ entry }) => entry)
}

/**
 * Describes a database's schema in the words of SQL, for people to read and for programs to compare: extensions,
 * schemas, sequences, tables with their columns and constraints, indexes, functions, triggers, comments. The same
 * migrations give the same text on every supported version of PostgreSQL. Rights, the objects of extensions and the
 * migrator's own table are left out, and so is the schema of the queue, which is not ours.
 *
 * @throws when the database has something that the description would have to pass over, such as a view
 */
export async function dumpSchema(query: Query): Promise<string> {
  const unknown = await readEntries(query, uncovered)
  if (unknown.length > 0) throw new Error(`The dump of the schema does not cover: ${unknown.join(', ')}`)
  const parts = [
    '-- The schema as the migrations make it, read from the catalogs. Written by `npm run golden`.',
  ]
  for (const { title, statement } of sections) {
    const entries = await readEntries(query, statement)
    if (entries.length > 0) parts.push(`-- ${title}`, ...entries)
  }
  return `${parts.join('\n\n')}\n`
}
