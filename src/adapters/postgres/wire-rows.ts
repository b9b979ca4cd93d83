import type { Statement } from './pipeline.ts'

/** How a value that the pipeline gives as text becomes what slonik would have given. */
const readers = {
  text: (value: string) => value,
  integer: Number,
  bigint: BigInt,
  numeric: Number,
  /** The statement asks for it in milliseconds since 1970. */
  instant: Number,
  json: (value: string): unknown => JSON.parse(value),
} as const satisfies Record<string, (value: string) => unknown>

/** The columns of a table, each with its kind. */
export type WireColumns = Readonly<Record<string, keyof typeof readers>>

/** The list to select: the pipeline has no parsers of its own, and an instant is told apart by no text of PostgreSQL. */
const selectList = (table: string, columns: WireColumns) =>
  Object.entries(columns)
    .map(([name, kind]) =>
      kind === 'instant' ? `floor(date_part('epoch', ${table}.${name}) * 1000)::bigint` : `${table}.${name}`,
    )
    .join(', ')

/** Reads rows of a table by their keys, over the pipeline. */
export const selectByKeys = (name: string, table: string, key: string, columns: WireColumns): Statement => ({
  name,
  text: `select ${selectList(table, columns)} from ${table} where ${table}.${key} = any ($1::uuid[])`,
})

/** A row of the pipeline as slonik would have given it, for the schema that both share. */
export const rowOf = (columns: WireColumns, values: readonly (string | null)[]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, kind], index) => {
      const value = values[index]
      return [name, value === null || value === undefined ? null : readers[kind](value)]
    }),
  )
