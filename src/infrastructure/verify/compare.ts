import type { SchemaReading, Table } from '../schema-dump/reading.ts'
import { compareFunctions, compareTriggers } from './compare-code.ts'
import { compareColumns } from './compare-columns.ts'
import { compareConstraints } from './compare-constraints.ts'
import { compareIndexes } from './compare-indexes.ts'
import { compareOthers } from './compare-others.ts'
import { compareSequences } from './compare-sequences.ts'
import { type Comparison, type Finding, STEPS, together } from './finding.ts'

const fullName = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  `${schema}.${name}`

/** Extensions and schemas: an extension may live in another schema than where we would have put it. */
function compareSurroundings(expected: SchemaReading, found: SchemaReading): Comparison {
  const extensions = new Set(found.extensions.map(({ name }) => name))
  const schemas = new Set(found.schemas.map(({ name }) => name))
  const ourSchemas = new Set(expected.schemas.map(({ name }) => name))
  const findings = [
    ...expected.extensions
      .filter(({ name }) => !extensions.has(name))
      .map(({ name, schema }): Finding => {
        const repair = {
          step: STEPS.extension,
          statements: [`create extension ${name} with schema ${schema}`],
        }
        const says = 'The extension is missing, and with it every constraint that was made with it.'
        return {
          code: 'extension-missing',
          object: `extension ${name}`,
          says,
          advice: 'Create it again.',
          repair,
        }
      }),
    ...expected.schemas
      .filter(({ name }) => !schemas.has(name))
      .map(({ name }): Finding => {
        const says = 'The schema is missing, with every table in it.'
        const advice = 'Restore the database from a backup.'
        return { code: 'schema-missing', object: `schema ${name}`, says, advice, repair: null }
      }),
  ]
  const notes = found.schemas
    .filter(({ name }) => !ourSchemas.has(name))
    .map(({ name }) => `The schema ${name} is not one of ours.`)
  return { findings, notes }
}

const missingTable = (table: Table): Finding => ({
  code: 'table-missing',
  object: `table ${fullName(table)}`,
  says: 'The table is missing: whatever reads or writes it fails, and what was in it is gone.',
  advice: 'Rename it back if it was renamed, or restore it from a backup: nobody can make up its rows.',
  repair: null,
})

function compareStorage(expected: Table, found: Table): readonly Finding[] {
  const table = fullName(expected)
  const findings: Finding[] = []
  if (found.isUnlogged && !expected.isUnlogged) {
    findings.push({
      code: 'table-unlogged',
      object: `table ${table}`,
      says: 'The table is unlogged: after a crash of the server it is empty, and no replica has it.',
      advice: 'Have it logged again, which writes all of it once.',
      repair: { step: STEPS.type, statements: [`alter table ${table} set logged`] },
    })
  }
  const lost = expected.options.filter((option) => !found.options.includes(option))
  if (lost.length > 0) {
    findings.push({
      code: 'table-options-changed',
      object: `table ${table}`,
      says: `The table has no longer ${lost.join(', ')}: it becomes slower the more it is written.`,
      advice: 'Set it as it was.',
      repair: { step: STEPS.column, statements: [`alter table ${table} set (${lost.join(', ')})`] },
    })
  }
  return findings
}

function compareTables(expected: SchemaReading, found: SchemaReading): Comparison {
  const there = new Map(found.tables.map((table) => [fullName(table), table]))
  const ours = new Set(expected.tables.map(fullName))
  const parts = expected.tables.map((wanted): Comparison => {
    const table = there.get(fullName(wanted))
    if (table === undefined) return { findings: [missingTable(wanted)], notes: [] }
    return together([
      { findings: compareStorage(wanted, table), notes: [] },
      compareColumns(wanted, table, expected.sequences),
      compareConstraints(wanted, table),
    ])
  })
  const notes = [...there.keys()]
    .filter((name) => !ours.has(name))
    .map((name) => `The table ${name} is not one of ours.`)
  return together([...parts, { findings: [], notes }])
}

/**
 * Judges a schema that was found by the one that the migrations make. What is there besides is noted and is no fault, unless it
 * stands for, doubles or stops something of ours. Comments and rights are not compared.
 */
export function compareSchemas(expected: SchemaReading, found: SchemaReading): Comparison {
  return together([
    compareSurroundings(expected, found),
    compareSequences(expected, found),
    compareTables(expected, found),
    compareIndexes(expected, found),
    compareFunctions(expected, found),
    compareTriggers(expected, found),
    compareOthers(expected, found),
  ])
}
