import { parseArgs } from 'node:util'

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

const hint = 'See npm run checker -- --help'

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value
  throw new Error(`--${name} must be a whole number from ${least} to ${most}. ${hint}`)
}

const text = { type: 'string' } as const
const options = {
  attempts: text,
  duration: text,
  seed: text,
  processes: text,
  clients: text,
  'kill-every': text,
  record: text,
  judge: text,
  help: { type: 'boolean' },
} as const

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    const [complaint] = error instanceof Error ? error.message.split('. ') : [String(error)]
    throw new Error(`${complaint}. ${hint}`)
  }
}

/**
 * Reads the command line; null where help was asked for.
 *
 * @throws where an option is unknown or its value makes no sense, naming the option
 */
export function readOptions(args: readonly string[]): CheckerOptions | null {
  const values = readArguments(args)
  if (values.help) return null
  for (const name of ['record', 'judge'] as const) {
    if (values[name] === '') throw new Error(`--${name} must name a file. ${hint}`)
  }
  return {
    attempts: wholeNumber('attempts', values.attempts ?? '1000000', 1, 100_000_000),
    seconds: wholeNumber('duration', values.duration ?? '86400', 1, 86_400),
    seed: wholeNumber('seed', values.seed ?? '1', 0, 2 ** 32 - 1),
    processes: wholeNumber('processes', values.processes ?? '3', 1, 16),
    clients: wholeNumber('clients', values.clients ?? '64', 1, 1_000),
    killEverySeconds: wholeNumber('kill-every', values['kill-every'] ?? '5', 0, 3_600),
    recordFile: values.record ?? null,
    judgedFile: values.judge ?? null,
  }
}
