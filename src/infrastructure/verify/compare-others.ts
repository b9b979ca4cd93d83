import type { SchemaReading } from '../schema-dump/reading.ts'
import type { Comparison, Finding } from './finding.ts'

/** What makes a view of a relation, which is told of by itself. */
const OF_A_VIEW = /^rule "_RETURN" on /
const RULE_ON = /^rule .+ on (\S+)$/
const TABLE = /^table (\S+)$/

const ruleAdded = (rule: string): Finding => ({
  code: 'rule-added',
  object: rule,
  says: 'The rule rewrites what is written to a table of ours: rows can be lost or changed without an error.',
  advice: `Unless you know what it is for: drop ${rule}.`,
  repair: null,
})

const tableGuarded = (table: string): Finding => ({
  code: 'table-guarded',
  object: `table ${table}`,
  says: 'Row security is on, or it is a partition of another table: the program may not find rows that are there, and its writes may be refused.',
  advice: `Unless somebody relies on it: alter table ${table} disable row level security.`,
  repair: null,
})

/** Kinds of things that no migration makes: those that change what becomes of our rows are faults, the others are noted. */
export function compareOthers(expected: SchemaReading, found: SchemaReading): Comparison {
  const ours = new Set(expected.tables.map(({ schema, name }) => `${schema}.${name}`))
  const isOurs = (table: string | undefined): table is string => table !== undefined && ours.has(table)
  const findings: Finding[] = []
  const notes: string[] = []
  for (const other of found.others) {
    if (expected.others.includes(other) || OF_A_VIEW.test(other)) continue
    const table = TABLE.exec(other)?.[1]
    if (isOurs(RULE_ON.exec(other)?.[1])) findings.push(ruleAdded(other))
    else if (isOurs(table)) findings.push(tableGuarded(table))
    else notes.push(`The ${other} is not as the migrations made it, or not one of ours.`)
  }
  return { findings, notes }
}
