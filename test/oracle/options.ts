import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

export const help = `Compares the slots of the engine with the rules worked out minute by minute on Temporal.

  npm run oracle -- [options]

  --cases <n>       how many random situations (1000000)
  --seed <n>        which ones (1)
  --from <n>        the number of the first case (0); with --cases 1 it shows one case again
  --state <file>    where the run is kept, so that the same command goes on after an interruption
                    (.data/oracle-<seed>.json; nowhere with --from)
  --workers <n>     how many cases are compared at a time (one for each core)
  --help            this text

The cases go through all zones that Node knows and all changes of their clocks from 2020 to 2037. A state file of other
rules, zones or cases is not gone on with. The exit code is 1 when a case disagreed or something went wrong, 130 when
it was interrupted.`

export interface OracleOptions {
  readonly cases: number
  readonly seed: number
  readonly from: number
  readonly stateFile: string | null
  readonly workers: number
}

const MOST_CASES = 1_000_000_000
const MOST_SEED = 2 ** 32 - 1
const MOST_WORKERS = 64

const hint = 'See npm run oracle -- --help'

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value
  throw new Error(`--${name} must be a whole number from ${least} to ${most}. ${hint}`)
}

function readArguments(args: readonly string[]) {
  const text = { type: 'string' } as const
  const options = { cases: text, seed: text, from: text, state: text, workers: text } as const
  try {
    return parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } } }).values
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
export function readOptions(args: readonly string[]): OracleOptions | null {
  const values = readArguments(args)
  if (values.help) return null
  if (values.state === '') throw new Error(`--state must name a file. ${hint}`)
  const seed = wholeNumber('seed', values.seed ?? '1', 0, MOST_SEED)
  const workers = values.workers ?? String(Math.min(MOST_WORKERS, availableParallelism()))
  return {
    cases: wholeNumber('cases', values.cases ?? '1000000', 1, MOST_CASES),
    seed,
    from: wholeNumber('from', values.from ?? '0', 0, MOST_CASES),
    stateFile: values.state ?? (values.from === undefined ? `.data/oracle-${seed}.json` : null),
    workers: wholeNumber('workers', workers, 1, MOST_WORKERS),
  }
}
