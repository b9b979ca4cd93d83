import type { Machine } from './machine.ts'
import type { OpenLoopResult } from './open-loop.ts'
import type { ServerFacts } from './postgres.ts'
import type { Spread } from './statistics.ts'

export const whole = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 })
export const percent = (value: number) => `${(value * 100).toFixed(1)} %`
export const milliseconds = (value: number) => `${value.toFixed(1)} ms`

type Row = readonly (string | number)[]

const row = (cells: Row) => `| ${cells.join(' | ')} |`

/** A table whose columns beside the first are numbers. */
export function table(head: readonly string[], rows: readonly Row[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [row(head), row(rule), ...rows.map(row)].join('\n')
}

/** A row of a name with the median, the least and the most. */
export const spreadRow = (
  name: string,
  { median, min, max }: Spread,
  format: (value: number) => string,
): string[] => [name, format(median), format(min), format(max)]

/** Whether a goal was reached. */
export const verdict = (isKept: boolean) => (isKept ? 'kept' : 'missed')

/** What was measured at a constant rate, a row each. */
export const latencyTable = (
  results: Readonly<Record<string, OpenLoopResult>>,
  answered: string,
  others: string,
): string =>
  table(
    ['', 'a second', 'p50', 'p90', 'p99', 'most', 'of it the client, p50', 'p99', answered, others],
    Object.entries(results).map(([name, { perSecond, p50, p90, p99, max, sendDelay, ...counts }]) => [
      name,
      perSecond,
      ...[p50, p90, p99, max, sendDelay.p50, sendDelay.p99].map(milliseconds),
      whole(counts.answered),
      counts.others,
    ]),
  )

/** What the figures were measured on and with. */
export interface Circumstances {
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly postgresql: Omit<ServerFacts, 'version'> | null
  readonly settings: Readonly<Record<string, number | string>>
}

export const circumstancesTable = ({ machine, versions, postgresql, settings }: Circumstances): string =>
  table(
    ['', ''],
    [
      ...Object.entries(machine),
      ...Object.entries(versions),
      ...(postgresql ? [['PostgreSQL server', postgresql.kind], ...Object.entries(postgresql.settings)] : []),
      ...Object.entries(settings),
    ],
  )
