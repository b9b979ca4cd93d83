import type { Bell } from '../../application/ports/bell.ts'
import { connectRedis } from './connection.ts'

export interface RedisBell extends Bell, AsyncDisposable {
  /** Whether rings go out and come in right now. Never throws, and takes half a second at most. */
  state(): Promise<'ok' | 'down'>
}

export interface RedisBellOptions {
  /** Told why Redis is of no use any more, once for each time. */
  readonly onLost: (reason: string) => void
}

const CHANNEL = 'slotwright:ring'
const CHECK_MILLISECONDS = 2_000

/**
 * A bell that is heard on every node. Those who listen here are told at once and not by way of Redis; while it is away the
 * others find out by looking, and nothing waits for it. One ring is on its way at a time, and those that come meanwhile go
 * out as one after it, so that no more than that is ever kept for a Redis that does not answer.
 */
export function redisBell(url: string, { onLost }: RedisBellOptions): RedisBell {
  const listeners = new Set<() => void>()
  /** Whether what is rung here and elsewhere goes through Redis right now. */
  let isHeard = false
  let isGivenUp = false
  let isDue = false
  let isOnItsWay = false
  let isToldOf = false
  let isClosed = false
  let checking: Promise<'ok' | 'down'> | undefined

  const tell = () => {
    for (const listener of listeners) listener()
  }
  const lose = (error: Error & { readonly code?: string }) => {
    // The error itself may have the password with it, as an argument of the command that failed.
    if (!isToldOf && !isClosed) onLost(error.message || (error.code ?? error.name))
    isToldOf = true
  }
  /** A connection that does not answer is given up with all that waits for it, and made anew. */
  const giveUp = (error: Error) => {
    lose(error)
    isHeard = false
    if (isGivenUp || isClosed || redis.status !== 'ready') return
    isGivenUp = true
    redis.disconnect(true)
  }

  // One connection rings and listens, which Redis allows since it speaks RESP3.
  const redis = connectRedis(url, { protocol: 3, autoResubscribe: false })
  redis.on('error', lose)
  redis.on('message', tell)
  redis.on('close', () => {
    // It may be back before the first attempt to come back could fail.
    if (isHeard) lose(new Error('the connection was closed'))
    isHeard = false
    isGivenUp = false
  })
  // Each connection subscribes anew: one that has come back has forgotten.
  redis.on('ready', () => {
    redis.subscribe(CHANNEL).then(() => {
      isHeard = true
    }, giveUp)
  })

  async function ringOthers(): Promise<void> {
    isOnItsWay = true
    await new Promise((resolve) => setImmediate(resolve))
    while (isDue && isHeard) {
      isDue = false
      await redis.publish(CHANNEL, '').catch(giveUp)
    }
    isOnItsWay = false
  }

  const check = async () => {
    if (!isHeard) return 'down'
    const error = await redis.ping().then(() => null, asError)
    if (error) giveUp(error)
    else isToldOf = false
    return error ? 'down' : 'ok'
  }
  const state = () => {
    checking ??= check().finally(() => {
      checking = undefined
    })
    return checking
  }
  // Otherwise a node that only listens would not notice that the other end is gone without a word.
  const checks = setInterval(state, CHECK_MILLISECONDS).unref()

  return {
    ring() {
      tell()
      isDue = true
      if (!isOnItsWay) void ringOthers()
    },
    onRing(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    state,
    async [Symbol.asyncDispose]() {
      isClosed = true
      clearInterval(checks)
      listeners.clear()
      redis.disconnect()
    },
  }
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))
