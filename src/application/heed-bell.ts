import type { Bell } from './ports/bell.ts'

export interface HeedBellOptions {
  readonly bell: Bell
  /** Does what there is to do; whether there was something. */
  readonly work: () => Promise<boolean>
  /** Whether there is anyone to work for; asked before each turn. */
  readonly isNeeded: () => boolean
  /** Told of a turn that failed; there is another one. */
  readonly onFailure: (error: unknown) => void
  /** Fulfils after so many milliseconds, or when it is rung before. */
  readonly wait: (milliseconds: number, ring: AbortSignal) => Promise<void>
  /** The pause after a turn that found something to do, in milliseconds; nothing ends it early. */
  readonly rest: number
  /** How long a ring may be lost for: the pause after many turns that found nothing, in milliseconds. */
  readonly longestPause: number
}

export interface Heeding extends AsyncDisposable {
  /** Begins to work, unless it is at it; it ends by itself when nobody needs it. */
  begin(): void
}

/** After a ring the event may be hidden for as long as an older transaction runs: looked for soon, then less often. */
const SHORTEST_PAUSE_MILLISECONDS = 1

/** Works whenever the bell rings, and every so often besides, because a ring may be lost. */
export function heedBell(options: HeedBellOptions): Heeding {
  const { bell, work, isNeeded, onFailure, wait, rest, longestPause } = options
  let running: Promise<void> | undefined
  let closed = false
  let pause = longestPause
  let waiting = new AbortController()
  const closing = new AbortController()

  const wake = () => {
    pause = SHORTEST_PAUSE_MILLISECONDS
    waiting.abort()
  }
  const stopListening = bell.onRing(wake)

  async function run(): Promise<void> {
    while (!closed && isNeeded()) {
      // A ring during the turn is for what the turn may have missed.
      waiting = new AbortController()
      const found = await work().catch((error: unknown) => {
        onFailure(error)
        return false
      })
      if (found) {
        pause = SHORTEST_PAUSE_MILLISECONDS
        if (rest > 0) await wait(rest, closing.signal)
        continue
      }
      const { signal } = waiting
      await wait(pause, signal)
      if (!signal.aborted) pause = Math.min(pause * 2, longestPause)
    }
    running = undefined
  }

  return {
    begin() {
      running ??= run()
    },
    async [Symbol.asyncDispose]() {
      closed = true
      stopListening()
      wake()
      closing.abort()
      await running
    },
  }
}
