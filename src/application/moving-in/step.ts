import type { Obstacle, RemarkCode } from '../../domain/moving-in/obstacle.ts'
import type { Surroundings } from '../../domain/moving-in/surroundings.ts'
import type { Arrivals, Arrived, Subject } from '../ports/arrivals.ts'
import type { NewId } from '../ports/ids.ts'
import type { OldTable, OldTables } from '../ports/old-system.ts'

/** What has become of a row, or why it cannot come along. */
export type Outcome =
  | { readonly sourceId: string; readonly kind: 'came'; readonly remarks: readonly RemarkCode[] }
  | { readonly sourceId: string; readonly kind: 'refused'; readonly obstacle: Obstacle }

export interface StepPorts {
  readonly arrivals: Arrivals
  readonly newId: NewId
  readonly around: Surroundings
}

/** One table that moves in. */
export interface Step<Table extends OldTable = OldTable> {
  readonly table: Table
  /** What the table is called there. */
  readonly label: string
  readonly subject: Subject
  readonly idOf: (row: OldTables[Table]) => string
  /** Whether its ids are integers that others know it by, and stay with it. */
  readonly numbers?: 'person' | 'booking'
  /** Takes in rows that have not moved in yet; an outcome for each, and for parts of a row that are left out. */
  readonly take: (ports: StepPorts, rows: readonly OldTables[Table][]) => Promise<readonly Outcome[]>
}

export const refused = (sourceId: string, obstacle: Obstacle): Outcome => ({
  sourceId,
  kind: 'refused',
  obstacle,
})

/** What the arrivals say, with what was to be said before. */
export function outcomeOf(arrived: Arrived, remarks: readonly RemarkCode[] = []): Outcome {
  const { sourceId } = arrived
  if (!arrived.ok) return refused(sourceId, { code: arrived.code, field: arrived.field })
  return { sourceId, kind: 'came', remarks: arrived.isNumberKept ? remarks : [...remarks, 'number-not-kept'] }
}
