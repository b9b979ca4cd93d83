import type { Fix, Verification } from '../verify.ts'
import type { Finding } from './finding.ts'
import type { Outcome } from './repair.ts'

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`

const indent = (text: string, by: string): string => text.replaceAll(/^/gm, by)

const describeFinding = ({ object, says, advice, repair }: Finding, place: number): string => {
  const mend = repair === null ? `By hand: ${advice}` : `With --fix: ${advice}`
  return `${place + 1}. ${object}\n${indent(`${says}\n${mend}`, '   ')}`
}

const describeNotes = (notes: readonly string[]): readonly string[] =>
  notes.length === 0 ? [] : [['Left alone, and no fault:', ...notes.map((note) => `- ${note}`)].join('\n')]

/** A verification in words: one line when all is well, and what is not ours. */
export function describeVerification({ findings, notes, ...found }: Verification): string {
  const where = `${found.database} on PostgreSQL ${found.server}`
  if (findings.length === 0) {
    const healthy = `Healthy: ${where} is as ${count(found.migrations, 'migration')} made it, ${count(found.tables, 'table')} with all that belongs to them, and no row is an orphan.`
    return [healthy, ...describeNotes(notes)].join('\n\n')
  }
  const title = `${where}: ${count(findings.length, 'finding')}`
  return [title, ...findings.map(describeFinding), ...describeNotes(notes)].join('\n\n')
}

/** The statements of a repair, as they are about to run. */
export const describePlan = (planned: readonly Finding[]): string =>
  [
    'begin;',
    ...planned.flatMap(({ repair }) => repair?.statements ?? []).map((statement) => `${statement};`),
    'commit;',
  ].join('\n')

/** What was done, and what was not and why. */
export function describeOutcomes(outcomes: readonly Outcome[]): string {
  const refused = outcomes.filter(({ refusal }) => refusal !== null)
  const done = outcomes.length - refused.length
  const lines = refused.map(
    ({ object, statements, refusal }) =>
      `- ${object}: ${refusal}\n${indent(statements.map((statement) => `${statement};`).join('\n'), '    ')}`,
  )
  const left = lines.length === 0 ? [] : [['Not repaired, and left as it was:', ...lines].join('\n')]
  return [`Repaired: ${count(done, 'finding')}.`, ...left].join('\n\n')
}

const findingDocument = ({ code, object, says, advice, repair }: Finding) => ({
  code,
  object,
  says,
  advice,
  repair: repair?.statements ?? null,
})

/** A verification for programs. */
export const verificationDocument = ({ findings, notes, ...found }: Verification) => ({
  healthy: findings.length === 0,
  ...found,
  findings: findings.map(findingDocument),
  notes,
})

/** A repair for programs: what was found, what was done, what is found now. */
export const fixDocument = ({ before, outcomes, after }: Fix) => ({
  healthy: after.findings.length === 0,
  before: verificationDocument(before),
  repairs: outcomes.map(({ object, statements, refusal }) => ({ object, statements, refusal })),
  after: verificationDocument(after),
})
