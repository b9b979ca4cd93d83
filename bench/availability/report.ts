import type { Machine } from '../support/machine.ts'
import {
  circumstancesTable,
  latencyTable,
  milliseconds,
  percent,
  spreadRow,
  table,
  verdict,
  whole,
} from '../support/markdown.ts'
import type { ServerFacts } from '../support/postgres.ts'
import type { Spread } from '../support/statistics.ts'
import type { HttpReport } from './http.ts'
import { inProcessWords, LEAST_HTTP_RATIO, MOST_P99, MOST_SLOWDOWN } from './limits.ts'
import type { SizeReport } from './size.ts'

export interface InProcessResult {
  readonly name: string
  /** Of one call, by the clock on the wall. */
  readonly nanoseconds: Spread
  /** Of one call, by the clock of the processor: without the time in which others had it. */
  readonly processorNanoseconds: Spread
  /** What one call found, or null for what finds nothing. */
  readonly slots: number | null
  readonly available: number | null
}

/** All that a run has found, as it is written to availability.json; null for a part that was left out. */
export interface AvailabilityReport {
  readonly benchmark: 'availability'
  readonly date: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly postgresql: Omit<ServerFacts, 'version'> | null
  readonly settings: Readonly<Record<string, number | string>>
  readonly loadAverage: { readonly before: number; readonly after: number }
  readonly inProcess: readonly InProcessResult[] | null
  readonly http: HttpReport | null
  readonly size: SizeReport | null
}

/** A length of time in the unit that suits it. */
function duration(nanoseconds: number): string {
  if (nanoseconds < 1_000) return `${nanoseconds.toFixed(0)} ns`
  if (nanoseconds < 1_000_000) return `${(nanoseconds / 1_000).toFixed(1)} µs`
  return `${(nanoseconds / 1_000_000).toFixed(2)} ms`
}

const wordsOf = (name: string) => inProcessWords[name] ?? { title: name, limit: null }

/** The lines that matter, for whoever ran it. */
export function summaryOf({ inProcess, http, size }: AvailabilityReport): string[] {
  const engine = (inProcess ?? []).map(({ name, nanoseconds, processorNanoseconds, slots }) => {
    const { title, limit } = wordsOf(name)
    const made = slots === null ? '' : `, ${whole(slots)} slots`
    const judged = limit === null ? '' : `; limit ${duration(limit)}: ${verdict(nanoseconds.median <= limit)}`
    return `${title}: ${duration(nanoseconds.median)} (processor ${duration(processorNanoseconds.median)})${made}${judged}`
  })
  return [...engine, ...(http ? httpSummary(http) : []), ...(size ? sizeSummary(size) : [])]
}

const httpSummary = ({ perSecond, ratio, openLoop }: HttpReport): string[] => [
  `A month over HTTP: ${whole(perSecond.month.median)} a second, bare Fastify ${whole(perSecond.bare.median)}: ` +
    `${percent(ratio.ofMedians)}; at least ${percent(LEAST_HTTP_RATIO)}: ${verdict(ratio.ofMedians >= LEAST_HTTP_RATIO)}`,
  `Not modified: ${whole(perSecond.notModified.median)} a second`,
  `100 providers: ${perSecond.hundredProviders.median.toFixed(1)} a second; at ${openLoop.perSecond} a second p50 ` +
    `${milliseconds(openLoop.p50)}, p99 ${milliseconds(openLoop.p99)}; at most ${milliseconds(MOST_P99)}: ${verdict(openLoop.p99 <= MOST_P99)}`,
]

const sizeSummary = ({ tables }: SizeReport): string[] =>
  tables.map(
    ({ bookings, otherClaims, perSecond, slowdown }) =>
      `${whole(bookings)} bookings${otherClaims > 0 ? ` and ${whole(otherClaims)} claims of others` : ''}: ` +
      `${whole(perSecond.median)} a second, ${slowdown.toFixed(2)} times as long; at most ${MOST_SLOWDOWN}: ${verdict(slowdown <= MOST_SLOWDOWN)}`,
  )

/** The report as a page. */
export function markdownOf(report: AvailabilityReport): string {
  const { date, loadAverage, inProcess, http, size } = report
  return `# How fast slots are found

${date}, by \`npm run bench -- availability\`. Ratios count: everything shares the machine with what else runs there.
Load average before: ${loadAverage.before}, after: ${loadAverage.after}.
${inProcess ? inProcessPage(inProcess) : ''}${http ? httpPage(http) : ''}${size ? sizePage(size) : ''}
## Machine and settings

${circumstancesTable(report)}
`
}

