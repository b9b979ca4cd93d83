import { latencyTable, milliseconds, spreadRow, table, verdict, whole } from '../support/markdown.ts'
import { MOST_REFUSED_P99, MOST_SLOWDOWN } from './goals.ts'
import { type HotReport, RIVAL_CONNECTIONS, RIVALS } from './hot.ts'

/** What the report says of the hot slot. */
export const hotPage = ({ refusedP99, othersP99, slowdown, rounds }: HotReport) => `
## A hot slot

${whole(RIVALS)} requests for one slot over ${RIVAL_CONNECTIONS} connections, as fast as they go, each with a key of its own: one 201, all others 409 with
alternatives. Meanwhile bookings at other providers at a constant rate, from the intended send time to the end of the answer.

${table(
  ['', 'median', 'least', 'most', 'goal', ''],
  [
    [
      ...spreadRow('p99 of refusals', refusedP99, milliseconds),
      `at most ${milliseconds(MOST_REFUSED_P99)}`,
      verdict(refusedP99.median <= MOST_REFUSED_P99),
    ],
    [...spreadRow('p99 elsewhere, without the hot slot', othersP99.idle, milliseconds), '', ''],
    [...spreadRow('p99 elsewhere, meanwhile', othersP99.during, milliseconds), '', ''],
    [
      '**meanwhile / without**',
      `**${slowdown.ofMedians.toFixed(2)}**`,
      slowdown.perRound.min.toFixed(2),
      slowdown.perRound.max.toFixed(2),
      `at most ${MOST_SLOWDOWN}`,
      verdict(slowdown.ofMedians <= MOST_SLOWDOWN),
    ],
  ],
)}

${table(
  ['round', '201', '409', 'others', 'a second', 'p50', 'p99', 'most', 'load average'],
  rounds.map(({ rush, loadAverage }, index) => [
    index + 1,
    rush.won,
    whole(rush.refused),
    rush.others,
    whole(rush.perSecond),
    ...[rush.p50, rush.p99, rush.max].map(milliseconds),
    loadAverage,
  ]),
)}

${latencyTable(
  Object.fromEntries(
    rounds.flatMap(({ idle, during }, index) => [
      [`elsewhere, round ${index + 1}, without`, idle],
      [`elsewhere, round ${index + 1}, meanwhile`, during],
    ]),
  ),
  'bookings',
  'not 201',
)}
`
