import { slotRequest } from '../booking/booking-request.ts'
import { nextFreeIndex } from '../booking/shop.ts'
import { CONNECTIONS, WARM_UP_SECONDS, withSite } from '../booking/site.ts'
import { overHttp } from '../booking/writes.ts'
import { refuse } from '../support/invalid-run.ts'
import { loadAverage } from '../support/machine.ts'
import { milliseconds } from '../support/markdown.ts'
import { runOpenLoop } from '../support/open-loop.ts'
import { withClient } from '../support/postgres.ts'
import { type Spread, spreadOf } from '../support/statistics.ts'
import { startListeners } from './listening.ts'
import type { Latencies } from './plan.ts'
import { commitsAfter, type EventBench, lastSequence, settled } from './site.ts'

export interface LatencyRound extends Latencies {
  /** Bookings a second, which is half of what was reached just before. */
  readonly perSecond: number
  readonly loadAverage: number
}

export interface LatencyReport {
  readonly p50: Spread
  readonly p99: Spread
  readonly rounds: readonly LatencyRound[]
}

/** From the commit of a booking to the socket of its customer, at half of the bookings a second that can be made. */
export const measureLatency = (bench: EventBench): Promise<LatencyReport> =>
  withSite(bench, 'latency', async (site) => {
    const { progress, signal, seconds } = bench
    const book = overHttp(bench, site, 'book')
    progress.step('Latency: warming up')
    await book(WARM_UP_SECONDS)
    const everyone = { count: site.tokens.length, tokens: [...site.tokens], topics: ['bookings'] }
    const plan = { ...everyone, url: site.url, subscriptions: 1, isStalled: false }
    const rounds: LatencyRound[] = []
    for (let number = 1; number <= bench.rounds; number++) {
      const perSecond = Math.round((await book(seconds)).perSecond / 2)
      // Those who come late, so that nothing of the full load is still on its way to them.
      await using listeners = await startListeners(plan, signal)
      const [before, firstIndex] = await Promise.all([
        lastSequence(site),
        withClient(site.databaseUrl, (client) => nextFreeIndex(client, site.firstStart)),
      ])
      const { result } = await runOpenLoop(
        {
          perSecond,
          seconds: seconds * 2,
          connections: CONNECTIONS,
          expectedStatus: 201,
          requestOf: (sequence) => slotRequest(site, firstIndex + sequence),
        },
        signal,
      )
      const told = await settled(listeners)
      refuse(
        result.others > 0 && `${result.others} bookings were refused`,
        told !== result.answered && `${result.answered} bookings were told ${told} times`,
      )
      const latencies = await listeners.measure(await commitsAfter(site, before))
      rounds.push({ ...latencies, perSecond, loadAverage: loadAverage() })
      progress.line(
        `Latency, round ${number} of ${bench.rounds}: ${perSecond} bookings a second, p50 ${milliseconds(latencies.p50)}, p99 ${milliseconds(latencies.p99)}; load average ${loadAverage()}`,
      )
    }
    return {
      p50: spreadOf(rounds.map(({ p50 }) => p50)),
      p99: spreadOf(rounds.map(({ p99 }) => p99)),
      rounds,
    }
  })
