import { ratioOf, ratioText } from '../support/comparison.ts'
import {
  type Circumstances,
  circumstancesTable,
  milliseconds,
  percent,
  spreadRow,
  table,
  verdict,
  whole,
} from '../support/markdown.ts'
import type { CostReport } from './cost.ts'
import { LEAST_RATE_WITH_EVENTS, MOST_LATENCY, MOST_SLOWDOWN } from './goals.ts'
import type { LatencyReport } from './latency.ts'
import type { SocketsReport } from './sockets.ts'

/** All that a run has found, as it is written to events.json; null for a part that was left out. */
export interface EventReport extends Circumstances {
  readonly benchmark: 'events'
  readonly date: string
  readonly latency: LatencyReport | null
  readonly cost: CostReport | null
  readonly sockets: SocketsReport | null
  readonly loadAverage: { readonly before: number; readonly after: number }
}

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`
const atMost = (value: number, most: number) => `at most ${most}: ${verdict(value <= most)}`

const latencySummary = ({ p50, p99 }: LatencyReport): string[] => [
  `Commit to socket, p50: ${milliseconds(p50.median)}; ${atMost(p50.median, MOST_LATENCY.p50)}`,
  `Commit to socket, p99: ${milliseconds(p99.median)}; ${atMost(p99.median, MOST_LATENCY.p99)}`,
]

const costSummary = (cost: CostReport): string[] => {
  const ratio = ratioOf(cost, 'on', 'off')
  const isKept = ratio.ofMedians >= LEAST_RATE_WITH_EVENTS
  return [
    `Bookings with events by those without: ${ratioText(ratio)}; at least ${percent(LEAST_RATE_WITH_EVENTS)}: ${verdict(isKept)}`,
  ]
}

const socketsSummary = ({ bytesPerSocket, deliveriesPerSecond, slowdown }: SocketsReport): string[] => [
  `Memory of a socket: ${kilobytes(bytesPerSocket)}`,
  `Deliveries a second: ${whole(deliveriesPerSecond.median)}`,
  `p99 beside a stalled listener: ${slowdown.ofMedians.toFixed(2)} times that without; ${atMost(slowdown.ofMedians, MOST_SLOWDOWN)}`,
]

/** The lines that matter, for whoever ran it. */
export const summaryOf = ({ latency, cost, sockets }: EventReport): string[] => [
  ...(latency ? latencySummary(latency) : []),
  ...(cost ? costSummary(cost) : []),
  ...(sockets ? socketsSummary(sockets) : []),
]

const latencyPage = ({ p50, p99, rounds }: LatencyReport) => `
## From commit to socket

Every booking is told to its customer over a WebSocket, at half of the bookings a second that were reached just before. Time runs from
the commit as PostgreSQL stamps it, which is before the commit is on disk, to the arrival in another process.

${table(
  ['', 'median', 'least', 'most', 'goal', ''],
  [
    [
      ...spreadRow('p50', p50, milliseconds),
      `at most ${MOST_LATENCY.p50} ms`,
      verdict(p50.median <= MOST_LATENCY.p50),
    ],
    [
      ...spreadRow('p99', p99, milliseconds),
      `at most ${MOST_LATENCY.p99} ms`,
      verdict(p99.median <= MOST_LATENCY.p99),
    ],
  ],
)}

${table(
  ['round', 'bookings a second', 'p50', 'p99', 'most', 'load average'],
  rounds.map((round, index) => [
    index + 1,
    whole(round.perSecond),
    ...[round.p50, round.p99, round.max].map(milliseconds),
    round.loadAverage,
  ]),
)}
`

function costPage(cost: CostReport): string {
  const { ofMedians, perRound } = ratioOf(cost, 'on', 'off')
  return `
## What telling costs those who book

Bookings a second with listeners and a Redis that rings for other nodes, beside a server with neither. ${whole(cost.delivered)} events were delivered.

${table(
  ['', 'median', 'least', 'most', 'goal', ''],
  [
    [...spreadRow('without, a second', cost.perSecond.off, whole), '', ''],
    [...spreadRow('with, a second', cost.perSecond.on, whole), '', ''],
    [
      '**with / without**',
      `**${percent(ofMedians)}**`,
      percent(perRound.min),
      percent(perRound.max),
      `at least ${percent(LEAST_RATE_WITH_EVENTS)}`,
      verdict(ofMedians >= LEAST_RATE_WITH_EVENTS),
    ],
  ],
)}
`
}

const socketsPage = ({ bytesPerSocket, deliveriesPerSecond, slowdown, rounds }: SocketsReport) => `
## Very many sockets on one process

All of them follow one provider. A socket takes ${kilobytes(bytesPerSocket)} of memory. ${whole(deliveriesPerSecond.median)} deliveries a second (${whole(deliveriesPerSecond.min)} to ${whole(deliveriesPerSecond.max)}) when
many bookings come at once, with the clients on the same cores. The stalled one is closed with 1013 in every round; the p99 of the others
beside it is **${slowdown.ofMedians.toFixed(2)} times** that without (${slowdown.perRound.min.toFixed(2)} to ${slowdown.perRound.max.toFixed(2)} in a round; at most ${MOST_SLOWDOWN}: ${verdict(slowdown.ofMedians <= MOST_SLOWDOWN)}).

${table(
  ['round', 'p50 alone', 'p99 alone', 'p50 beside it', 'p99 beside it'],
  rounds.map(({ alone, besideStalled }, index) => [
    index + 1,
    ...[alone.p50, alone.p99, besideStalled.p50, besideStalled.p99].map(milliseconds),
  ]),
)}
`

/** The report as a page. */
export function markdownOf(report: EventReport): string {
  const { date, loadAverage, latency, cost, sockets } = report
  return `# Events

${date}, by \`npm run bench -- events\`. Ratios count: everything shares the machine with what else runs there.
Load average before: ${loadAverage.before}, after: ${loadAverage.after}.
${latency ? latencyPage(latency) : ''}${cost ? costPage(cost) : ''}${sockets ? socketsPage(sockets) : ''}
## Machine and settings

${circumstancesTable(report)}
`
}
