import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

export const text = { type: 'string' } as const
export const flag = { type: 'boolean' } as const

/** Reads the options of a proof. */
export interface CommandLine<Options extends ParseArgsOptionsConfig> {
  readonly values: ReturnType<typeof parseArgs<{ options: Options }>>['values']
  /** @throws where the text is no whole number within the bounds, naming the option */
  wholeNumber(name: string, text: string, least: number, most: number): number
  /** The file that an option names; null where it was not given. @throws where the name is empty */
  file(name: string, text: string | undefined): string | null
}

/** @throws where an option is unknown, naming it and the command's help */
export function readCommandLine<Options extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: Options,
): CommandLine<Options> {
  const hint = `See ${command} -- --help`
  const read = () => {
    try {
      return parseArgs({ args: [...args], options }).values
    } catch (error) {
      const [complaint] = error instanceof Error ? error.message.split('. ') : [String(error)]
      throw new Error(`${complaint}. ${hint}`)
    }
  }
  return {
    values: read(),
    wholeNumber(name, given, least, most) {
      const value = Number(given)
      if (/^\d{1,10}$/.test(given) && value >= least && value <= most) return value
      throw new Error(`--${name} must be a whole number from ${least} to ${most}. ${hint}`)
    },
    file(name, given) {
      if (given === '') throw new Error(`--${name} must name a file. ${hint}`)
      return given ?? null
    },
  }
}
