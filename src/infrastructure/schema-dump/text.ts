import type { Column, Constraint, SchemaReading, Sequence, Table } from './reading.ts'

/** A column as it is declared: `price numeric(18,4) not null`. */
export function describeColumn({ name, type, collation, isRequired, ...rest }: Column): string {
  const { identity, generated, default: fallback } = rest
  return [
    `${name} ${type}`,
    collation === null ? '' : ` collate ${collation}`,
    isRequired ? ' not null' : '',
    identity === null ? '' : ` generated ${identity} as identity`,
    generated === null ? '' : ` generated always as ${generated}`,
    fallback === null ? '' : ` default ${fallback}`,
  ].join('')
}

const describeConstraint = ({ name, definition, isValidated }: Constraint): string =>
  `constraint ${name} ${definition}${isValidated || definition.endsWith('NOT ENFORCED') ? '' : ' NOT VALID'}`

/** A table as it is created, without its indexes. */
export function describeTable({ schema, name, isUnlogged, options, columns, constraints }: Table): string {
  const lines = [...columns.map(describeColumn), ...constraints.map(describeConstraint)]
  const storage = options.length === 0 ? '' : ` with (${options.join(', ')})`
  return `create${isUnlogged ? ' unlogged' : ''} table ${schema}.${name} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)${storage};`
}

const describeSequence = ({ schema, name, definition, owner, isIdentity }: Sequence): string => {
  const bond = owner === null ? '' : ` ${isIdentity ? 'identity of' : 'owned by'} ${owner}`
  return `create sequence ${schema}.${name} ${definition}${bond};`
}

const quote = (text: string): string => {
  const doubled = text.replaceAll("'", "''")
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}

/** The schema in the words of SQL, a part for each kind of object that there is. */
export function describeSchema(schema: SchemaReading): readonly string[] {
  const parts: Readonly<Record<string, readonly string[]>> = {
    extensions: schema.extensions.map(
      (found) => `create extension ${found.name} with schema ${found.schema};`,
    ),
    schemas: schema.schemas.map(({ name }) => `create schema ${name};`),
    sequences: schema.sequences.map(describeSequence),
    tables: schema.tables.map(describeTable),
    indexes: schema.indexes.map(({ definition }) => `${definition};`),
    functions: schema.functions.map(({ definition }) => `${definition};`),
    triggers: schema.triggers.map(({ definition }) => `${definition};`),
    comments: schema.comments.map(
      ({ type, identity, description }) => `comment on ${type} ${identity} is ${quote(description)};`,
    ),
  }
  return Object.entries(parts).flatMap(([title, texts]) =>
    texts.length === 0 ? [] : [`-- ${title}`, ...texts],
  )
}
