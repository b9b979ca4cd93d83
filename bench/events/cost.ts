import { WARM_UP_SECONDS, withSite } from '../booking/site.ts'
import { overHttp } from '../booking/writes.ts'
import { type Comparison, compare, measureEach } from '../support/comparison.ts'
import { refuse } from '../support/invalid-run.ts'
import { startRedis } from '../support/redis.ts'
import { startListeners } from './listening.ts'
import { type EventBench, settled } from './site.ts'

export interface CostReport extends Comparison<'off' | 'on'> {
  /** Events that were delivered while it was measured with them. */
  readonly delivered: number
}

export const COST_SOCKETS = 128

/** Bookings a second where everyone listens and Redis tells the other nodes, beside where nobody does. */
export async function measureCost(bench: EventBench): Promise<CostReport> {
  const { progress } = bench
  await using redis = await startRedis(bench)
  const settings = { REDIS_URL: redis.url }
  return withSite(bench, 'quiet', (quiet) =>
    withSite(
      bench,
      'told',
      async (told) => {
        const contestants = { off: overHttp(bench, quiet, 'book'), on: overHttp(bench, told, 'book') }
        await measureEach(contestants, WARM_UP_SECONDS, (name) => progress.step(`Warming up: events ${name}`))
        const { url, tokens } = told
        const everyone = { count: COST_SOCKETS, tokens: [...tokens], topics: ['bookings'] }
        await using listeners = await startListeners(
          { ...everyone, url, subscriptions: 1, isStalled: false },
          bench.signal,
        )
        const comparison = await compare(bench, 'Cost of events', contestants)
        const delivered = await settled(listeners)
        const answered = comparison.rounds.reduce((sum, { on }) => sum + on.answered, 0)
        const perEvent = COST_SOCKETS / tokens.length
        refuse(
          delivered < answered * perEvent && `${answered} bookings were told ${delivered} times`,
          (await listeners.count()).closes.length > 0 && 'A listener was cut off',
        )
        return { ...comparison, delivered }
      },
      { settings },
    ),
  )
}
