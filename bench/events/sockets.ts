import { slotRequest } from '../booking/booking-request.ts'
import { nextFreeIndex, shop } from '../booking/shop.ts'
import { CONNECTIONS, type Site, WARM_UP_SECONDS, withSite } from '../booking/site.ts'
import { overHttp } from '../booking/writes.ts'
import { refuse } from '../support/invalid-run.ts'
import { milliseconds, whole } from '../support/markdown.ts'
import { runOpenLoop } from '../support/open-loop.ts'
import { idOf } from '../support/people.ts'
import { withClient } from '../support/postgres.ts'
import { type Spread, spreadOf } from '../support/statistics.ts'
import { type Listeners, startListeners } from './listening.ts'
import type { Latencies } from './plan.ts'
import { commitsAfter, type EventBench, lastSequence, residentBytes, settled } from './site.ts'

export const SOCKETS = 5_000
/** Of the provider whom everybody follows: twice as many deliveries a second as sockets. */
const FOLLOWED_PER_SECOND = 2
/** Of a provider whom only the stalled one follows, with as many subscriptions as one may have. */
const UNFOLLOWED_PER_SECOND = 50
const STALLED_SUBSCRIPTIONS = 100
const BURST = 100
const TOO_SLOW = 1013

const FOLLOWED = 0
const UNFOLLOWED = 1

export interface SocketRound {
  /** From commits to arrivals, without and with one who does not read. */
  readonly alone: Latencies
  readonly besideStalled: Latencies
}

export interface SocketsReport {
  readonly bytesPerSocket: number
  /** As fast as they go, from the first commit to the last arrival. */
  readonly deliveriesPerSecond: Spread
  /** The p99 beside the stalled one by that without, of the medians and within each round. */
  readonly slowdown: { readonly ofMedians: number; readonly perRound: Spread }
  readonly rounds: readonly SocketRound[]
}

/** Very many sockets on one process, and one among them that does not read. */
export const measureSockets = (bench: EventBench): Promise<SocketsReport> =>
  withSite(bench, 'sockets', async (site) => {
    const { progress, signal } = bench
    progress.step('Sockets: warming up')
    await overHttp(bench, site, 'book')(WARM_UP_SECONDS)
    const before = await residentBytes(site.pid)
    progress.step(`Opening ${SOCKETS} sockets`)
    const crowd = await startListeners(planOf(site, SOCKETS, FOLLOWED), signal)
    await using _ = crowd
    const bytesPerSocket = ((await residentBytes(site.pid)) - before) / SOCKETS
    const bursts: number[] = []
    const rounds: SocketRound[] = []
    for (let number = 1; number <= bench.rounds; number++) {
      bursts.push(await burst(bench, site, crowd))
      const alone = await steadily(bench, site, crowd)
      const besideStalled = await withStalled(bench, site, () => steadily(bench, site, crowd))
      rounds.push({ alone, besideStalled })
      progress.line(
        `Sockets, round ${number} of ${bench.rounds}: ${whole(bursts.at(-1) ?? 0)} deliveries a second; p99 ${milliseconds(alone.p99)}, beside a stalled one ${milliseconds(besideStalled.p99)}`,
      )
    }
    refuse((await crowd.count()).closes.length > 0 && 'A socket of the crowd was closed')
    const [alone, beside] = [
      spreadOf(rounds.map((round) => round.alone.p99)),
      spreadOf(rounds.map((round) => round.besideStalled.p99)),
    ]
    return {
      bytesPerSocket,
      deliveriesPerSecond: spreadOf(bursts),
      slowdown: {
        ofMedians: beside.median / alone.median,
        perRound: spreadOf(rounds.map((round) => round.besideStalled.p99 / round.alone.p99)),
      },
      rounds,
    }
  })

/** Listeners to the free time of a provider, who need not say who they are. */
const planOf = ({ url }: Site, count: number, provider: number) => ({
  url,
  count,
  tokens: null,
  topics: [`availability:${idOf('provider', provider)}`],
  subscriptions: 1,
  isStalled: false,
})

/** Books the free slots of a provider one after the other, at a constant rate or as fast as it goes. */
async function bookAt(
  { signal }: EventBench,
  site: Site,
  provider: number,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<number> {
  const first = await withClient(site.databaseUrl, (client) => nextFreeIndex(client, site.firstStart))
  const { result } = await runOpenLoop(
    {
      perSecond,
      seconds,
      connections: CONNECTIONS,
      expectedStatus: 201,
      requestOf: (sequence) => slotRequest(site, first + sequence * shop.providers + provider),
    },
    signal,
  )
  refuse(result.others > 0 && `${result.others} bookings were refused`)
  return result.answered
}

/** Deliveries a second when the crowd is told of many bookings at once. */
async function burst(bench: EventBench, site: Site, crowd: Listeners): Promise<number> {
  const [before, { delivered }] = [await lastSequence(site), await crowd.count()]
  bench.progress.step('Many bookings at once')
  await bookAt(bench, site, FOLLOWED, { perSecond: BURST * 10, seconds: 0.1 })
  const told = (await settled(crowd)) - delivered
  refuse(told !== BURST * SOCKETS && `${BURST} bookings were told ${told} times`)
  const commits = await commitsAfter(site, before)
  const first = Math.min(...commits.map(([, at]) => at))
  const { last } = await crowd.count()
  await crowd.forget()
  return told / ((last - first) / 1000)
}

/** A few bookings that the crowd is told of, beside many that it is not. */
async function steadily(bench: EventBench, site: Site, crowd: Listeners): Promise<Latencies> {
  const seconds = bench.seconds * 2
  bench.progress.step('A few bookings a second')
  const before = await lastSequence(site)
  await Promise.all([
    bookAt(bench, site, FOLLOWED, { perSecond: FOLLOWED_PER_SECOND, seconds }),
    bookAt(bench, site, UNFOLLOWED, { perSecond: UNFOLLOWED_PER_SECOND, seconds }),
  ])
  await settled(crowd)
  return crowd.measure(await commitsAfter(site, before))
}

/** The same beside one who subscribes as often as one may and then reads nothing. */
async function withStalled<T>(bench: EventBench, site: Site, work: () => Promise<T>): Promise<T> {
  const plan = {
    ...planOf(site, 1, UNFOLLOWED),
    subscriptions: STALLED_SUBSCRIPTIONS,
    isStalled: true,
  }
  await using stalled = await startListeners(plan, bench.signal)
  const result = await work()
  const code = await stalled.resume()
  refuse(code !== TOO_SLOW && `The stalled one was closed with ${code}`)
  return result
}
