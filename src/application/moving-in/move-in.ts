import type { Surroundings } from '../../domain/moving-in/surroundings.ts'
import type { Arrivals } from '../ports/arrivals.ts'
import type { NewId } from '../ports/ids.ts'
import type { OldSystem, OldTable, OldTables } from '../ports/old-system.ts'
import { members, services, sessionKinds, strayProfiles, trainers, users } from './accounts-and-services.ts'
import { bookings, resetTokens, serviceBookings, sessions } from './bookings.ts'
import { availability, trainerHours } from './hours.ts'
import { type Outcome, refused, type Step } from './step.ts'

/** The systems that can move in, and what of them does, in that order: nobody's services come before their owner. */
export const PLANS = {
  marketplace: [users, strayProfiles, services, availability, bookings, resetTokens],
  bookings: [serviceBookings],
  'trainer-booking': [trainers, members, sessionKinds, trainerHours, sessions],
} as const

export type OldSystemKind = keyof typeof PLANS

/** How far a table has come. */
export interface TableProgress {
  readonly label: string
  readonly total: number
  readonly read: number
  readonly came: number
  /** Of those read, how many had moved in before. */
  readonly known: number
  readonly refused: number
}

export interface MoveInOptions {
  readonly batchSize: number
  /** Told of each batch, and once of a table that is empty. */
  readonly onProgress: (progress: TableProgress) => void
  /** Told of everything but rows that came along as they were. */
  readonly onOutcome: (label: string, outcome: Outcome) => void
}

export interface MoveInPorts {
  readonly source: OldSystem
  readonly arrivals: Arrivals
  readonly newId: NewId
  readonly around: Surroundings
}

/** Takes another system in, table by table; what has moved in before is passed over. Tells how each table went. */
export async function moveIn(
  ports: MoveInPorts,
  kind: OldSystemKind,
  options: MoveInOptions,
): Promise<readonly TableProgress[]> {
  const steps: readonly Step[] = PLANS[kind] as readonly unknown[] as readonly Step[]
  for (const { table, numbers } of steps) {
    if (numbers) await ports.arrivals.reserveNumbers(numbers, await ports.source.highestNumber(table))
  }
  const tables: TableProgress[] = []
  for (const step of steps) tables.push(await takeTable(ports, step, options))
  return tables
}

async function takeTable(
  ports: MoveInPorts,
  step: Step,
  { batchSize, onProgress, onOutcome }: MoveInOptions,
): Promise<TableProgress> {
  const total = await ports.source.count(step.table)
  let progress: TableProgress = { label: step.label, total, read: 0, came: 0, known: 0, refused: 0 }
  if (total === 0) onProgress(progress)
  for await (const rows of ports.source.rows(step.table, batchSize)) {
    const { outcomes, known } = await takeBatch(ports, step, rows)
    for (const outcome of outcomes) {
      if (outcome.kind === 'refused' || outcome.remarks.length > 0) onOutcome(step.label, outcome)
    }
    const came = outcomes.filter(({ kind }) => kind === 'came').length
    progress = {
      ...progress,
      read: progress.read + rows.length,
      came: progress.came + came,
      known: progress.known + known,
      refused: progress.refused + outcomes.length - came,
    }
    onProgress(progress)
  }
  return progress
}

async function takeBatch(ports: MoveInPorts, step: Step, rows: readonly OldTables[OldTable][]) {
  const missing = new Set(await ports.arrivals.missing(step.subject, rows.map(step.idOf)))
  const fresh: OldTables[OldTable][] = []
  const outcomes: Outcome[] = []
  let known = 0
  const seen = new Set<string>()
  for (const row of rows) {
    const id = step.idOf(row)
    // A table without a key may have an id twice, or a row without one.
    if (id === '') outcomes.push(refused(id, { code: 'missing-value', field: 'id' }))
    else if (seen.has(id)) outcomes.push(refused(id, { code: 'id-taken', field: 'id' }))
    else if (missing.has(id)) fresh.push(row)
    else known += 1
    seen.add(id)
  }
  if (fresh.length > 0) outcomes.push(...(await step.take(ports, fresh)))
  return { outcomes, known }
}
