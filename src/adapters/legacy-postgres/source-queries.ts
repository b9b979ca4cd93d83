import type { OldTable, OldTables } from '../../application/ports/old-system.ts'
import type { FoundTable } from './shape.ts'

/** How rows of one kind are read. */
export interface SourceQuery {
  /** A select without order; its columns are those of the rows, as text. */
  readonly select: string
  readonly order: string
  /** Where its rows have integers for ids, the table and the column of those. */
  readonly numbers?: { readonly table: string; readonly column: string }
}

/** What is known of a source before anything is read. */
export interface SourceQueries {
  readonly queries: Partial<Readonly<Record<OldTable, SourceQuery>>>
  /** Whether there are times without a zone, or people who name none. */
  readonly needsTimeZone: boolean
  /** Whether there are prices without a currency. */
  readonly needsCurrency: boolean
}

/** Columns by the fields of the row they make. */
export const columns = <Table extends OldTable>(
  _table: Table,
  values: Readonly<Record<keyof OldTables[Table], string>>,
): string =>
  Object.entries<string>(values)
    .map(([field, value]) => `${value} as "${field}"`)
    .join(',\n  ')

/** A table that has to be there. */
export function present<Column extends string>(
  table: FoundTable<Column> | null,
  names: readonly string[],
  complaints: string[],
): FoundTable<Column> | null {
  if (!table) complaints.push(`There is no table ${names.join(' or ')}`)
  return table
}

/** The order of those made earlier before those made later, as far as it is known. */
export const earliestFirst = (table: FoundTable<'createdAt' | 'id'>, alias: string): string =>
  [...(table.has('createdAt') ? [`${table.value(alias, 'createdAt')} nulls last`] : []), `${alias}.id`].join(
    ', ',
  )
