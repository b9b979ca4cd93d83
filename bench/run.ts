import { mkdir, writeFile } from 'node:fs/promises'
import { readArguments } from '../src/infrastructure/commands/command.ts'
import { PARTS as AVAILABILITY_PARTS, measureAvailability } from './availability/benchmark.ts'
import * as availability from './availability/report.ts'
import { LARGEST } from './availability/size.ts'
import { PARTS as BOOKING_PARTS, measureBooking } from './booking/benchmark.ts'
import * as booking from './booking/report.ts'
import { PARTS as EVENT_PARTS, measureEvents } from './events/benchmark.ts'
import * as events from './events/report.ts'
import { measurePages } from './pages/benchmark.ts'
import * as pages from './pages/report.ts'
import * as security from './security/benchmark.ts'
import { createProgress } from './support/progress.ts'

const LEAST_ROUNDS = 5
const BENCHMARKS = ['booking', 'availability', 'events', 'security', 'pages'] as const
type BenchmarkName = (typeof BENCHMARKS)[number]

const help = `Measures Slotwright on this machine.

  npm run bench -- <benchmark> [options]

  booking           bookings made, held, moved, cancelled, read and listed over HTTP, beside the same statements by
                    pgbench and beside bare Fastify; and one slot that everybody wants
  availability      slots found: by the engine alone, over HTTP beside bare Fastify, and with more and more bookings

  events            from commit to socket, what telling costs those who book, and thousands of sockets on one process

  security          what a flood of wrong passwords costs those who book

  pages             the first page of a million bookings beside the ten thousandth

  --rounds <n>      how often each is measured, in alternation (${LEAST_ROUNDS}); with fewer it is a trial whose
                    results are shown and not kept
  --seconds <n>     how long each measurement takes (4 for booking, events, security and pages,
                    5 for availability)
  --only <parts>    some parts, such as "--only get,hot", whose results are shown and not kept; booking has
                    ${BOOKING_PARTS.join(', ')}, about a minute or two each; availability has ${AVAILABILITY_PARTS.join(', ')}; events has
                    ${EVENT_PARTS.join(', ')}
  --largest <n>     bookings in the largest table of availability (${LARGEST}); with fewer the result says so
  --help            this text

Results go to bench/results as JSON and as a table. It needs wrk, booking and events pgbench, and events redis-server, on
Debian from the packages wrk, postgresql and redis-server. DATABASE_URL names a PostgreSQL to create databases on and drop them afterwards; without it an embedded
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

const readCommandLine = () =>
  readArguments('npm run bench', {
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: String(LEAST_ROUNDS) },
      seconds: { type: 'string' },
      only: { type: 'string' },
      largest: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })

type Values = ReturnType<typeof readCommandLine>['values']

const isOneOf = <Name extends string>(names: readonly Name[], name: string): name is Name =>
  (names as readonly string[]).includes(name)

function partsOf<Part extends string>(parts: readonly Part[], { only }: Values): readonly Part[] {
  if (only === undefined) return parts
  const asked = only.split(',')
  const unknown = asked.find((part) => !isOneOf(parts, part))
  if (unknown === undefined) return parts.filter((part) => asked.includes(part))
  throw new Error(`--only must be some of ${parts.join(',')}. See npm run bench -- --help`)
}

interface Result {
  readonly report: object
  readonly summary: readonly string[]
  readonly page: string
}

async function measure(name: BenchmarkName, values: Values, signal: AbortSignal): Promise<Result> {
  const rounds = wholeNumber('rounds', values.rounds, 100)
  const progress = createProgress()
  if (name !== 'availability' && values.largest !== undefined) {
    throw new Error('--largest is an option of availability')
  }
  if (name === 'booking') {
    const seconds = wholeNumber('seconds', values.seconds ?? '4', 600)
    const parts = partsOf(BOOKING_PARTS, values)
    const report = await measureBooking({ rounds, seconds, parts, progress, signal })
    return { report, summary: booking.summaryOf(report), page: booking.markdownOf(report) }
  }
  if (name === 'events') {
    const seconds = wholeNumber('seconds', values.seconds ?? '4', 600)
    const parts = partsOf(EVENT_PARTS, values)
    const report = await measureEvents({ rounds, seconds, parts, progress, signal })
    return { report, summary: events.summaryOf(report), page: events.markdownOf(report) }
  }
  if (name === 'security') {
    const seconds = wholeNumber('seconds', values.seconds ?? '4', 600)
    const report = await security.measureSecurity({ rounds, seconds, progress, signal })
    return { report, summary: security.summaryOf(report), page: security.markdownOf(report) }
  }
  if (name === 'pages') {
    const seconds = wholeNumber('seconds', values.seconds ?? '4', 600)
    const report = await measurePages({ rounds, seconds, progress, signal })
    return { report, summary: pages.summaryOf(report), page: pages.markdownOf(report) }
  }
  const report = await measureAvailability({
    rounds,
    seconds: wholeNumber('seconds', values.seconds ?? '5', 600),
    parts: partsOf(AVAILABILITY_PARTS, values),
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
  const { values, positionals } = readCommandLine()
  if (values.help) {
    console.log(help)
    return
  }
  const [name, ...rest] = positionals
  if (name === undefined || rest.length > 0) {
    throw new Error(`Name one benchmark: ${BENCHMARKS.join(', ')}. See npm run bench -- --help`)
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
