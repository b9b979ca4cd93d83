import type { Index, SchemaReading } from '../schema-dump/reading.ts'
import { type Comparison, type Finding, STEPS } from './finding.ts'
import { meaningOfIndex } from './meanings.ts'
import { reconcile } from './reconcile.ts'

const fullName = ({ schema, name }: Index): string => `${schema}.${name}`
const shapeOf = ({ definition, name }: Index): string =>
  definition.replace(` INDEX ${name} ON `, ' INDEX ON ')
const objectOf = (index: Index): string => `index ${fullName(index)} on ${index.table}`

const missing = (wanted: Index): Finding => ({
  code: 'index-missing',
  object: objectOf(wanted),
  says: `The index is missing. ${meaningOfIndex(wanted)}`,
  advice: 'Create it again.',
  repair: { step: STEPS.index, statements: [wanted.definition] },
})

const renamed = (wanted: Index, there: Index): Finding => ({
  code: 'index-misnamed',
  object: objectOf(wanted),
  says: `The index is there under the name ${there.name}: a migration that changes it will not find it.`,
  advice: 'Give it its name back.',
  repair: {
    step: STEPS.index,
    statements: [
      `alter index ${fullName(there)} rename to ${wanted.name}`,
      ...(there.isValid ? [] : [`reindex index ${fullName(wanted)}`]),
    ],
  },
})

const duplicated = (twin: string, twinObject: string, there: Index): Finding => ({
  code: 'index-duplicated',
  object: objectOf(there),
  says: `It is the same as ${twin}${there.isValid ? '' : ', and invalid'}: every write pays for it, and no read needs it.`,
  advice: `Drop it: ${twin} is the one to keep.`,
  repair: {
    step: STEPS.surplus,
    statements: [`drop index ${fullName(there)}`],
    insteadOf: twinObject,
  },
})

function differences(wanted: Index, there: Index): readonly Finding[] {
  const about = { object: objectOf(wanted) }
  if (wanted.definition !== there.definition) {
    return [
      {
        ...about,
        code: 'index-changed',
        says: `The index is not as it was made: it is ${there.definition}. ${meaningOfIndex(wanted)}`,
        advice: `Create it anew as ${wanted.definition}.`,
        repair: { step: STEPS.index, statements: [`drop index ${fullName(there)}`, wanted.definition] },
      },
    ]
  }
  if (there.isValid) return []
  return [
    {
      ...about,
      code: 'index-invalid',
      says: `The index is invalid, such as after a creation that failed: writes pay for it and reads cannot use it. ${meaningOfIndex(wanted)}`,
      advice: 'Build it anew.',
      repair: { step: STEPS.index, statements: [`reindex index ${fullName(wanted)}`] },
    },
  ]
}

/** The indexes that come with primary keys and unique constraints, as if they had been created by themselves. */
const ofConstraints = ({ tables }: SchemaReading): ReadonlyMap<string, { name: string; object: string }> =>
  new Map(
    tables.flatMap(({ schema, name: table, constraints }) =>
      constraints
        .filter(({ kind }) => kind === 'primary key' || kind === 'unique')
        .map(({ name, columns }) => [
          `CREATE UNIQUE INDEX ON ${schema}.${table} USING btree (${columns?.join(', ')})`,
          { name, object: `constraint ${name} on ${schema}.${table}` },
        ]),
    ),
  )

const noteOf = (there: Index): string => {
  if (!there.isValid) {
    return `The index ${fullName(there)} is not one of ours and invalid: unless it is being created just now, drop it.`
  }
  const effect = there.isUnique ? 'and may refuse what the program writes' : 'and every write pays for it'
  return `The index ${fullName(there)} is not one of ours ${effect}.`
}

/** The indexes of the tables that are there. */
export function compareIndexes(expected: SchemaReading, found: SchemaReading): Comparison {
  const tables = new Set(found.tables.map(({ schema, name }) => `${schema}.${name}`))
  const ourTables = new Set(expected.tables.map(({ schema, name }) => `${schema}.${name}`))
  const { both, ...rest } = reconcile(
    expected.indexes.filter(({ table }) => tables.has(table)),
    found.indexes.filter(({ table }) => ourTables.has(table)),
    { nameOf: fullName, shapeOf },
  )
  const twins = ofConstraints(expected)
  const extra = rest.extra.map((there) => ({ there, twin: twins.get(shapeOf(there)) }))
  return {
    findings: [
      ...both.flatMap(([wanted, there]) => differences(wanted, there)),
      ...rest.missing.map(missing),
      ...rest.renamed.map(([wanted, there]) => renamed(wanted, there)),
      ...rest.duplicated.map(([wanted, there]) => duplicated(fullName(wanted), objectOf(wanted), there)),
      ...extra.flatMap(({ there, twin }) => (twin ? [duplicated(twin.name, twin.object, there)] : [])),
    ],
    notes: extra.flatMap(({ there, twin }) => (twin ? [] : [noteOf(there)])),
  }
}
