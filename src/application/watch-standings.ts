import type { Actor, Role } from '../domain/actor.ts'
import type { Standings } from './ports/standings.ts'

/** Why someone may not go on: nobody lets them in any more, or they have lost a role that they came in with. */
export type Lapse = 'shut-out' | 'role-lost'

/** Sees to it that nobody goes on listening whose account no longer lets them in. */
export interface StandingWatch extends AsyncDisposable {
  /**
   * Calls `end`, within a second, when the account of the actor is gone or deactivated, or has lost a role that they came in
   * with; not after the returned function has been called.
   */
  watch(actor: Actor, end: (lapse: Lapse) => void): () => void
}

export interface StandingWatchPorts {
  readonly standings: Standings
  /** Told of a look that failed; there is another one. */
  readonly onFailure: (error: unknown) => void
  /** Fulfils after so many milliseconds, or when it is aborted before. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

const PAUSE_MILLISECONDS = 350

interface Watched {
  readonly actor: Actor
  readonly end: (lapse: Lapse) => void
}

/** A loop that runs for as long as someone is watched. */
export function watchStandings({ standings, onFailure, wait }: StandingWatchPorts): StandingWatch {
  const watched = new Set<Watched>()
  const closing = new AbortController()
  let running: Promise<void> | undefined

  async function judge(one: Watched): Promise<void> {
    const roles = await standings.rolesOf(one.actor.userId)
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
    watch(actor, end) {
      const one = { actor, end }
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

/** @param roles that the account has now; null where nobody may use it */
function lapseOf(actor: Actor, roles: readonly Role[] | null): Lapse | null {
  if (roles === null) return 'shut-out'
  return actor.roles.every((role) => roles.includes(role)) ? null : 'role-lost'
}
