import { flag, readCommandLine, text } from '../common/command-line.ts'

export const help = `Has reminders fire on nodes that are killed all the time, while their bookings change, and judges by the log.

  npm run reminders -- [options]

  --reminders <n>          how many are due (100000)
  --window <seconds>       within how long a time (60)
  --seed <n>               which choices are made (1); how they meet is up to the machine
  --nodes <n>              how many nodes do the chores (4)
  --clients <n>            how many clients cancel, move and confirm at once (8)
  --kill-every <seconds>   about how often a node is killed (2); 0 for never
  --kill-postgres          kills PostgreSQL once, too, in the middle of it
  --most-late <ms>         the lateness that all but one in a hundred must keep (2000)
  --record <file>          writes the log and the rows to a file, a JSON value a line
  --judge <file>           judges such a file again, and does nothing else
  --help                   this text

A finding is a reminder that fired twice, never, too early, or of a booking that was not so by then; or too many that were
late, other than those that were due while PostgreSQL was away. The exit code is 1 when something was found or went wrong,
130 when it was interrupted.`

export interface ReminderOptions {
  readonly reminders: number
  readonly windowSeconds: number
  readonly seed: number
  readonly nodes: number
  readonly clients: number
  readonly killEverySeconds: number
  readonly killsPostgres: boolean
  readonly mostLateMilliseconds: number
  readonly recordFile: string | null
  readonly judgedFile: string | null
}

const options = {
  reminders: text,
  window: text,
  seed: text,
  nodes: text,
  clients: text,
  'kill-every': text,
  'kill-postgres': flag,
  'most-late': text,
  record: text,
  judge: text,
  help: flag,
} as const

/**
 * Reads the command line; null where help was asked for.
 *
 * @throws where an option is unknown or its value makes no sense, naming the option
 */
export function readOptions(args: readonly string[]): ReminderOptions | null {
  const { values, wholeNumber, file } = readCommandLine('npm run reminders', args, options)
  if (values.help) return null
  return {
    reminders: wholeNumber('reminders', values.reminders ?? '100000', 1, 1_000_000),
    windowSeconds: wholeNumber('window', values.window ?? '60', 1, 600),
    seed: wholeNumber('seed', values.seed ?? '1', 0, 2 ** 32 - 1),
    nodes: wholeNumber('nodes', values.nodes ?? '4', 1, 16),
    clients: wholeNumber('clients', values.clients ?? '8', 0, 1_000),
    killEverySeconds: wholeNumber('kill-every', values['kill-every'] ?? '2', 0, 3_600),
    killsPostgres: values['kill-postgres'] ?? false,
    mostLateMilliseconds: wholeNumber('most-late', values['most-late'] ?? '2000', 1, 600_000),
    recordFile: file('record', values.record),
    judgedFile: file('judge', values.judge),
  }
}
