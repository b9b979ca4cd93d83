import { readFile } from 'node:fs/promises'
import type { SchemaReading } from '../schema-dump/reading.ts'

const file = new URL('../../../migrations/schema.json', import.meta.url)

/** The schema that the migrations of this version make, as `npm run golden` has read it. */
export async function readExpectedSchema(): Promise<SchemaReading> {
  return JSON.parse(await readFile(file, 'utf8'))
}
