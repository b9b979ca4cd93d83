import { type Query, readSchema, type SchemaReading } from './schema-dump/reading.ts'
import { describeSchema } from './schema-dump/text.ts'

/**
 * Reads the schema of a database for a golden file, see `readSchema`.
 *
 * @throws when the database has something that the description would have to pass over, such as a view
 */
export async function readWholeSchema(query: Query): Promise<SchemaReading> {
  const schema = await readSchema(query)
  if (schema.others.length === 0) return schema
  throw new Error(`The dump of the schema does not cover: ${schema.others.join(', ')}`)
}

/**
 * Describes a database's schema in the words of SQL, for people to read and for programs to compare: extensions,
 * schemas, sequences, tables with their columns and constraints, indexes, functions, triggers, comments.
 *
 * @throws as `readWholeSchema` does
 */
export async function dumpSchema(query: Query): Promise<string> {
  const title =
    '-- The schema as the migrations make it, read from the catalogs. Written by `npm run golden`.'
  return `${[title, ...describeSchema(await readWholeSchema(query))].join('\n\n')}\n`
}
