import { Redis } from 'ioredis'
import type { Bell } from '../../application/ports/bell.ts'

export interface RedisBell extends Bell, AsyncDisposable {
  /** Whether Redis answers right now. Never throws. */
  state(): Promise<'ok' | 'down'>
}

export interface RedisBellOptions {
  /** Told when the connection is lost, once for each time. */
  readonly onLost: (error: Error) => void
}

const CHANNEL = 'slotwright:ring'
const LONGEST_PAUSE_MILLISECONDS = 2_000
const COMMAND_MILLISECONDS = 500

/**
 * A bell that is heard on every node. Rings of one turn of the event loop go out as one. Those who listen here are told at
 * once and not by way of Redis; while it is away the others find out by looking, and nothing waits for it.
 */
export function redisBell(url: string, { onLost }: RedisBellOptions): RedisBell {
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const publisher = connect(url, onLost)
  const subscriber = connect(url, onLost)
  // Each connection subscribes anew: one that has come back has forgotten.
  subscriber.on('ready', () => void subscriber.subscribe(CHANNEL).catch(ignored))
  subscriber.on('message', tell)
  let isDue = false

  return {
    ring() {
      tell()
      if (isDue) return
      isDue = true
      setImmediate(() => {
        isDue = false
        if (publisher.status === 'ready') publisher.publish(CHANNEL, '').catch(ignored)
      })
    },
    onRing(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    state: () =>
      publisher.ping().then(
        () => 'ok',
        () => 'down',
      ),
    async [Symbol.asyncDispose]() {
      publisher.disconnect()
      subscriber.disconnect()
    },
  }
}

/** A ring that is lost is made up for by looking. */
const ignored = () => undefined

function connect(url: string, onLost: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    // What cannot be sent now is not worth sending later.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    connectTimeout: LONGEST_PAUSE_MILLISECONDS,
    commandTimeout: COMMAND_MILLISECONDS,
    retryStrategy: (times) => Math.min(times * 50, LONGEST_PAUSE_MILLISECONDS),
  })
  let isToldOf = false
  redis.on('ready', () => {
    isToldOf = false
  })
  // Without a listener a lost connection ends the process.
  redis.on('error', (error: Error) => {
    if (!isToldOf) onLost(error)
    isToldOf = true
  })
  return redis
}
