import type { Constraint } from '../schema-dump/reading.ts'
import { type Finding, STEPS } from './finding.ts'

const codes = {
  'foreign key': 'foreign-key',
  'primary key': 'primary-key',
  unique: 'unique-constraint',
  exclusion: 'exclusion-constraint',
  check: 'check',
  trigger: 'constraint-trigger',
} as const

/** What a finding about a constraint is called. */
export const aboutConstraint = (
  table: string,
  { kind, name }: Constraint,
  fault: string,
): Pick<Finding, 'code' | 'object'> => ({
  code: `${codes[kind]}-${fault}`,
  object: `constraint ${name} on ${table}`,
})

/** Foreign keys need the keys that they point at. */
export const stepOf = ({ kind }: Constraint): number =>
  kind === 'foreign key' ? STEPS.foreignKey : kind === 'check' ? STEPS.check : STEPS.key

/** All of a constraint but its name. */
export const shapeOf = ({ kind, definition }: Constraint): string => `${kind} ${definition}`

/** What a foreign key is for, whatever it does when the other row changes. */
export const purposeOf = ({ columns, referencedTable, referencedColumns }: Constraint): string =>
  JSON.stringify([columns, referencedTable, referencedColumns])
