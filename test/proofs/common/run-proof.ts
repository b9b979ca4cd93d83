import { createProgress, type Progress } from '../../../bench/support/progress.ts'

export interface Proof<Options> {
  readonly help: string
  /** Null where help was asked for. */
  readonly read: (args: readonly string[]) => Options | null
  /** Tells the exit code. */
  readonly work: (options: Options, progress: Progress, signal: AbortSignal) => Promise<number>
}

const INTERRUPTED = 130

/** Runs a long proof from the command line: options, progress, what to do when it is interrupted, and the exit code. */
export async function runProof<Options>({ help, read, work }: Proof<Options>): Promise<void> {
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.abort())
  try {
    const options = read(process.argv.slice(2))
    if (options) process.exitCode = await work(options, createProgress(), interruption.signal)
    else console.log(help)
  } catch (error) {
    if (interruption.signal.aborted) process.exitCode = INTERRUPTED
    else {
      console.error(error instanceof Error ? error.message : error)
      process.exitCode = 1
    }
  }
}
