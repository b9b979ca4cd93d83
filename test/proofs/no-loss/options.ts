import { flag, readCommandLine, text } from '../common/command-line.ts'

export const help = `Listens to a booking engine whose every part is killed, and judges what each listener was told by the log.

  npm run no-loss -- [options]

  --changes <n>            how many changes are written (100000): bookings, moves, cancellations, holds and so on
  --listeners <n>          how many listen (50), by lists, streams and sockets, and come and go as it happens
  --duration <seconds>     the longest that the load may take (86400)
  --seed <n>               which choices all of them make (1); how they meet is up to the machine
  --processes <n>          how many API processes (3)
  --clients <n>            how many clients write at once (32)
  --kill-every <seconds>   about how often something is killed (5); 0 for never
  --record <file>          writes the log and all that was heard to a file, a JSON value a line
  --judge <file>           judges such a file again, and does nothing else
  --help                   this text

API processes, PostgreSQL and Redis are killed; Redis is emptied and stopped for a while, too. redis-server has to be in
PATH. A finding is an event that a listener missed, got twice, in another order, with another content or although it is
not theirs. The exit code is 1 when something was found or went wrong, 130 when it was interrupted.`

export interface NoLossOptions {
  readonly changes: number
  readonly listeners: number
  readonly seconds: number
  readonly seed: number
  readonly processes: number
  readonly clients: number
  readonly killEverySeconds: number
  readonly recordFile: string | null
  readonly judgedFile: string | null
}

const options = {
  changes: text,
  listeners: text,
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
export function readOptions(args: readonly string[]): NoLossOptions | null {
  const { values, wholeNumber, file } = readCommandLine('npm run no-loss', args, options)
  if (values.help) return null
  return {
    changes: wholeNumber('changes', values.changes ?? '100000', 1, 10_000_000),
    listeners: wholeNumber('listeners', values.listeners ?? '50', 1, 1_000),
    seconds: wholeNumber('duration', values.duration ?? '86400', 1, 86_400),
    seed: wholeNumber('seed', values.seed ?? '1', 0, 2 ** 32 - 1),
    processes: wholeNumber('processes', values.processes ?? '3', 1, 16),
    clients: wholeNumber('clients', values.clients ?? '32', 1, 1_000),
    killEverySeconds: wholeNumber('kill-every', values['kill-every'] ?? '5', 0, 3_600),
    recordFile: file('record', values.record),
    judgedFile: file('judge', values.judge),
  }
}
