import { flag, readCommandLine, text } from '../common/command-line.ts'

export const help = `Fights for a few slots through API processes that are killed, and judges from every answer and every row.

  npm run checker -- [options]

  --attempts <n>           how many calls that would change something (1000000); calls that read come on top
  --duration <seconds>     the longest that the load may take (86400)
  --seed <n>               which choices the clients make (1); how they meet is up to the machine
  --processes <n>          how many API processes (3)
  --clients <n>            how many clients ask at once (64)
  --kill-every <seconds>   about how often something is killed (5); 0 for never
  --record <file>          writes every call and every row to a file, a JSON value a line
  --judge <file>           judges such a file again, and does nothing else
  --help                   this text

PostgreSQL is killed as well. A finding is a slot that was sold twice, something acknowledged that is lost, a key that was
executed twice, an answer that contradicts another, or one that must not be. The exit code is 1 when something was found or went wrong, 130 when it was interrupted.`

export interface CheckerOptions {
  readonly attempts: number
  readonly seconds: number
  readonly seed: number
  readonly processes: number
  readonly clients: number
  readonly killEverySeconds: number
  readonly recordFile: string | null
  readonly judgedFile: string | null
}

const options = {
  attempts: text,
  duration: text,
  seed: text,
  processes: text,
  clients: text,
  'kill-every': text,
  record: text,
  judge: text,
  help: flag,
} as const

/**
 * Reads the command line; null where help was asked for.
 *
 * @throws where an option is unknown or its value makes no sense, naming the option
 */
export function readOptions(args: readonly string[]): CheckerOptions | null {
  const { values, wholeNumber, file } = readCommandLine('npm run checker', args, options)
  if (values.help) return null
  return {
    attempts: wholeNumber('attempts', values.attempts ?? '1000000', 1, 100_000_000),
    seconds: wholeNumber('duration', values.duration ?? '86400', 1, 86_400),
    seed: wholeNumber('seed', values.seed ?? '1', 0, 2 ** 32 - 1),
    processes: wholeNumber('processes', values.processes ?? '3', 1, 16),
    clients: wholeNumber('clients', values.clients ?? '64', 1, 1_000),
    killEverySeconds: wholeNumber('kill-every', values['kill-every'] ?? '5', 0, 3_600),
    recordFile: file('record', values.record),
    judgedFile: file('judge', values.judge),
  }
}
