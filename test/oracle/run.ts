import { createProgress } from '../../bench/support/progress.ts'
import { fingerprint } from './fingerprint.ts'
import { help, type OracleOptions, readOptions } from './options.ts'
import { compareOnWorkers } from './pool.ts'
import { sit, summaryOf } from './sitting.ts'

const INTERRUPTED = 130

async function compare(options: OracleOptions, signal: AbortSignal): Promise<number> {
  const progress = createProgress()
  const sitting = sit(options, await fingerprint(), progress)
  const { seed, from, next } = sitting.state
  const range = { seed, from: next, count: Math.max(0, from + options.cases - next) }
  await compareOnWorkers(range, options.workers, sitting.take, signal)
  sitting.keep()
  progress.line(summaryOf(sitting.state))
  if (signal.aborted) {
    progress.line(`Interrupted${options.stateFile === null ? '' : '; the same command goes on from here'}.`)
    return INTERRUPTED
  }
  return sitting.state.tally.disagreements.length === 0 ? 0 : 1
}

const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.abort())
try {
  const options = readOptions(process.argv.slice(2))
  if (options) process.exitCode = await compare(options, interruption.signal)
  else console.log(help)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
