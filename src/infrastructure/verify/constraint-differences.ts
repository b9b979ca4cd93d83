import type { Constraint } from '../schema-dump/reading.ts'
import { aboutConstraint, purposeOf, shapeOf, stepOf } from './constraint-words.ts'
import type { Finding, Repair } from './finding.ts'
import { meaningOfConstraint } from './meanings.ts'

const replaced = (table: string, wanted: Constraint): Repair => ({
  step: stepOf(wanted),
  statements: [
    `alter table ${table} drop constraint ${wanted.name}, add constraint ${wanted.name} ${wanted.definition}`,
  ],
})

function changed(table: string, wanted: Constraint, there: Constraint): Finding {
  const isAction = wanted.kind === 'foreign key' && purposeOf(wanted) === purposeOf(there)
  const subject = isAction ? 'What it does when the other row changes or goes' : `The ${wanted.kind}`
  return {
    ...aboutConstraint(table, wanted, isAction ? 'action-changed' : 'changed'),
    says: `${subject} is not as it was made: it is ${there.definition}, and has to be ${wanted.definition}.`,
    advice: 'Replace it, which works as soon as all rows satisfy the right one.',
    repair: replaced(table, wanted),
  }
}

const notValidated = (table: string, wanted: Constraint): Finding => ({
  ...aboutConstraint(table, wanted, 'not-validated'),
  says: `The ${wanted.kind} holds for new rows alone: those from before it have never been checked.`,
  advice: 'Validate it, which works as soon as all rows satisfy it.',
  repair: {
    step: stepOf(wanted),
    statements: [`alter table ${table} validate constraint ${wanted.name}`],
  },
})

const off = (table: string, wanted: Constraint): Finding => ({
  ...aboutConstraint(table, wanted, 'off'),
  says: `The triggers that enforce it are switched off. ${meaningOfConstraint(wanted)}`,
  advice: 'Make it anew, which works as soon as all rows satisfy it.',
  repair: replaced(table, wanted),
})

const invalid = (table: string, wanted: Constraint): Finding => ({
  ...aboutConstraint(table, wanted, 'invalid'),
  says: `Its index is invalid. ${meaningOfConstraint(wanted)}`,
  advice: 'Build the index anew.',
  repair: {
    step: stepOf(wanted),
    statements: [`reindex index ${table.slice(0, table.lastIndexOf('.'))}.${wanted.name}`],
  },
})

/** What is wrong with a constraint that is there under its name. */
export function constraintDifferences(
  table: string,
  wanted: Constraint,
  there: Constraint,
): readonly Finding[] {
  if (shapeOf(wanted) !== shapeOf(there)) return [changed(table, wanted, there)]
  if (!there.isValidated) return [notValidated(table, wanted)]
  if (there.isEnforced) return []
  return [wanted.kind === 'foreign key' ? off(table, wanted) : invalid(table, wanted)]
}