const inProcessPage = (results: readonly InProcessResult[]) => `
## In process

Time of one call, in a process of its own, warmed up; the processor's column leaves out the time in which others had it.

${table(
  ['', 'median', 'least', 'most', 'processor', 'limit', '', 'slots', 'to be had'],
  results.map(({ name, nanoseconds, processorNanoseconds, slots, available }) => {
    const { title, limit } = wordsOf(name)
    return [
      ...spreadRow(title, nanoseconds, duration),
      duration(processorNanoseconds.median),
      limit === null ? '' : duration(limit),
      limit === null ? '' : verdict(nanoseconds.median <= limit),
      slots === null ? '' : whole(slots),
      available === null ? '' : whole(available),
    ]
  }),
)}
`

const httpPage = ({ perSecond, ratio, slots, bodyBytes, openLoop, rounds }: HttpReport) => `
## Over HTTP

The whole server, on PostgreSQL, asked for the months of a hundred providers in turn; bare Fastify answers the body of the month, ${whole(bodyBytes.month)} bytes with ${slots.month} slots,
as a constant. 100 providers are ${whole(slots.hundredProviders)} slots in ${whole(bodyBytes.hundredProviders)} bytes.

${table(
  ['', 'median', 'least', 'most'],
  [
    spreadRow('a month of one provider, a second', perSecond.month, whole),
    spreadRow('bare Fastify, the same body, a second', perSecond.bare, whole),
    spreadRow('the month with `If-None-Match`, 304 a second', perSecond.notModified, whole),
    spreadRow('a month of 100 providers, a second', perSecond.hundredProviders, (value) => value.toFixed(1)),
    [
      '**month / bare Fastify**',
      `**${percent(ratio.ofMedians)}**`,
      percent(ratio.perRound.min),
      percent(ratio.perRound.max),
    ],
  ],
)}

At least ${percent(LEAST_HTTP_RATIO)}: ${verdict(ratio.ofMedians >= LEAST_HTTP_RATIO)}.

100 providers at a constant rate, half of what was reached, from the intended send time to the end of the answer; ${openLoop.checked} answers
were compared with what is free:

${latencyTable({ '100 providers': openLoop }, 'answers', 'not 200')}

p99 at most ${milliseconds(MOST_P99)}: ${verdict(openLoop.p99 <= MOST_P99)}.

${table(
  ['round', 'month', 'bare Fastify', 'month / bare', '304', '100 providers', 'failed', 'load average'],
  rounds.map(({ month, bare, notModified, hundredProviders }, index) => [
    index + 1,
    whole(month.perSecond),
    whole(bare.perSecond),
    percent(month.perSecond / bare.perSecond),
    whole(notModified.perSecond),
    hundredProviders.perSecond.toFixed(1),
    month.failed + bare.failed + notModified.failed + hundredProviders.failed,
    `${month.loadAverage} / ${bare.loadAverage} / ${notModified.loadAverage} / ${hundredProviders.loadAverage}`,
  ]),
)}
`

const sizePage = ({ tables, slots, isComplete }: SizeReport) => `
## With more bookings in the table

The month of one provider, ${slots} slots, in databases that differ in what else they hold: bookings of five years and a
thousand providers, and in one row the live claims of others too.${isComplete ? '' : ' **The largest table was made smaller than 10,000,000 by `--largest`.**'}

${table(
  [
    'bookings',
    'claims of others',
    'searches a second',
    'least',
    'most',
    'times as long',
    'in a round',
    '',
    'filled in',
    'MB',
  ],
  tables.map(
    ({ bookings, otherClaims, perSecond, slowdown, slowdownPerRound, fillSeconds, databaseMegabytes }) => [
      whole(bookings),
      whole(otherClaims),
      whole(perSecond.median),
      whole(perSecond.min),
      whole(perSecond.max),
      `**${slowdown.toFixed(2)}**`,
      `${slowdownPerRound.min.toFixed(2)} to ${slowdownPerRound.max.toFixed(2)}`,
      verdict(slowdown <= MOST_SLOWDOWN),
      `${fillSeconds.toFixed(1)} s`,
      whole(databaseMegabytes),
    ],
  ),
)}

At most ${MOST_SLOWDOWN} times. The tables were filled without their indexes and keys, which were made again afterwards; the
schema was then compared with what it was before.
`
