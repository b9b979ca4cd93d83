import type { Machine } from '../support/machine.ts'
import { milliseconds, percent, spreadRow, table, whole } from '../support/markdown.ts'
import type { OpenLoopResult } from '../support/open-loop.ts'
import type { ServerFacts } from '../support/postgres.ts'
import type { Spread } from '../support/statistics.ts'
import type { Round } from './rounds.ts'

/** All that a run has found, as it is written to booking.json. */
export interface BookingReport {
  readonly benchmark: 'booking'
  readonly date: string
  readonly machine: Machine
  readonly versions: Readonly<Record<'node' | 'fastify' | 'postgresql' | 'pgbench' | 'wrk', string>>
  readonly postgresql: Omit<ServerFacts, 'version'>
  readonly settings: Readonly<Record<string, number | string>>
  /** Of the last minute before the first round. */
  readonly loadAverageBefore: number
  readonly perSecond: Readonly<Record<'http' | 'direct' | 'bare', Spread>>
  /** Of the medians, and of the two within each round. */
  readonly ratio: { readonly ofMedians: number; readonly perRound: Spread }
  readonly bookings: Readonly<Record<'http' | 'direct', number>>
  readonly openLoop: OpenLoopResult & { readonly perSecond: number; readonly loadAverage: number }
  readonly rounds: readonly Round[]
}

/** The two lines that matter, for whoever ran it. */
export const summaryOf = ({ perSecond, ratio, openLoop }: BookingReport): string[] => [
  `${whole(perSecond.http.median)} bookings a second over HTTP, ${whole(perSecond.direct.median)} by pgbench: ` +
    `${percent(ratio.ofMedians)} (${percent(ratio.perRound.min)} to ${percent(ratio.perRound.max)} in a round)`,
  `At ${whole(openLoop.perSecond)} a second: p50 ${milliseconds(openLoop.p50)}, p99 ${milliseconds(openLoop.p99)}`,
]

/** The report as a page. */
export function markdownOf(report: BookingReport): string {
  const { machine, versions, postgresql, settings, perSecond, ratio, openLoop, rounds } = report
  return `# Bookings a second

${report.date}, by \`npm run bench -- booking\`. HTTP is the whole server: token, schema, rules, one statement. pgbench calls
that statement alone, on the same PostgreSQL. The ratio is what counts: both share the machine with what else runs there.

${table(
  ['', 'median', 'least', 'most'],
  [
    spreadRow('HTTP, bookings a second', perSecond.http, whole),
    spreadRow('pgbench, bookings a second', perSecond.direct, whole),
    spreadRow('bare Fastify, constant answers a second', perSecond.bare, whole),
    [
      '**HTTP / pgbench**',
      `**${percent(ratio.ofMedians)}**`,
      percent(ratio.perRound.min),
      percent(ratio.perRound.max),
    ],
  ],
)}

Latency at a constant ${whole(openLoop.perSecond)} bookings a second, from the intended send time to the end of the answer:

${table(
  ['p50', 'p90', 'p99', 'most', 'of it the client, p50', 'p99', 'bookings', 'not 201'],
  [
    [
      milliseconds(openLoop.p50),
      milliseconds(openLoop.p90),
      milliseconds(openLoop.p99),
      milliseconds(openLoop.max),
      milliseconds(openLoop.sendDelay.p50),
      milliseconds(openLoop.sendDelay.p99),
      whole(openLoop.answered),
      openLoop.others,
    ],
  ],
)}

## Rounds

${table(
  ['round', 'HTTP', 'not 201', 'pgbench', 'not booked', 'bare Fastify', 'HTTP / pgbench', 'load average'],
  rounds.map(({ http, direct, bare, ratio: ofRound }, index) => [
    index + 1,
    whole(http.perSecond),
    http.others + http.socketErrors,
    whole(direct.perSecond),
    direct.transactions - direct.rows + direct.failed,
    whole(bare.perSecond),
    percent(ofRound),
    `${http.loadAverage} / ${direct.loadAverage} / ${bare.loadAverage}`,
  ]),
)}

Rows in \`bookings\` afterwards: ${whole(report.bookings.http)} over HTTP, ${whole(report.bookings.direct)} by pgbench, each with its
claim, reminder and event; every round was checked against the answers counted. Load average before: ${report.loadAverageBefore}.

## Machine and settings

${table(
  ['', ''],
  [
    ...Object.entries(machine),
    ...Object.entries(versions),
    ['PostgreSQL server', postgresql.kind],
    ...Object.entries(postgresql.settings),
    ...Object.entries(settings),
  ],
)}
`
}
