import type { Routine, SchemaReading, Trigger } from '../schema-dump/reading.ts'
import { type Comparison, type Finding, STEPS } from './finding.ts'
import { meaningOfTrigger } from './meanings.ts'
import { reconcile } from './reconcile.ts'

const bareName = ({ name }: Routine): string => name.slice(0, name.indexOf('('))

const functionFinding = (
  { name, definition }: Routine,
  code: string,
  says: string,
  advice: string,
): Finding => ({
  code,
  object: `function ${name}`,
  says,
  advice,
  repair: { step: STEPS.function, statements: [definition] },
})

/** The functions, by their names and the types of their arguments. */
export function compareFunctions(expected: SchemaReading, found: SchemaReading): Comparison {
  const names = new Set(expected.functions.map(({ name }) => name))
  const bareNames = new Set(expected.functions.map(bareName))
  const there = new Map(found.functions.map((routine) => [routine.name, routine]))
  const findings = expected.functions.flatMap((wanted) => {
    const routine = there.get(wanted.name)
    if (routine === undefined) {
      const says = 'The function is missing: what calls it fails.'
      return [functionFinding(wanted, 'function-missing', says, 'Create it again.')]
    }
    if (routine.definition === wanted.definition) return []
    const says =
      'The function is not as it was made: what calls it gets something else than it was tested with.'
    return [functionFinding(wanted, 'function-changed', says, 'Put the original back.')]
  })
  const notes = found.functions
    .filter(({ name }) => !names.has(name))
    .map((stranger) =>
      bareNames.has(bareName(stranger))
        ? `The function ${stranger.name} is not one of ours but has the name of one: calls may reach the wrong one.`
        : `The function ${stranger.name} is not one of ours.`,
    )
  return { findings, notes }
}

const nameOf = ({ table, name }: Trigger): string => `${name} on ${table}`
const shapeOf = ({ name, definition }: Trigger): string =>
  definition.replace(` TRIGGER ${name} `, ' TRIGGER ')
const objectOf = (trigger: Trigger): string => `trigger ${nameOf(trigger)}`

const switches = {
  enabled: 'enable',
  disabled: 'disable',
  replica: 'enable replica',
  always: 'enable always',
} as const

const switchTo = ({ table, name, state }: Trigger): string =>
  `alter table ${table} ${switches[state]} trigger ${name}`

const tell = (
  wanted: Trigger,
  code: string,
  says: string,
  advice: string,
  statements: string[],
): Finding => ({
  code,
  object: objectOf(wanted),
  says,
  advice,
  repair: { step: STEPS.trigger, statements },
})

function differences(wanted: Trigger, there: Trigger): readonly Finding[] {
  const meaning = meaningOfTrigger(wanted.name)
  if (wanted.definition !== there.definition) {
    const statements = [`drop trigger ${nameOf(wanted)}`, wanted.definition]
    const says = `The trigger is not as it was made: it is ${there.definition}. ${meaning}`
    return [tell(wanted, 'trigger-changed', says, `Create it anew as ${wanted.definition}.`, statements)]
  }
  if (wanted.state === there.state) return []
  const says = `The trigger is ${there.state === 'replica' ? 'on for replicated changes alone' : there.state}. ${meaning}`
  return [tell(wanted, 'trigger-disabled', says, 'Switch it on again.', [switchTo(wanted)])]
}

const missing = (wanted: Trigger): Finding => {
  const says = `The trigger is missing. ${meaningOfTrigger(wanted.name)}`
  return tell(wanted, 'trigger-missing', says, 'Create it again.', [wanted.definition])
}

const renamed = (wanted: Trigger, there: Trigger): Finding => {
  const says = `The trigger is there under the name ${there.name}: a migration that changes it will not find it, and triggers fire in the order of their names.`
  const statements = [`alter trigger ${nameOf(there)} rename to ${wanted.name}`]
  if (wanted.state !== there.state) statements.push(switchTo(wanted))
  return tell(wanted, 'trigger-misnamed', says, 'Give it its name back.', statements)
}

const duplicated = (wanted: Trigger, there: Trigger): Finding => ({
  code: 'trigger-duplicated',
  object: objectOf(there),
  says: `It is the same as ${wanted.name}: what it does is done twice.`,
  advice: `Drop it: ${wanted.name} is the one to keep.`,
  repair: {
    step: STEPS.surplus,
    statements: [`drop trigger ${nameOf(there)}`],
    insteadOf: objectOf(wanted),
  },
})

/** The triggers of the tables that are there. */
export function compareTriggers(expected: SchemaReading, found: SchemaReading): Comparison {
  const tables = new Set(found.tables.map(({ schema, name }) => `${schema}.${name}`))
  const ourTables = new Set(expected.tables.map(({ schema, name }) => `${schema}.${name}`))
  const { both, ...rest } = reconcile(
    expected.triggers.filter(({ table }) => tables.has(table)),
    found.triggers.filter(({ table }) => ourTables.has(table)),
    { nameOf, shapeOf },
  )
  return {
    findings: [
      ...both.flatMap(([wanted, there]) => differences(wanted, there)),
      ...rest.missing.map(missing),
      ...rest.renamed.map(([wanted, there]) => renamed(wanted, there)),
      ...rest.duplicated.map(([wanted, there]) => duplicated(wanted, there)),
    ],
    notes: rest.extra.map(
      (there) => `The trigger ${nameOf(there)} is not one of ours, and fires on what we write.`,
    ),
  }
}
