import type { Client } from 'pg'

/** What a value can be read as, by the types that it may have there. */
const TYPES = {
  uuid: /^uuid$/,
  integer: /^(smallint|integer|bigint)$/,
  number: /^(smallint|integer|bigint|numeric|real|double precision)$/,
  text: /^(text|character varying|character|citext|enum)$/,
  roles: /^(text|character varying|character|citext|enum|.*\[\])$/,
  boolean: /^boolean$/,
  timestamp: /^timestamp with(out)? time zone$/,
  date: /^date$/,
  time: /^time without time zone$/,
  json: /^jsonb?$/,
  list: /^(jsonb?|(text|character varying)\[\])$/,
} as const

export interface ColumnShape {
  /** By any of these names; the first that is there counts. */
  readonly names: readonly string[]
  readonly type: keyof typeof TYPES
  /** Whether nothing can be read without it. */
  readonly isNeeded: boolean
}

export interface TableShape<Column extends string = string> {
  /** By any of these names; the first that is there counts. */
  readonly names: readonly string[]
  readonly columns: Readonly<Record<Column, ColumnShape>>
}

export type ColumnOf<Shape extends TableShape> = Extract<keyof Shape['columns'], string>

export const needed = (type: ColumnShape['type'], ...names: string[]): ColumnShape => ({
  names,
  type,
  isNeeded: true,
})

export const optional = (type: ColumnShape['type'], ...names: string[]): ColumnShape => ({
  names,
  type,
  isNeeded: false,
})

/** A table that was found, and how its columns are written in a query. */
export interface FoundTable<Column extends string = string> {
  readonly name: string
  has(column: Column): boolean
  /** The value under an alias of the table; null where there is no such column. */
  value(alias: string, column: Column): string
  /** The value as the text that rows are made of. */
  text(alias: string, column: Column): string
  /** Whether times are written without saying in which zone. */
  readonly hasWallTimes: boolean
}

interface FoundColumn {
  readonly name: string
  readonly type: string
}

const findColumns = async (client: Client, table: string): Promise<readonly FoundColumn[]> => {
  const { rows } = await client.query<FoundColumn>(
    `select attname as name, case when typtype = 'e' then 'enum' else format_type(atttypid, null) end as type
     from pg_attribute
     join pg_type on pg_type.oid = atttypid
     where attrelid = to_regclass($1)
       and attnum > 0
       and not attisdropped`,
    [table],
  )
  return rows
}

/** The first of its names under which there is a table; what is missing of it is added to `complaints`. */
export async function findTable<Column extends string>(
  client: Client,
  shape: TableShape<Column>,
  complaints: string[],
): Promise<FoundTable<Column> | null> {
  for (const name of shape.names) {
    const columns = await findColumns(client, name)
    if (columns.length > 0) return describe(name, shape, columns, complaints)
  }
  return null
}

function describe<Column extends string>(
  table: string,
  shape: TableShape<Column>,
  columns: readonly FoundColumn[],
  complaints: string[],
): FoundTable<Column> {
  const found = new Map<Column, FoundColumn>()
  for (const [field, { names, type, isNeeded }] of Object.entries(shape.columns) as [Column, ColumnShape][]) {
    const column = names.flatMap((name) => columns.filter((one) => one.name === name))[0]
    if (column && TYPES[type].test(column.type)) found.set(field, column)
    else if (column)
      complaints.push(`${table}.${column.name} is ${column.type}, which is not read as ${type}`)
    else if (isNeeded) complaints.push(`${table} has no column ${names.join(' or ')}`)
  }
  const value = (alias: string, field: Column) => {
    const column = found.get(field)
    return column ? `${alias}."${column.name.replaceAll('"', '""')}"` : 'null'
  }
  return {
    name: table,
    has: (field) => found.has(field),
    value,
    text: (alias, field) =>
      found.has(field) && shape.columns[field].type === 'list'
        ? `to_jsonb(${value(alias, field)})::text`
        : `${value(alias, field)}::text`,
    hasWallTimes: [...found.values()].some(({ type }) => type === 'timestamp without time zone'),
  }
}
