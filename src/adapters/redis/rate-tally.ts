import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { LocalTally, RateTally } from '../../application/ports/rate-tally.ts'
import { connectRedis } from './connection.ts'

export interface RedisTallyOptions {
  /** What this node goes by; Redis only adds what the others have counted. */
  readonly local: LocalTally
  /** Told why Redis is of no use any more, once for each time. */
  readonly onLost: (reason: string) => void
}

/** After this time at most what is counted here goes to the others. */
const SETTLE_MILLISECONDS = 100
/** So many keys go at once; the rest of a flood stays this node's own. */
const MOST_SETTLED = 5_000

interface Owed {
  points: number
  readonly windowSeconds: number
}

/**
 * A tally that nodes keep together. Whoever asks is answered by the local one; what it has counted goes to Redis in the
 * background, and what comes back is taken over. A Redis that is away or slow delays nobody and refuses nobody.
 */
export function redisTally(url: string, { local, onLost }: RedisTallyOptions): RateTally & AsyncDisposable {
  const redis = connectRedis(url)
  const limiters = new Map<number, RateLimiterRedis>()
  let owed = new Map<string, Owed>()
  let isToldOf = false
  let isClosed = false
  let isSettling = false

  const lose = (error: unknown) => {
    if (!isToldOf && !isClosed) onLost(error instanceof Error ? error.message : String(error))
    isToldOf = true
  }
  redis.on('error', lose)
  redis.on('ready', () => {
    isToldOf = false
  })

  const limiterOf = (windowSeconds: number) => {
    const known = limiters.get(windowSeconds)
    if (known) return known
    const settings = { keyPrefix: 'slotwright:tally', points: 1, duration: windowSeconds }
    const limiter = new RateLimiterRedis({ storeClient: redis, rejectIfRedisNotReady: true, ...settings })
    limiters.set(windowSeconds, limiter)
    return limiter
  }

  async function settle(): Promise<void> {
    if (isSettling || owed.size === 0) return
    const settling = owed
    owed = new Map()
    if (redis.status !== 'ready') return
    isSettling = true
    await Promise.all(
      [...settling].slice(0, MOST_SETTLED).map(async ([key, { points, windowSeconds }]) => {
        const { consumedPoints, msBeforeNext } = await limiterOf(windowSeconds).penalty(key, points)
        // What was counted here since is not among it.
        const count = consumedPoints + (owed.get(key)?.points ?? 0)
        local.raise(key, { count, millisecondsLeft: msBeforeNext })
      }),
    ).catch(lose)
    isSettling = false
  }
  const settling = setInterval(settle, SETTLE_MILLISECONDS).unref()

  return {
    add(key, windowSeconds) {
      const one = owed.get(key)
      if (one) one.points++
      else owed.set(key, { points: 1, windowSeconds })
      return local.add(key, windowSeconds)
    },
    read: (key) => local.read(key),
    forget(key) {
      owed.delete(key)
      local.forget(key)
      if (redis.status === 'ready') redis.del(`slotwright:tally:${key}`).catch(lose)
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      clearInterval(settling)
      redis.disconnect()
    },
  }
}
