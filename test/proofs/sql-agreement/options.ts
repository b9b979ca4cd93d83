import { availableParallelism } from 'node:os'
import { flag, readCommandLine, text } from '../common/command-line.ts'
import type { SessionOptions } from './session.ts'

export const help = `Asks the SQL functions and the program what is free, in random schedules at random times, and compares.

  npm run sql-agreement -- [options]

  --cases <n>     how many are compared (10000)
  --seed <n>      which ones (1)
  --from <n>      the number of the first case (0); with --cases 1 it shows one case again
  --workers <n>   how many sessions of PostgreSQL are asked at a time (one for each core)
  --help          this text

Two of three cases are in a zone whose clocks tell most, and mostly at a change of them; the third goes through all changes
of all zones. PostgreSQL and Node bring time zone data of their own: cases of a zone and time of which they have other data
are left out, counted, and made up for by others. DATABASE_URL names the server to create the databases on; without it an
embedded PostgreSQL runs in a temporary folder. The exit code is 1 when a case disagreed, and the smallest such case is
shown; it is 130 when the run was interrupted.`

export interface AgreementOptions extends SessionOptions {
  readonly workers: number
}

/**
 * Reads the command line; null where help was asked for.
 *
 * @throws where an option is unknown or its value makes no sense, naming the option
 */
export function readOptions(args: readonly string[]): AgreementOptions | null {
  const options = { cases: text, seed: text, from: text, workers: text, help: flag } as const
  const { values, wholeNumber } = readCommandLine('npm run sql-agreement', args, options)
  if (values.help) return null
  return {
    cases: wholeNumber('cases', values.cases ?? '10000', 1, 10_000_000),
    seed: wholeNumber('seed', values.seed ?? '1', 0, 2 ** 32 - 1),
    from: wholeNumber('from', values.from ?? '0', 0, 10_000_000),
    workers: wholeNumber('workers', values.workers ?? String(Math.min(64, availableParallelism())), 1, 64),
  }
}
