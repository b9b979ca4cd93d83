import { type Comparison, ratioOf, ratioText } from '../support/comparison.ts'
import {
  type Circumstances,
  circumstancesTable,
  latencyTable,
  milliseconds,
  percent,
  spreadRow,
  table,
  verdict,
  whole,
} from '../support/markdown.ts'
import type { ChangesReport } from './changes.ts'
import type { CreateReport } from './create.ts'
import { MOST_REFUSED_P99, MOST_SLOWDOWN, type RatioGoal, ratioGoals } from './goals.ts'
import type { HotReport } from './hot.ts'
import { hotPage } from './hot-page.ts'
import type { GetReport, ListReport } from './reads.ts'

/** All that a run has found, as it is written to booking.json; null for a part that was left out. */
export interface BookingReport extends Circumstances {
  readonly benchmark: 'booking'
  readonly date: string
  readonly create: CreateReport | null
  readonly changes: ChangesReport | null
  readonly get: GetReport | null
  readonly list: ListReport | null
  readonly hot: HotReport | null
  readonly loadAverage: { readonly before: number; readonly after: number }
}

const judged = (reached: number, least: number | null) =>
  least === null ? '' : `; at least ${percent(least)}: ${verdict(reached >= least)}`

function ratioLines<Name extends string>(
  part: string,
  comparison: Comparison<Name> | null,
  goals: readonly RatioGoal<NoInfer<Name>>[],
): string[] {
  if (comparison === null) return []
  return goals.map(({ title, one, other, least }) => {
    const ratio = ratioOf(comparison, one, other)
    return `${part}, ${title}: ${ratioText(ratio)}${judged(ratio.ofMedians, least)}`
  })
}

/** The lines that matter, for whoever ran it. */
export const summaryOf = ({ create, changes, get, list, hot }: BookingReport): string[] => [
  ...ratioLines('Bookings', create, ratioGoals.create),
  ...(create
    ? [`Bookings at ${create.openLoop.perSecond} a second: p99 ${milliseconds(create.openLoop.p99)}`]
    : []),
  ...ratioLines('Changes', changes, ratioGoals.changes),
  ...ratioLines('Get', get, ratioGoals.get),
  ...ratioLines('List', list, ratioGoals.list),
  ...(hot ? hotSummary(hot) : []),
]

const hotSummary = ({ refusedP99, slowdown }: HotReport): string[] => [
  `Hot slot, p99 of refusals: ${milliseconds(refusedP99.median)}; at most ${milliseconds(MOST_REFUSED_P99)}: ${verdict(refusedP99.median <= MOST_REFUSED_P99)}`,
  `Hot slot, p99 elsewhere: ${slowdown.ofMedians.toFixed(2)} times that without it; at most ${MOST_SLOWDOWN}: ${verdict(slowdown.ofMedians <= MOST_SLOWDOWN)}`,
]

function comparisonTables<Name extends string>(
  comparison: Comparison<Name>,
  words: Readonly<Record<NoInfer<Name>, string>>,
  goals: readonly RatioGoal<NoInfer<Name>>[],
): string {
  const names = Object.keys(words) as Name[]
  const { perSecond, rounds } = comparison
  return `${table(
    ['', 'median', 'least', 'most', 'goal', ''],
    [
      ...names.map((name) => [...spreadRow(`${words[name]}, a second`, perSecond[name], whole), '', '']),
      ...goals.map(({ title, one, other, least }) => {
        const { ofMedians, perRound } = ratioOf(comparison, one, other)
        const [min, max] = [percent(perRound.min), percent(perRound.max)]
        const goal = least === null ? ['', ''] : [`at least ${percent(least)}`, verdict(ofMedians >= least)]
        return [`**${title}**`, `**${percent(ofMedians)}**`, min, max, ...goal]
      }),
    ],
  )}

${table(
  ['round', ...names.map((name) => words[name]), 'failed', 'load average'],
  rounds.map((round, index) => [
    index + 1,
    ...names.map((name) => whole(round[name].perSecond)),
    names.reduce((failed, name) => failed + round[name].failed, 0),
    names.map((name) => round[name].loadAverage).join(' / '),
  ]),
)}
`
}

const createPage = (create: CreateReport) => `
## Booking

Full bookings: token, schema, \`Idempotency-Key\` (a new one each time), rules, constraint, history, event, reminder. pgbench calls the
server's statement alone, with a key too; bare Fastify answers a constant body of ${create.bodyLength} bytes.

${comparisonTables(create, { http: 'HTTP', direct: 'pgbench', bare: 'bare Fastify' }, ratioGoals.create)}
At a constant rate, half of what was reached, from the intended send time to the end of the answer (load average ${create.openLoop.loadAverage}):

${latencyTable({ bookings: create.openLoop }, 'bookings', 'not 201')}

Bookings afterwards: ${whole(create.bookings.http)} over HTTP, ${whole(create.bookings.direct)} by pgbench, each with its claim, reminder, history and
event; every measurement was checked against the answers counted.
`

const changesPage = (changes: ChangesReport) => `
## Holds and changes

Hold and redeem is two requests that make one booking. Rescheduling and cancelling take bookings that were made before, each once and
to a free slot; the server and pgbench read each first. Each request has a key of its own.

${comparisonTables(
  changes,
  {
    book: 'book',
    holdAndRedeem: 'hold and redeem',
    reschedule: 'reschedule',
    cancel: 'cancel',
    bookDirectly: 'book by pgbench',
    holdAndRedeemDirectly: 'hold and redeem by pgbench',
    rescheduleDirectly: 'reschedule by pgbench',
    cancelDirectly: 'cancel by pgbench',
  },
  ratioGoals.changes,
)}`

const getPage = (get: GetReport) => `
## A booking by its id

pgbench runs the same select by primary key, prepared; bare Fastify answers a constant body of ${get.bodyLength} bytes.

${comparisonTables(get, { http: 'HTTP', direct: 'pgbench', bare: 'bare Fastify' }, ratioGoals.get)}`

const listPage = (list: ListReport) => `
## A customer's bookings, page by page

20 of a page, ${whole(list.bodyLength)} bytes; the thousandth was reached by following 999 cursors.

${comparisonTables(list, { first: 'page 1', deep: 'page 1,000' }, ratioGoals.list)}`

/** The report as a page. */
export function markdownOf(report: BookingReport): string {
  const { date, loadAverage, create, changes, get, list, hot } = report
  return `# Bookings

${date}, by \`npm run bench -- booking\`. Ratios count: everything shares the machine with what else runs there.
Load average before: ${loadAverage.before}, after: ${loadAverage.after}; in the tables in the order of the columns.
${create ? createPage(create) : ''}${changes ? changesPage(changes) : ''}${get ? getPage(get) : ''}${list ? listPage(list) : ''}${hot ? hotPage(hot) : ''}
## Machine and settings

${circumstancesTable(report)}
`
}
