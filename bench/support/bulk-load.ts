import type { Client } from 'pg'
import { dumpSchema } from '../../src/infrastructure/schema-dump.ts'

interface Definition {
  readonly drop: string
  readonly create: string
}

/**
 * Foreign keys go first and come last. What a constraint's index does is the constraint's own; the checks stay,
 * because they cost the same sooner or later.
 */
const constraintsOf = `
  select
    format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
    format(
      'alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)
    ) as create
  from pg_constraint
  where contype in ('f', 'p', 'u', 'x')
    and ($1::regclass in (conrelid, confrelid))
  order by contype = 'f' desc, conname
`

const indexesOf = `
  select format('drop index %s', indexrelid::regclass) as drop, pg_get_indexdef(indexrelid) as create
  from pg_index
  where indrelid = $1::regclass
    and not exists (select from pg_constraint where conindid = indexrelid)
  order by indexrelid::regclass::text
`

const read = async (client: Client, statement: string, table: string) =>
  (await client.query<Definition>(statement, [table])).rows

const schemaOf = (client: Client) =>
  dumpSchema(async <Row>(text: string) => (await client.query(text)).rows as Row[])

/**
 * Fills a table without its indexes, keys and triggers, and brings them back: several times as fast for millions of rows, and
 * a trigger that looks for its row would search the whole table for each.
 *
 * @throws when the schema afterwards is not what it was
 */
export async function withoutIndexes(
  client: Client,
  table: string,
  load: () => Promise<void>,
  step: (text: string) => void,
): Promise<void> {
  const before = await schemaOf(client)
  const constraints = await read(client, constraintsOf, table)
  const indexes = await read(client, indexesOf, table)
  for (const { drop } of [...constraints, ...indexes]) await client.query(drop)
  await client.query(`alter table ${table} disable trigger user`)
  await load()
  await client.query(`alter table ${table} enable trigger user`)
  await client.query(`set maintenance_work_mem = '512MB'`)
  for (const { create } of [...indexes, ...constraints.toReversed()]) {
    step(create)
    await client.query(create)
  }
  await client.query('reset maintenance_work_mem')
  if ((await schemaOf(client)) !== before) throw new Error(`Filling ${table} has changed its schema`)
}
