import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { measureAvailability, PARTS, type Part } from './availability/benchmark.ts'
import * as availability from './availability/report.ts'
import { LARGEST } from './availability/size.ts'
import { measureBooking } from './booking/benchmark.ts'
import * as booking from './booking/report.ts'
import { createProgress } from './support/progress.ts'

const LEAST_ROUNDS = 5
const BENCHMARKS = ['booking', 'availability'] as const
type BenchmarkName = (typeof BENCHMARKS)[number]

const help = `Measures Slotwright on this machine.

  npm run bench -- <benchmark> [options]

  booking           bookings a second over HTTP, beside the same statement by pgbench
  availability      slots found: by the engine alone, over HTTP beside bare Fastify, and with more and more bookings

  --rounds <n>      how often each is measured, in alternation (${LEAST_ROUNDS}); with fewer it is a trial whose
                    results are shown and not kept
  --seconds <n>     how long each measurement takes (8 for booking, 5 for availability)
  --only <part>     ${PARTS.join(', ')}: one part of availability, whose results are shown and not kept
  --largest <n>     bookings in the largest table of availability (${LARGEST}); with fewer the result says so
  --help            this text

Results go to bench/results as JSON and as a table. It needs wrk, and booking pgbench, on Debian from the packages wrk
and postgresql. DATABASE_URL names a PostgreSQL to create databases on and drop them afterwards; without it an embedded
one runs in a temporary folder. SERVER_NODE_OPTIONS gives options of Node to the server under test, such as
"--cpu-prof --cpu-prof-dir=/tmp/profile". The exit code is 1 when something went wrong, or when one answer was not the
one expected.`

const INTERRUPTED = 130
const results = new URL('results/', import.meta.url)

const wholeNumber = (name: string, text: string, most: number): number => {
  const value = Number(text)
  if (/^\d{1,8}$/.test(text) && value >= 1 && value <= most) return value
  throw new Error(`--${name} must be a whole number from 1 to ${most}. See npm run bench -- --help`)
}

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: String(LEAST_ROUNDS) },
        seconds: { type: 'string' },
        only: { type: 'string' },
        largest: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    const [complaint] = error instanceof Error ? error.message.split('. ') : [String(error)]
    throw new Error(`${complaint}. See npm run bench -- --help`)
  }
}

type Values = ReturnType<typeof readArguments>['values']

const isOneOf = <Name extends string>(names: readonly Name[], name: string): name is Name =>
  (names as readonly string[]).includes(name)

function partsOf({ only }: Values): readonly Part[] {
  if (only === undefined) return PARTS
  if (isOneOf(PARTS, only)) return [only]
  throw new Error(`--only must be one of ${PARTS.join(', ')}. See npm run bench -- --help`)
}

interface Result {
  readonly report: object
  readonly summary: readonly string[]
  readonly page: string
}

async function measure(name: BenchmarkName, values: Values, signal: AbortSignal): Promise<Result> {
  const rounds = wholeNumber('rounds', values.rounds, 100)
  const progress = createProgress()
  if (name === 'booking') {
    if (values.only ?? values.largest) throw new Error('--only and --largest are options of availability')
    const seconds = wholeNumber('seconds', values.seconds ?? '8', 600)
    const report = await measureBooking({ rounds, seconds, progress, signal })
    return { report, summary: booking.summaryOf(report), page: booking.markdownOf(report) }
  }
  const report = await measureAvailability({
    rounds,
    seconds: wholeNumber('seconds', values.seconds ?? '5', 600),
    parts: partsOf(values),
    largest: wholeNumber('largest', values.largest ?? String(LARGEST), LARGEST),
    progress,
    signal,
  })
  return { report, summary: availability.summaryOf(report), page: availability.markdownOf(report) }
}

async function keep(name: BenchmarkName, { report, page }: Result): Promise<void> {
  await mkdir(results, { recursive: true })
  await writeFile(new URL(`${name}.json`, results), `${JSON.stringify(report, null, 2)}\n`)
  await writeFile(new URL(`${name}.md`, results), page)
}

const main = async (signal: AbortSignal): Promise<void> => {
  const { values, positionals } = readArguments()
  if (values.help) {
    console.log(help)
    return
  }
  const [name, ...rest] = positionals
  if (name === undefined || rest.length > 0) {
    throw new Error(`Name one benchmark: ${BENCHMARKS.join(' or ')}. See npm run bench -- --help`)
  }
  if (!isOneOf(BENCHMARKS, name)) {
    throw new Error(`There is no benchmark ${name}. See npm run bench -- --help`)
  }
  const result = await measure(name, values, signal)
  for (const line of result.summary) console.log(line)
  if (Number(values.rounds) < LEAST_ROUNDS || values.only !== undefined) {
    console.log(`A part, or fewer than ${LEAST_ROUNDS} rounds: results are not kept.`)
    return
  }
  await keep(name, result)
  console.log(`Written: bench/results/${name}.json, bench/results/${name}.md`)
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
