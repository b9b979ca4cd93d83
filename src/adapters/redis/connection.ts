import { Redis, type RedisOptions } from 'ioredis'

/** Who answers later than this is of no use: by then everyone has done without. */
const ANSWER_MILLISECONDS = 500
const LONGEST_PAUSE_MILLISECONDS = 2_000

/**
 * A connection that comes back by itself, and on which whatever does not go at once fails at once. Without a listener of
 * `error` a lost one ends the process.
 */
export const connectRedis = (
  url: string,
  options: Pick<RedisOptions, 'protocol' | 'autoResubscribe'> = {},
): Redis =>
  new Redis(url, {
    // What cannot be sent now is not worth sending later.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: LONGEST_PAUSE_MILLISECONDS,
    disconnectTimeout: ANSWER_MILLISECONDS,
    commandTimeout: ANSWER_MILLISECONDS,
    retryStrategy: (times) => Math.min(times * 50, LONGEST_PAUSE_MILLISECONDS),
    ...options,
  })
