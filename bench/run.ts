import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { measureBooking } from './booking/benchmark.ts'
import { markdownOf, summaryOf } from './booking/report.ts'
import { createProgress } from './support/progress.ts'

const LEAST_ROUNDS = 5

const help = `Measures Slotwright on this machine.

  npm run bench -- <benchmark> [options]

  booking           bookings a second over HTTP, beside the same statement by pgbench

  --rounds <n>      how often each is measured, in alternation (${LEAST_ROUNDS}); with fewer it is a trial whose
                    results are shown and not kept
  --seconds <n>     how long each measurement takes (8)
  --help            this text

Results go to bench/results as JSON and as a table. It needs wrk and pgbench, on Debian from the packages wrk and
postgresql. DATABASE_URL names a PostgreSQL to create two databases on and drop them afterwards; without it an embedded
one runs in a temporary folder. SERVER_NODE_OPTIONS gives options of Node to the server under test, such as
"--cpu-prof --cpu-prof-dir=/tmp/profile". The exit code is 1 when something went wrong, or when one answer was no booking.`

const INTERRUPTED = 130
const results = new URL('results/', import.meta.url)

const wholeNumber = (name: string, text: string, most: number): number => {
  const value = Number(text)
  if (/^\d{1,5}$/.test(text) && value >= 1 && value <= most) return value
  throw new Error(`--${name} must be a whole number from 1 to ${most}. See npm run bench -- --help`)
}

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: String(LEAST_ROUNDS) },
        seconds: { type: 'string', default: '8' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    const [complaint] = error instanceof Error ? error.message.split('. ') : [String(error)]
    throw new Error(`${complaint}. See npm run bench -- --help`)
  }
}

async function runBooking(rounds: number, seconds: number, signal: AbortSignal): Promise<void> {
  const progress = createProgress()
  const report = await measureBooking({ rounds, seconds, progress, signal })
  for (const line of summaryOf(report)) progress.line(line)
  if (rounds < LEAST_ROUNDS) {
    progress.line(`A trial of fewer than ${LEAST_ROUNDS} rounds: results are not kept.`)
    return
  }
  await mkdir(results, { recursive: true })
  await writeFile(new URL('booking.json', results), `${JSON.stringify(report, null, 2)}\n`)
  await writeFile(new URL('booking.md', results), markdownOf(report))
  progress.line('Written: bench/results/booking.json, bench/results/booking.md')
}

const main = async (signal: AbortSignal): Promise<void> => {
  const { values, positionals } = readArguments()
  if (values.help) {
    console.log(help)
    return
  }
  const [benchmark, ...rest] = positionals
  if (benchmark === undefined || rest.length > 0) {
    throw new Error('Name one benchmark: booking. See npm run bench -- --help')
  }
  if (benchmark !== 'booking')
    throw new Error(`There is no benchmark ${benchmark}. See npm run bench -- --help`)
  await runBooking(
    wholeNumber('rounds', values.rounds, 100),
    wholeNumber('seconds', values.seconds, 600),
    signal,
  )
}

const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.abort())
try {
  await main(interruption.signal)
} catch (error) {
  const isInterrupted = interruption.signal.aborted
  console.error(isInterrupted ? 'Interrupted.' : error instanceof Error ? error.message : error)
  process.exitCode = isInterrupted ? INTERRUPTED : 1
}
