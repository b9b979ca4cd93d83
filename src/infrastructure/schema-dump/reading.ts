import { comments, extensions, functions, schemas, triggers, uncovered } from './code.ts'
import { indexes, sequences, tables } from './relations.ts'

/** Runs one statement and returns its rows. The session has PostgreSQL's default search path. */
export type Query = <Row>(text: string) => Promise<readonly Row[]>

export interface Column {
  readonly name: string
  readonly type: string
  /** Null for that of the type. */
  readonly collation: string | null
  /** No row is without it. */
  readonly isRequired: boolean
  readonly identity: 'always' | 'by default' | null
  readonly generated: string | null
  readonly default: string | null
}

export interface Constraint {
  readonly name: string
  readonly kind: 'primary key' | 'unique' | 'foreign key' | 'exclusion' | 'check' | 'trigger'
  /** As PostgreSQL tells it, without whether it is validated. */
  readonly definition: string
  readonly isValidated: boolean
  /** What checks it is at work: its index is valid, its triggers are on. */
  readonly isEnforced: boolean
  readonly columns: readonly string[] | null
  readonly referencedTable: string | null
  readonly referencedColumns: readonly string[] | null
}

export interface Table {
  readonly schema: string
  readonly name: string
  readonly isUnlogged: boolean
  readonly options: readonly string[]
  readonly columns: readonly Column[]
  readonly constraints: readonly Constraint[]
}

export interface Sequence {
  readonly schema: string
  readonly name: string
  readonly definition: string
  /** The column that it goes with. */
  readonly owner: string | null
  readonly isIdentity: boolean
}

export interface Index {
  readonly schema: string
  readonly name: string
  /** With its schema. */
  readonly table: string
  readonly definition: string
  readonly isValid: boolean
  readonly isUnique: boolean
}

/** A function with the types of its arguments: `is_day_full(integer,uuid)`. */
export interface Routine {
  readonly name: string
  readonly definition: string
}

export interface Trigger {
  readonly name: string
  /** With its schema. */
  readonly table: string
  readonly definition: string
  readonly state: 'enabled' | 'disabled' | 'replica' | 'always'
}

interface Comment {
  readonly type: string
  readonly identity: string
  readonly description: string
}

/** A database's schema, read from the catalogs. Every name is quoted where SQL needs it to be. */
export interface SchemaReading {
  readonly extensions: readonly { readonly name: string; readonly schema: string }[]
  readonly schemas: readonly { readonly name: string }[]
  readonly sequences: readonly Sequence[]
  readonly tables: readonly Table[]
  readonly indexes: readonly Index[]
  readonly functions: readonly Routine[]
  readonly triggers: readonly Trigger[]
  readonly comments: readonly Comment[]
  /** What is there besides: views, types, policies and the like, by kind and name. */
  readonly others: readonly string[]
}

/**
 * Reads the schema of a database. The same migrations give the same reading on every supported version of PostgreSQL. Rights,
 * the objects of extensions and the migrator's own table are left out, and so is the schema of the queue, which is not ours.
 */
export async function readSchema(query: Query): Promise<SchemaReading> {
  const others = await query<{ name: string }>(uncovered)
  return {
    extensions: await query(extensions),
    schemas: await query(schemas),
    sequences: await query(sequences),
    tables: await query(tables),
    indexes: await query(indexes),
    functions: await query(functions),
    triggers: await query(triggers),
    comments: await query(comments),
    others: others.map(({ name }) => name),
  }
}
