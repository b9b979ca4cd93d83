import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Reads the command line. @throws when something in it is unknown; the message says how to ask `name` for help */
export function readArguments<const T extends ParseArgsConfig>(
  name: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    const [complaint] = error instanceof Error ? error.message.split('. ') : [String(error)]
    throw new Error(`${complaint}. See ${name} -- --help`)
  }
}

/** The command was not asked as it can be: ends with exit code 2 where a command tells that apart. */
export class UsageError extends Error {}

/** Runs a command; what it throws is said without a stack and ends with exit code 1, or 2 for a `UsageError`. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
