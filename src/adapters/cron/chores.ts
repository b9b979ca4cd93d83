import { schedule } from 'node-cron'

/** Something that has to be done again and again, and by itself knows when there is nothing left to do. */
export interface Chore {
  readonly name: string
  /** When, as cron writes it, with seconds. */
  readonly when: string
  readonly work: () => Promise<unknown>
}

export interface ChoreOptions {
  /** Told of every chore that failed; it is tried again at its next time. */
  readonly onFailure: (name: string, error: unknown) => void
}

/**
 * Does chores at their times until it is disposed of, which waits for those that are being done. On however many nodes
 * this runs, the statements behind the chores see to it that nothing is done twice. A chore that takes longer than the
 * time to its next turn misses that turn.
 */
export function startChores(chores: readonly Chore[], { onFailure }: ChoreOptions): AsyncDisposable {
  const running = new Map<string, Promise<unknown>>()
  const tasks = chores.map(({ name, when, work }) => {
    const turn = () => {
      if (running.has(name)) return
      const done = work()
        .catch((error: unknown) => onFailure(name, error))
        .finally(() => running.delete(name))
      running.set(name, done)
    }
    return schedule(when, turn, { name, suppressMissedWarning: true })
  })
  return {
    async [Symbol.asyncDispose]() {
      for (const task of tasks) await task.destroy()
      await Promise.all(running.values())
    },
  }
}
