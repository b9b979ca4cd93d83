import { setTimeout as delay } from 'node:timers/promises'
import { redisIsMissing, startRedis } from '../../support/redis-server.ts'
import type { Random } from './random.ts'

/** A Redis whose only purpose is to fail; disposing of it removes it. */
export interface CrashableRedis extends AsyncDisposable {
  /** The same after each start. */
  readonly url: string
  /** Empties, freezes or kills it, whichever the choice falls on; fulfils when it runs again. */
  suffer(random: Random): Promise<void>
}

const LONGEST_MILLISECONDS = 1_500

/**
 * Starts a Redis on a free port, with nothing that it keeps.
 *
 * @throws when there is no `redis-server` in PATH
 */
export async function startCrashableRedis(): Promise<CrashableRedis> {
  if (redisIsMissing !== false) throw new Error(redisIsMissing)
  const redis = await startRedis()
  let turn: Promise<void> = Promise.resolve()

  async function misfortune(random: Random): Promise<void> {
    const chosen = random.below(3)
    const milliseconds = random.below(LONGEST_MILLISECONDS)
    if (chosen === 0) {
      await redis.command('flushall')
    } else if (chosen === 1) {
      // It does not answer, and does not say so: slower than any that is away.
      redis.freeze()
      await delay(milliseconds)
      redis.thaw()
    } else {
      await redis.kill()
      await delay(milliseconds)
      await redis.start()
    }
  }

  return {
    url: redis.url,
    suffer(random) {
      // One after the other, and after one that failed none.
      turn = turn.then(() => misfortune(random))
      return turn
    },
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}
