import type { Column, Sequence } from '../schema-dump/reading.ts'
import { type Repair, STEPS } from './finding.ts'

/** Lets a sequence go on after the highest number of a column. */
export const continueAfter = (sequence: string, table: string, column: string): string =>
  `select setval('${sequence.replaceAll("'", "''")}', coalesce(max(${column}), 1), max(${column}) is not null) from ${table}`

/** Makes a column number its rows again, from where it was. */
export function restoreIdentity(
  table: string,
  wanted: Column,
  there: Column,
  sequence: Sequence | undefined,
): Repair | null {
  if (sequence === undefined) return null
  const name = `${sequence.schema}.${sequence.name}`
  const parameters = sequence.definition.replace(/^as \S+ /, '')
  const column = `alter table ${table} alter column ${wanted.name}`
  return {
    step: STEPS.column,
    statements: [
      ...(there.default === null ? [] : [`${column} drop default`]),
      ...(there.isRequired ? [] : [`${column} set not null`]),
      `${column} add generated ${wanted.identity} as identity (sequence name ${name} ${parameters})`,
      continueAfter(name, table, wanted.name),
    ],
  }
}

/** A value without a zone means another instant in every zone. */
const TEMPORAL = /^(timestamp|time|date|interval|tsrange|tstzrange|daterange)/

/**
 * Changes the type of a column back, unless a value would come back from it as another one. Null where a cast has to know
 * more than the value.
 */
export function changeType(table: string, wanted: Column, there: Column): Repair | null {
  const isAboutTime = TEMPORAL.test(wanted.type) || TEMPORAL.test(there.type)
  if ((isAboutTime && wanted.type !== there.type) || wanted.generated !== null || there.generated !== null) {
    return null
  }
  const { name } = wanted
  const collation = wanted.collation === null ? '' : ` collate ${wanted.collation}`
  const changes = [
    ...(there.default === null ? [] : [`alter column ${name} drop default`]),
    `alter column ${name} type ${wanted.type}${collation} using ${name}::${wanted.type}`,
    ...(wanted.default === null ? [] : [`alter column ${name} set default ${wanted.default}`]),
  ]
  return {
    step: STEPS.type,
    statements: [
      `lock table ${table} in access exclusive mode`,
      `alter table ${table} ${changes.join(', ')}`,
    ],
    losses: `select count(*)::integer as count from ${table} where (${name}::${wanted.type})::${there.type} is distinct from ${name}`,
  }
}
