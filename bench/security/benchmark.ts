import { withSite } from '../booking/site.ts'
import { type BenchOptions, openBench } from '../support/bench.ts'
import { refuse } from '../support/invalid-run.ts'
import { describeMachine, loadAverage } from '../support/machine.ts'
import { milliseconds } from '../support/markdown.ts'
import { type Spread, spreadOf } from '../support/statistics.ts'
import { BOOKINGS_PER_SECOND, type FloodRound, LOGINS_PER_SECOND, runRound } from './flood.ts'

/** The p99 of bookings during the flood by the one without. */
const MOST_SLOWDOWN = 2

/** A flood from one address meets the limits; one from many meets the queue before the hashes alone. */
const FLOODS = {
  'from one address': { RATE_LIMITS: 'on' },
  'from many addresses': { RATE_LIMITS: 'off' },
} as const
type FloodName = keyof typeof FLOODS

interface FloodReport {
  readonly idleP99: Spread
  readonly duringP99: Spread
  readonly slowdown: Spread
  readonly rounds: readonly FloodRound[]
}

export interface SecurityReport {
  readonly benchmark: 'security'
  readonly date: string
  readonly machine: ReturnType<typeof describeMachine>
  readonly loadAverage: number
  readonly floods: Readonly<Record<FloodName, FloodReport>>
}

/** What a flood of wrong passwords costs those who book. @throws InvalidRun when a booking was refused */
export async function measureSecurity(options: BenchOptions): Promise<SecurityReport> {
  await using bench = await openBench(options, 'wrk', 'pgbench')
  const measure = (name: FloodName): Promise<FloodReport> =>
    withSite(
      bench,
      name.replaceAll(' ', '_'),
      async (site) => {
        const rounds: FloodRound[] = []
        for (let number = 1; number <= bench.rounds; number++) {
          bench.progress.step(`Flood ${name}, round ${number} of ${bench.rounds}`)
          const round = await runRound(bench, site)
          const refused = round.idle.others + round.during.others
          refuse(refused > 0 && `${refused} bookings were refused`)
          rounds.push(round)
        }
        return reportOf(rounds)
      },
      { settings: FLOODS[name] },
    )
  return {
    benchmark: 'security',
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    machine: describeMachine(),
    loadAverage: loadAverage(),
    floods: {
      'from one address': await measure('from one address'),
      'from many addresses': await measure('from many addresses'),
    },
  }
}

const reportOf = (rounds: readonly FloodRound[]): FloodReport => ({
  idleP99: spreadOf(rounds.map(({ idle }) => idle.p99)),
  duringP99: spreadOf(rounds.map(({ during }) => during.p99)),
  slowdown: spreadOf(rounds.map(({ idle, during }) => during.p99 / idle.p99)),
  rounds,
})

const lineOf = ([name, { idleP99, duringP99, slowdown }]: [string, FloodReport]) =>
  `${LOGINS_PER_SECOND} wrong passwords a second ${name}: p99 of ${BOOKINGS_PER_SECOND} bookings a second ` +
  `${milliseconds(duringP99.median)}, without ${milliseconds(idleP99.median)}; ${slowdown.median.toFixed(2)} times, ` +
  `at most ${MOST_SLOWDOWN}: ${slowdown.median <= MOST_SLOWDOWN ? 'reached' : 'missed'}`

export const summaryOf = ({ floods }: SecurityReport): string[] => Object.entries(floods).map(lineOf)

export const markdownOf = (report: SecurityReport): string =>
  [
    '# Security',
    '',
    `${report.date}, load average ${report.loadAverage}. Made by \`npm run bench -- security\`.`,
    '',
    ...summaryOf(report).map((line) => `- ${line}`),
    '',
  ].join('\n')
