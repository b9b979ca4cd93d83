import { LRUCache } from 'lru-cache'
import type { Count, LocalTally } from '../../application/ports/rate-tally.ts'

interface Window {
  count: number
  endsAt: number
}

const MOST_KEYS = 100_000

/** The tally of one process; `now` is a monotonic clock in milliseconds. */
export function memoryTally(now: () => number = () => performance.now(), mostKeys = MOST_KEYS): LocalTally {
  const windows = new LRUCache<string, Window>({ max: mostKeys })

  const open = (key: string): Window | undefined => {
    const window = windows.get(key)
    return window && window.endsAt > now() ? window : undefined
  }
  const told = ({ count, endsAt }: Window): Count => ({ count, millisecondsLeft: endsAt - now() })

  return {
    add(key, windowSeconds) {
      const known = open(key)
      if (known) {
        known.count++
        return told(known)
      }
      const window = { count: 1, endsAt: now() + windowSeconds * 1000 }
      windows.set(key, window)
      return told(window)
    },
    read(key) {
      const window = open(key)
      return window ? told(window) : null
    },
    forget: (key) => void windows.delete(key),
    raise(key, { count, millisecondsLeft }) {
      if (count <= (open(key)?.count ?? 0)) return
      windows.set(key, { count, endsAt: now() + millisecondsLeft })
    },
  }
}
