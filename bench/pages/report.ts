import type { Machine } from '../support/machine.ts'
import { milliseconds, spreadRow, table, verdict, whole } from '../support/markdown.ts'
import type { Spread } from '../support/statistics.ts'

/** What is read, ten bookings a page. */
export const MEASURED_PAGES = { 'page 1': 1, 'page 10,000': 10_000, 'the last page': 100_000 } as const
export type MeasuredPage = keyof typeof MEASURED_PAGES

const NAMES = Object.keys(MEASURED_PAGES) as MeasuredPage[]

export type PagesRound = Readonly<Record<MeasuredPage, { readonly p50: number; readonly p99: number }>>

/** All that a run has found, as it is written to pages.json; times in milliseconds. */
export interface PagesReport {
  readonly benchmark: 'pages'
  readonly date: string
  readonly machine: Machine
  readonly loadAverage: number
  /** In the list that is read. */
  readonly bookings: number
  /** The very first page that is read, before anything is remembered of the list. */
  readonly firstMilliseconds: number
  readonly p50: Readonly<Record<MeasuredPage, Spread>>
  readonly p99: Readonly<Record<MeasuredPage, Spread>>
  /** The p50 of page 10,000 by that of page 1. */
  readonly ratio: Spread
  readonly rounds: readonly PagesRound[]
}

/** How much longer page 10,000 may take than page 1. */
const MOST_RATIO = 3

const judged = ({ ratio }: PagesReport) => `at most ${MOST_RATIO}: ${verdict(ratio.median <= MOST_RATIO)}`

/** The lines that matter, for whoever ran it. */
export const summaryOf = (report: PagesReport): string[] => [
  ...NAMES.map(
    (name) =>
      `${name}: p50 ${milliseconds(report.p50[name].median)}, p99 ${milliseconds(report.p99[name].median)}`,
  ),
  `Page 10,000 by page 1: ${report.ratio.median.toFixed(2)} (${report.ratio.min.toFixed(2)} to ${report.ratio.max.toFixed(2)}); ${judged(report)}`,
  `The first page of all, before anything is remembered: ${milliseconds(report.firstMilliseconds)}`,
]

/** The report as a page. */
export function markdownOf(report: PagesReport): string {
  const { date, machine, loadAverage, bookings, ratio } = report
  const { processor, cores, memoryGigabytes, system } = machine
  return `# Pages

${date}, by \`npm run bench -- pages\`, on ${processor} (${cores} cores, ${memoryGigabytes} GB), ${system}. Load average: ${loadAverage}.

Pages of ten of the ${whole(bookings)} bookings of \`/bookings/past\`, read by an admin over HTTP, one after the other and in alternation.

${table(
  ['', 'median', 'least', 'most'],
  NAMES.flatMap((name) => [
    spreadRow(`${name}, p50`, report.p50[name], milliseconds),
    spreadRow(`${name}, p99`, report.p99[name], milliseconds),
  ]),
)}

Page 10,000 takes **${ratio.median.toFixed(2)} times** as long as page 1 (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)} in a round; ${judged(report)}).
The very first page, before anything is remembered of the list: ${milliseconds(report.firstMilliseconds)}.
`
}
