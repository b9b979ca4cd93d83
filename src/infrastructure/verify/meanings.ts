import type { Constraint, Index } from '../schema-dump/reading.ts'

/** What is lost without the objects that promises hang on. */
const known: Readonly<Record<string, string>> = {
  claims_no_overlap: 'Without it a slot can be sold twice.',
  claims_never_change: 'Without it a claim can be changed, which searches do not notice.',
  bookings_standing_claimed: 'Without it a booking can stand without a claim, and its slot be sold again.',
  claims_of_standing_kept:
    'Without it a claim can be deleted from under its booking, and the slot be sold again.',
  claims_of_standing_kept_whole: 'Without it a truncation leaves bookings without their claims.',
  users_email_key: 'Without it two accounts can have one address.',
}

const ofConstraints: Readonly<Record<Constraint['kind'], (constraint: Constraint) => string>> = {
  'primary key': () => 'Without it two rows can be the same one.',
  unique: () => 'Without it two rows can have what only one may have.',
  'foreign key': ({ referencedTable }) =>
    `Without it rows can point at rows of ${referencedTable} that are gone.`,
  exclusion: () => 'Without it rows can overlap that must not.',
  check: () => 'Without it rows can be written that the program does not expect.',
  trigger: () => 'Without it what it checks is not checked.',
}

/** What it means when a constraint is not at work. */
export const meaningOfConstraint = (constraint: Constraint): string =>
  known[constraint.name] ?? ofConstraints[constraint.kind](constraint)

/** What it means when an index is not at work. */
export function meaningOfIndex({ name, isUnique }: Index): string {
  const unique = 'Without it two rows can have what only one may have.'
  return known[name] ?? (isUnique ? unique : 'Without it what it is for reads the whole table.')
}

/** What it means when a trigger does not fire. */
export function meaningOfTrigger(name: string): string {
  const noted = 'Without it running nodes are not told of changes and go on with what is not so any more.'
  return known[name] ?? (name.endsWith('_noted') ? noted : 'Without it what it does is not done.')
}
