/** Rows under a heading, in columns: the first to the left, numbers to the right. */
export function layOut(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `512 B`, `8 kB`, `1.4 GB`, as PostgreSQL counts. */
export function size(bytes: number): string {
  let left = bytes
  let unit = 0
  while (left >= 1024 && unit < UNITS.length - 1) {
    left /= 1024
    unit += 1
  }
  const digits = unit === 0 || left >= 100 || Number.isInteger(left) ? 0 : 1
  return `${left.toFixed(digits)} ${UNITS[unit]}`
}

/** `1,234,567` */
export const whole = (number: number): string => Math.round(number).toLocaleString('en-US')

/** `4 s`, `12 min`, `3 h`, `5 d` */
export function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** To the minute, in UTC. */
export const moment = (date: Date | null): string =>
  date === null ? 'never' : `${date.toISOString().slice(0, 16).replace('T', ' ')}Z`

export const percent = (part: number, all: number): string =>
  all === 0 ? '0 %' : `${Math.round((100 * part) / all)} %`
