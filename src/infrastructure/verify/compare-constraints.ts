import type { Constraint, Table } from '../schema-dump/reading.ts'
import { constraintDifferences } from './constraint-differences.ts'
import { aboutConstraint, purposeOf, shapeOf, stepOf } from './constraint-words.ts'
import { type Comparison, type Finding, STEPS, together } from './finding.ts'
import { meaningOfConstraint } from './meanings.ts'
import { reconcile } from './reconcile.ts'

const missing = (table: string, wanted: Constraint): Finding => ({
  ...aboutConstraint(table, wanted, 'missing'),
  says: `The ${wanted.kind} is missing. ${meaningOfConstraint(wanted)}`,
  advice: 'Add it again, which works as soon as all rows satisfy it.',
  repair: {
    step: stepOf(wanted),
    statements: [`alter table ${table} add constraint ${wanted.name} ${wanted.definition}`],
  },
})

const renamed = (table: string, wanted: Constraint, there: Constraint): Finding => ({
  ...aboutConstraint(table, wanted, 'misnamed'),
  says:
    `The ${wanted.kind} is there under the name ${there.name}. It does its work, but refusals are known by their ` +
    'names, and a migration that changes it will not find it.',
  advice: 'Give it its name back.',
  repair: {
    step: stepOf(wanted),
    statements: [
      `alter table ${table} rename constraint ${there.name} to ${wanted.name}`,
      ...(there.isValidated ? [] : [`alter table ${table} validate constraint ${wanted.name}`]),
    ],
  },
})

const duplicated = (table: string, wanted: Constraint, there: Constraint): Finding => {
  const isEqual = wanted.definition === there.definition
  const clash = isEqual ? '' : `, and says otherwise what happens to the rows (${there.definition})`
  return {
    ...aboutConstraint(table, there, 'duplicated'),
    says:
      `It is a second ${wanted.kind} for the same thing as ${wanted.name}${clash}. Every write is checked twice, and ` +
      'tools that expect one stop at two.',
    advice: `Drop it: ${wanted.name} is the one to keep.`,
    repair: {
      step: STEPS.surplus,
      statements: [`alter table ${table} drop constraint ${there.name}`],
      insteadOf: aboutConstraint(table, wanted, 'kept').object,
    },
  }
}

/** A foreign key for the same thing as one of ours is its double, whatever else it says; what else there is may stay. */
function judgeStranger(table: string, expected: readonly Constraint[], stranger: Constraint): Comparison {
  const isTwin = (wanted: Constraint): boolean =>
    wanted.kind === 'foreign key' && purposeOf(wanted) === purposeOf(stranger)
  const twin = stranger.kind === 'foreign key' ? expected.find(isTwin) : undefined
  if (twin !== undefined) return { findings: [duplicated(table, twin, stranger)], notes: [] }
  const note = `The ${stranger.kind} ${stranger.name} on ${table} is not one of ours and may refuse what the program writes.`
  return { findings: [], notes: [note] }
}

/** The constraints of one table, without those that are triggers. */
export function compareConstraints(expected: Table, found: Table): Comparison {
  const table = `${expected.schema}.${expected.name}`
  const isOurs = ({ kind }: Constraint): boolean => kind !== 'trigger'
  const nameOf = ({ name }: Constraint): string => name
  const { both, extra, ...rest } = reconcile(
    expected.constraints.filter(isOurs),
    found.constraints.filter(isOurs),
    { nameOf, shapeOf },
  )
  const findings = [
    ...both.flatMap(([wanted, there]) => constraintDifferences(table, wanted, there)),
    ...rest.missing.map((wanted) => missing(table, wanted)),
    ...rest.renamed.map(([wanted, there]) => renamed(table, wanted, there)),
    ...rest.duplicated.map(([wanted, there]) => duplicated(table, wanted, there)),
  ]
  const strangers = extra.map((stranger) => judgeStranger(table, expected.constraints, stranger))
  return together([{ findings, notes: [] }, ...strangers])
}
