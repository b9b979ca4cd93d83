import type { z } from 'zod'
import { runToEnd } from './children.ts'

export interface WrkRun {
  readonly wrk: string
  /** Prints `RESULT` and a line of JSON when it is done. */
  readonly scriptFile: string
  readonly threads: number
  readonly connections: number
  readonly seconds: number
  readonly url: string
  /** After which an answer counts as missing, and not among the latencies; 2 by default. */
  readonly timeoutSeconds?: number
  /** For `init` of the script. */
  readonly args?: readonly string[]
}

/** Runs wrk, each connection sending as soon as it is answered, and reads what its script has counted. */
export async function runWrk<Result>(
  { wrk, scriptFile, threads, connections, seconds, url, timeoutSeconds = 2, args = [] }: WrkRun,
  result: z.ZodType<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const options = [
    `-t${threads}`,
    `-c${connections}`,
    `-d${seconds}s`,
    `-s${scriptFile}`,
    `--timeout=${timeoutSeconds}s`,
  ]
  const output = await runToEnd({ path: wrk, args: [...options, url, '--', ...args] }, signal)
  const line = /^RESULT (.*)$/m.exec(output)?.[1]
  if (line === undefined) throw new Error(`wrk said something else than expected:\n${output}`)
  return result.parse(JSON.parse(line))
}
