import type { Role } from '../../domain/actor.ts'
import type { SessionId, UserId } from '../../domain/ids.ts'

/** Who may come in, asked at every request. */
export interface Standings {
  /**
   * The roles of a user, or null where there is no account, it is not active, or the session that they come with has been
   * ended. Someone of whom no session is known comes with none.
   */
  rolesOf(id: UserId, sessionId?: SessionId | null): Promise<readonly Role[] | null>

  /**
   * Fulfils when every node knows of all that was recorded before the call: from then on no answer of `rolesOf`, on
   * whichever node, is from before it. Without this call they know a moment later.
   */
  settled(): Promise<void>
}
