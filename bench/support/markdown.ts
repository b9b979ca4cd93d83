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
