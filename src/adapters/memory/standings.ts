import type { Standings } from '../../application/ports/standings.ts'
import { mayLogIn } from '../../domain/account.ts'
import type { MemoryDatabase } from './database.ts'

/** Who may come in, in one process. */
export const memoryStandings = ({ accounts, endedSessions }: MemoryDatabase): Standings => ({
  async rolesOf(id, sessionId = null) {
    if (sessionId !== null && endedSessions.has(sessionId)) return null
    const user = accounts.get(id)?.account.user
    return user && mayLogIn(user) ? user.roles : null
  },

  async settled() {},
})
