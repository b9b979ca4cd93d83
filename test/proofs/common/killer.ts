import { setTimeout as delay } from 'node:timers/promises'
import type { ApiProcesses } from './api-processes.ts'
import { type CrashablePostgres, countDeadlocks } from './crashable-postgres.ts'
import type { CrashableRedis } from './crashable-redis.ts'
import type { Lived } from './lives.ts'
import type { Random } from './random.ts'

/** Disposing of it ends the killing, too, whatever has become of what was killed. */
export interface Killer extends AsyncDisposable {
  readonly kills: { postgres: number; api: number; redis: number }
  /** Fails when something could not be started again. */
  readonly failed: Promise<never>
  /** No more kills; waits until everything runs. */
  stop(): Promise<void>
}

export interface Victims {
  readonly postgres: CrashablePostgres
  readonly api: ApiProcesses
  readonly redis?: CrashableRedis
}

/** How long after its return the database may still be said to be away, in milliseconds. */
export const RECOVERY_MILLISECONDS = 3_000

/** Of a hundred turns, those that go to PostgreSQL, and those to both; the others go to an API process. */
const SHARES = { postgres: 45, both: 15 }
const REDIS_PERCENT = 50
const DOWN_MILLISECONDS = 800

/**
 * Kills PostgreSQL or an API process, or both, about every `seconds`, whatever else is still starting, and starts again
 * what it has killed. PostgreSQL is left in peace for as long as it may take everyone to go on. Where there is a Redis,
 * something befalls it half of those times, too. The first time it is everything: a short run has had it all.
 */
export function startKiller(
  lived: Lived,
  { postgres, api, redis }: Victims,
  random: Random,
  seconds: number,
  shares = SHARES,
): Killer {
  const kills = { postgres: 0, api: 0, redis: 0 }
  const stopping = new AbortController()
  const restarts: Promise<void>[] = []
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)

  async function killPostgres(): Promise<void> {
    const last = lived.outages.at(-1)
    if (last && performance.now() < last.until + RECOVERY_MILLISECONDS) return
    const outage = { from: performance.now(), until: Number.POSITIVE_INFINITY }
    lived.outages.push(outage)
    kills.postgres++
    // A crash takes the counter with it.
    lived.deadlocks += await countDeadlocks(postgres.url)
    await postgres.kill()
    await delay(random.below(DOWN_MILLISECONDS))
    await postgres.start()
    outage.until = performance.now()
  }

  async function killApi(): Promise<void> {
    if (await api.kill(random.below(api.doors.length))) kills.api++
  }

  const strike = (kill: () => Promise<void>) => {
    const restart = kill()
    restart.catch(failure.reject)
    restarts.push(restart)
  }

  function strikeAtSomething(isFirst: boolean): void {
    const isOfPostgres = random.percent(shares.postgres)
    const isOfBoth = random.percent(shares.both) || (isFirst && shares.both > 0)
    if (isOfPostgres || isOfBoth) strike(killPostgres)
    if (!isOfPostgres || isOfBoth) strike(killApi)
    if (!redis || !(isFirst || random.percent(REDIS_PERCENT))) return
    strike(() => redis.suffer(random))
    kills.redis++
  }

  async function work(): Promise<void> {
    for (let turn = 0; seconds > 0 && !stopping.signal.aborted; turn++) {
      const pause = seconds * 1_000 * (0.5 + random.next())
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      strikeAtSomething(turn === 0)
    }
  }

  const working = work()
  const end = () => {
    stopping.abort()
    return working
  }
  return {
    kills,
    failed: failure.promise,
    async stop() {
      await end()
      await Promise.all(restarts)
    },
    async [Symbol.asyncDispose]() {
      await end()
      await Promise.allSettled(restarts)
    },
  }
}
