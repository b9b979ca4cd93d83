import { type Actor, type Lapse, lapseOf } from '../domain/actor.ts'
import type { SessionId } from '../domain/ids.ts'
import type { Standings } from './ports/standings.ts'

/** Whoever listens, and the session that they came in with; null where none is known. */
export interface Watched {
  readonly actor: Actor
  readonly sessionId: SessionId | null
}

/** Sees to it that nobody goes on listening whose account no longer lets them in. */
export interface StandingWatch extends AsyncDisposable {
  /**
   * Calls `end`, within a second, when the account of the actor is gone or deactivated, or has lost a role that they came in
   * with, or the session has been ended; not after the returned function has been called.
   */
  watch(whom: Watched, end: (lapse: Lapse) => void): () => void
}

export interface StandingWatchPorts {
  readonly standings: Standings
  /** Told of a look that failed; there is another one. */
  readonly onFailure: (error: unknown) => void
  /** Fulfils after so many milliseconds, or when it is aborted before. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

const PAUSE_MILLISECONDS = 350

interface Listening extends Watched {
  readonly end: (lapse: Lapse) => void
}

/** A loop that runs for as long as someone is watched. */
export function watchStandings({ standings, onFailure, wait }: StandingWatchPorts): StandingWatch {
  const watched = new Set<Listening>()
  const closing = new AbortController()
  let running: Promise<void> | undefined

  async function judge(one: Listening): Promise<void> {
    const roles = await standings.rolesOf(one.actor.userId, one.sessionId)
    const lapse = lapseOf(one.actor, roles)
    if (lapse !== null && watched.delete(one)) one.end(lapse)
  }

  async function run(): Promise<void> {
    while (watched.size > 0 && !closing.signal.aborted) {
      await wait(PAUSE_MILLISECONDS, closing.signal)
      await Promise.all([...watched].map(judge)).catch(onFailure)
    }
    running = undefined
  }

  return {
    watch({ actor, sessionId }, end) {
      const one = { actor, sessionId, end }
      watched.add(one)
      running ??= run()
      return () => watched.delete(one)
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await running
    },
  }
}
