import { schedule } from 'node-cron'

/** Something that has to be done again and again, and by itself knows when there is nothing left to do. */
export interface Chore {
  readonly name: string
  /** When, as cron writes it, with seconds. */
  readonly when: string
  /** Ends soon after the signal, where it waits for others. */
  readonly work: (signal?: AbortSignal) => Promise<unknown>
}

export interface ChoreOptions {
  /** Told of every chore that failed; it is tried again at its next time. */
  readonly onFailure: (name: string, error: unknown) => void
}

/** What is being done when its node stops has so long to end by itself. */
const ABORT_MILLISECONDS = 1_000

/**
 * Does chores at their times until it is disposed of, which waits for those that are being done. On however many nodes
 * this runs, the statements behind the chores see to it that nothing is done twice. A chore that takes longer than the
 * time to its next turn misses that turn.
 */
export function startChores(chores: readonly Chore[], { onFailure }: ChoreOptions): AsyncDisposable {
  const running = new Map<string, Promise<unknown>>()
  const stopping = new AbortController()
  const tasks = chores.map(({ name, when, work }) => {
    const turn = () => {
      if (running.has(name)) return
      const done = work(stopping.signal)
        .catch((error: unknown) => onFailure(name, error))
        .finally(() => running.delete(name))
      running.set(name, done)
    }
    return schedule(when, turn, { name, suppressMissedWarning: true })
  })
  return {
    async [Symbol.asyncDispose]() {
      for (const task of tasks) await task.destroy()
      const timer = setTimeout(() => stopping.abort(), ABORT_MILLISECONDS)
      await Promise.all(running.values())
      clearTimeout(timer)
    },
  }
}
