import type { Constraint, SchemaReading, Table } from '../schema-dump/reading.ts'

/** A question about rows, which answers with the `count` of those that are wrong and some `examples`. */
export interface RowCheck {
  readonly code: string
  readonly object: string
  readonly statement: string
  /** What is wrong and what it means. */
  readonly says: (count: number, examples: string) => string
  readonly advice: string
  /** What puts it right without touching a row; mostly only a person can. */
  readonly repair?: { readonly step: number; readonly statements: readonly string[] }
}

const fullName = ({ schema, name }: Table): string => `${schema}.${name}`

/** How many rows, for a sentence: `1 row`, `3 rows`. */
export const rows = (count: number): string => (count === 1 ? '1 row' : `${count} rows`)

/** Counts the rows of a query that names what identifies them as `example`. */
export const counting = (query: string): string => `
with wrong as materialized (${query})
select
  (select count(*) from wrong)::integer as count,
  array(select distinct example from wrong order by example limit 3) as examples`

const typeOf = (table: Table | undefined, column: string): string | undefined =>
  table?.columns.find(({ name }) => name === column)?.type

function orphanCheck(found: SchemaReading, table: Table, key: Constraint): RowCheck | undefined {
  const child = found.tables.find((there) => fullName(there) === fullName(table))
  const parent = found.tables.find((there) => fullName(there) === key.referencedTable)
  const pairs = (key.columns ?? []).map((column, place) => {
    const other = key.referencedColumns?.[place] ?? ''
    return { column, other, type: typeOf(child, column), otherType: typeOf(parent, other) }
  })
  // A table or a column that is missing is told of by itself.
  if (pairs.some(({ type, otherType }) => type === undefined || otherType === undefined)) return undefined
  const equals = pairs.map(({ column, other, type, otherType }) =>
    type === otherType
      ? `parent.${other} = child.${column}`
      : `parent.${other}::text = child.${column}::text`,
  )
  const columns = pairs.map(({ column }) => column)
  return {
    code: 'orphaned-rows',
    object: `table ${fullName(table)}`,
    statement: counting(`
  select concat_ws(', ', ${columns.map((column) => `child.${column}`).join(', ')}) as example
  from ${fullName(table)} as child
  where ${columns.map((column) => `child.${column} is not null`).join(' and ')}
    and not exists (select from ${key.referencedTable} as parent where ${equals.join(' and ')})`),
    says: (count, examples) =>
      `${rows(count)} of ${fullName(table)} ${count === 1 ? 'points' : 'point'} by ${columns.join(', ')} at rows of ${key.referencedTable} that do not exist (${examples}): the program loses its way there, and ${key.name} cannot be made.`,
    advice: `For each: restore the row of ${key.referencedTable} from a backup, or delete the orphan. Nothing deletes it for you.`,
  }
}

/** One question for each foreign key that there has to be, whether there is one or not. */
export const orphanChecks = (expected: SchemaReading, found: SchemaReading): readonly RowCheck[] =>
  expected.tables.flatMap((table) =>
    table.constraints
      .filter(({ kind }) => kind === 'foreign key')
      .map((key) => orphanCheck(found, table, key))
      .filter((check) => check !== undefined),
  )
