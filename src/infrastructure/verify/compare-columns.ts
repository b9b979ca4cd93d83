import type { Column, Sequence, Table } from '../schema-dump/reading.ts'
import { changeType, restoreIdentity } from './column-repairs.ts'
import { type Comparison, type Finding, STEPS } from './finding.ts'

interface Place {
  readonly table: string
  readonly wanted: Column
  readonly there: Column
}

const alter = ({ table, wanted }: Place, change: string): Finding['repair'] => ({
  step: STEPS.column,
  statements: [`alter table ${table} alter column ${wanted.name} ${change}`],
})

const objectOf = (table: string, name: string): string => `column ${name} of ${table}`

const missing = (table: string, { name, type }: Column, strangers: readonly Column[]): Finding => {
  const candidates = strangers.filter((stranger) => stranger.type === type).map((stranger) => stranger.name)
  const guess =
    candidates.length === 0
      ? ''
      : `If it was renamed (there is ${candidates.join(', ')}), rename it back; else `
  return {
    code: 'column-missing',
    object: objectOf(table, name),
    says: 'The column is missing: whatever reads or writes it fails, and what was in it is gone.',
    advice: `${guess}${guess === '' ? 'R' : 'r'}estore it from a backup: nobody can make up its content.`,
    repair: null,
  }
}

function nullability(place: Place): readonly Finding[] {
  const { table, wanted, there } = place
  if (wanted.isRequired === there.isRequired) return []
  const object = objectOf(table, wanted.name)
  return wanted.isRequired
    ? [
        {
          code: 'not-null-dropped',
          object,
          says: 'The column is no longer NOT NULL, or not for every row: the program does not expect a row without it and fails on one.',
          advice: 'Make it NOT NULL again, which works as soon as every row has a value.',
          repair: alter(place, 'set not null'),
        },
      ]
    : [
        {
          code: 'not-null-added',
          object,
          says: 'The column is NOT NULL and must not be: rows without it are right, and are refused.',
          advice: 'Let it be null again.',
          repair: alter(place, 'drop not null'),
        },
      ]
}

function fallback(place: Place): readonly Finding[] {
  const { table, wanted, there } = place
  if (wanted.default === there.default || (wanted.identity !== null && there.identity === null)) return []
  const change = wanted.default === null ? 'drop default' : `set default ${wanted.default}`
  return [
    {
      code: there.default === null ? 'default-dropped' : 'default-changed',
      object: objectOf(table, wanted.name),
      says: `The default is ${there.default ?? 'missing'} and has to be ${wanted.default ?? 'none'}: rows that are written without a value get another one, or are refused.`,
      advice: 'Set it as it was: it concerns new rows alone.',
      repair: alter(place, change),
    },
  ]
}

function identity(place: Place, sequence: Sequence | undefined): readonly Finding[] {
  const { table, wanted, there } = place
  if (wanted.identity === there.identity) return []
  const object = objectOf(table, wanted.name)
  if (wanted.identity === null) {
    return [
      {
        code: 'identity-added',
        object,
        says: 'The column numbers its rows by itself and must not: what the program writes may be refused.',
        advice: `alter table ${table} alter column ${wanted.name} drop identity`,
        repair: null,
      },
    ]
  }
  if (there.identity !== null) {
    return [
      {
        code: 'identity-changed',
        object,
        says: `The column is generated ${there.identity} and has to be generated ${wanted.identity}: numbers could be given twice.`,
        advice: 'Set it as it was.',
        repair: alter(place, `set generated ${wanted.identity}`),
      },
    ]
  }
  return [
    {
      code: 'identity-dropped',
      object,
      says: 'The column no longer numbers its rows by itself: every new row is refused for want of a number.',
      advice: 'Make it an identity again, which goes on after the highest number there is.',
      repair: restoreIdentity(table, wanted, there, sequence),
    },
  ]
}

function kindOfValue(place: Place): readonly Finding[] {
  const { table, wanted, there } = place
  const findings: Finding[] = []
  const object = objectOf(table, wanted.name)
  if (wanted.type !== there.type || wanted.collation !== there.collation) {
    const repair = changeType(table, wanted, there)
    const says = (column: Column) => `${column.type}${column.collation ? ` collate ${column.collation}` : ''}`
    findings.push({
      code: 'column-type-changed',
      object,
      says: `The type is ${says(there)} and has to be ${says(wanted)}: values are kept, compared or read otherwise than the program expects.`,
      advice: repair
        ? 'Change it back, which is done if no value loses anything by it.'
        : 'Change it back by hand: what the values mean in the other type is not for a program to guess.',
      repair,
    })
  }
  if (wanted.generated !== there.generated) {
    findings.push({
      code: 'column-generation-changed',
      object,
      says: `The column is generated as ${there.generated ?? 'nothing'} and has to be generated as ${wanted.generated ?? 'nothing'}.`,
      advice: 'Make the column anew by hand.',
      repair: null,
    })
  }
  return findings
}

const isInTheWay = ({ isRequired, default: given, identity: numbered, generated }: Column): boolean =>
  isRequired && given === null && numbered === null && generated === null

const extra = (table: string, { name, ...column }: Column): Comparison =>
  isInTheWay({ name, ...column })
    ? {
        findings: [
          {
            code: 'column-in-the-way',
            object: objectOf(table, name),
            says: 'The column is not one of ours, must not be null and has no default: every new row is refused, because nobody writes it.',
            advice: `Give it a default, or: alter table ${table} alter column ${name} drop not null`,
            repair: null,
          },
        ],
        notes: [],
      }
    : { findings: [], notes: [`The column ${name} of ${table} is not one of ours.`] }

function order(table: string, expected: readonly Column[], found: readonly Column[]): readonly Finding[] {
  const wanted = expected.map(({ name }) => name)
  const there = found.map(({ name }) => name).filter((name) => wanted.includes(name))
  if (there.length !== wanted.length || there.every((name, place) => name === wanted[place])) return []
  return [
    {
      code: 'column-order-changed',
      object: `table ${table}`,
      says: `The columns are in another order (${there.join(', ')}): functions that read a row as a whole mistake one for another.`,
      advice: 'Make the table anew in the right order and copy the rows: columns cannot be moved.',
      repair: null,
    },
  ]
}

/** The columns of one table. */
export function compareColumns(expected: Table, found: Table, sequences: readonly Sequence[]): Comparison {
  const table = `${expected.schema}.${expected.name}`
  const names = new Set(expected.columns.map(({ name }) => name))
  const strangers = found.columns.filter(({ name }) => !names.has(name))
  const there = new Map(found.columns.map((column) => [column.name, column]))
  const findings = expected.columns.flatMap((wanted) => {
    const column = there.get(wanted.name)
    if (column === undefined) return [missing(table, wanted, strangers)]
    const place = { table, wanted, there: column }
    const sequence = sequences.find(
      ({ owner, isIdentity }) => isIdentity && owner === `${table}.${wanted.name}`,
    )
    return [...kindOfValue(place), ...nullability(place), ...fallback(place), ...identity(place, sequence)]
  })
  const others = strangers.map((column) => extra(table, column))
  return {
    findings: [
      ...findings,
      ...others.flatMap((other) => other.findings),
      ...order(table, expected.columns, found.columns),
    ],
    notes: others.flatMap(({ notes }) => notes),
  }
}
