import type { TableProgress } from '../../application/moving-in/move-in.ts'
import type { Reason } from './report.ts'

/** Says how far it is: on a terminal on one line that is written anew, elsewhere on a line now and then. */
export interface ProgressLine {
  show(progress: TableProgress): void
}

/** Where lines go to; a terminal may have one of its lines written anew. */
export interface Output {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const TERMINAL_MILLISECONDS = 100
const PLAIN_MILLISECONDS = 5_000

const number = new Intl.NumberFormat('en-GB')
const count = (value: number) => number.format(value)

export function progressLine(output: Output, clock: () => number): ProgressLine {
  let label = ''
  let began = clock()
  let told = Number.NEGATIVE_INFINITY
  return {
    show(progress) {
      const now = clock()
      if (progress.label !== label) {
        label = progress.label
        began = now
        told = Number.NEGATIVE_INFINITY
      }
      const isDone = progress.read >= progress.total
      const patience = output.isTTY ? TERMINAL_MILLISECONDS : PLAIN_MILLISECONDS
      if (!isDone && now - told < patience) return
      told = now
      const line = describe(progress, now - began)
      output.write(output.isTTY ? `\r\u001b[2K${line}${isDone ? '\n' : ''}` : `${line}\n`)
    },
  }
}

function describe({ label, total, read, known, refused }: TableProgress, milliseconds: number): string {
  if (total === 0) return `${label}: nothing there`
  const share = Math.floor((read / total) * 100)
  const speed = milliseconds >= 1_000 ? `, ${count(Math.round((read / milliseconds) * 1_000))} a second` : ''
  const parts = [
    ...(known > 0 ? [`${count(known)} were here`] : []),
    ...(refused > 0 ? [`${count(refused)} could not come`] : []),
  ]
  const aside = parts.length > 0 ? ` (${parts.join(', ')})` : ''
  return `${label}: ${count(read)} of ${count(total)}, ${share} %${speed}${aside}`
}

/** What came of it, in words. */
export function summary(
  tables: readonly TableProgress[],
  reasons: readonly Reason[],
  isDryRun: boolean,
): string {
  const came = tables.reduce((sum, table) => sum + table.came, 0)
  const known = tables.reduce((sum, table) => sum + table.known, 0)
  const refused = tables.reduce((sum, table) => sum + table.refused, 0)
  const verb = isDryRun ? 'would come along' : 'came along'
  return [
    '',
    `${count(came)} ${verb}, ${count(known)} were here already, ${count(refused)} cannot come.`,
    ...section('Cannot come along:', reasons, 'refused'),
    ...section(`${isDryRun ? 'Would come' : 'Came'} along, but not quite as it was:`, reasons, 'changed'),
    ...(isDryRun ? ['', 'This was a dry run: nothing was written.'] : []),
  ].join('\n')
}

function section(title: string, reasons: readonly Reason[], outcome: Reason['outcome']): string[] {
  const those = reasons.filter((reason) => reason.outcome === outcome)
  if (those.length === 0) return []
  const lines = those
    .sort((a, b) => b.count - a.count)
    .map(({ table, reason, field, explanation, count: rows }) => {
      const where = field === null ? table : `${table}, ${field}`
      return `  ${count(rows)} × ${reason} (${where}): ${explanation}`
    })
  return ['', title, ...lines]
}
