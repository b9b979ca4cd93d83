import type { SchemaReading, Sequence } from '../schema-dump/reading.ts'
import { continueAfter } from './column-repairs.ts'
import { type Comparison, type Finding, STEPS } from './finding.ts'

const fullName = ({ schema, name }: Sequence): string => `${schema}.${name}`

/** The table and the column of an owner such as `public.claims.session`. */
export function ownedColumn(owner: string): { readonly table: string; readonly column: string } {
  const dot = owner.lastIndexOf('.')
  return { table: owner.slice(0, dot), column: owner.slice(dot + 1) }
}

const tell = (
  wanted: Sequence,
  code: string,
  says: string,
  advice: string,
  statements: string[],
): Finding => ({
  code,
  object: `sequence ${fullName(wanted)}`,
  says,
  advice,
  repair: { step: STEPS.sequence, statements },
})

function missing(wanted: Sequence): Finding {
  const name = fullName(wanted)
  const statements = [`create sequence ${name} ${wanted.definition}`]
  if (wanted.owner !== null) {
    const { table, column } = ownedColumn(wanted.owner)
    statements.push(`alter sequence ${name} owned by ${wanted.owner}`, continueAfter(name, table, column))
  }
  const says = 'The sequence is missing: every row that takes its number from it is refused.'
  return tell(
    wanted,
    'sequence-missing',
    says,
    'Create it again, to go on after the highest number there is.',
    statements,
  )
}

const renamed = (wanted: Sequence, there: Sequence): Finding => {
  const says = `The sequence is there under the name ${there.name}: a migration that changes it will not find it.`
  const statement = `alter sequence ${fullName(there)} rename to ${wanted.name}`
  return tell(wanted, 'sequence-misnamed', says, 'Give it its name back.', [statement])
}

function differences(wanted: Sequence, there: Sequence): readonly Finding[] {
  const name = fullName(wanted)
  const statements: string[] = []
  if (wanted.definition !== there.definition) {
    const cycle = wanted.definition.endsWith(' cycle') ? '' : ' no cycle'
    statements.push(`alter sequence ${name} ${wanted.definition}${cycle}`)
  }
  if (wanted.owner !== there.owner && !wanted.isIdentity) {
    statements.push(`alter sequence ${name} owned by ${wanted.owner ?? 'none'}`)
  }
  if (statements.length === 0) return []
  const says = `The sequence is not as it was made (${there.definition}, owned by ${there.owner ?? 'nothing'}): numbers may run out, come twice, or end with another table.`
  return [tell(wanted, 'sequence-changed', says, 'Set it as it was; it goes on where it is.', statements)]
}

/** The sequences; one of an identity comes and goes with its column, which is told of there. */
export function compareSequences(expected: SchemaReading, found: SchemaReading): Comparison {
  const tables = new Set(found.tables.map(({ schema, name }) => `${schema}.${name}`))
  const isLost = ({ owner }: Sequence): boolean => owner !== null && !tables.has(ownedColumn(owner).table)
  const there = new Map(found.sequences.map((sequence) => [fullName(sequence), sequence]))
  const used = new Set<Sequence>()
  const findings = expected.sequences.flatMap((wanted) => {
    const same = there.get(fullName(wanted))
    if (same !== undefined) {
      used.add(same)
      return differences(wanted, same)
    }
    const alike = found.sequences.find(
      ({ owner, isIdentity }) => owner !== null && owner === wanted.owner && isIdentity === wanted.isIdentity,
    )
    if (alike !== undefined) {
      used.add(alike)
      return [renamed(wanted, alike)]
    }
    return wanted.isIdentity || isLost(wanted) ? [] : [missing(wanted)]
  })
  const strangers = found.sequences.filter((sequence) => !used.has(sequence))
  return {
    findings,
    notes: strangers.map((sequence) => `The sequence ${fullName(sequence)} is not one of ours.`),
  }
}
