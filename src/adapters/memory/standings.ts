import type { Standings } from '../../application/ports/standings.ts'
import { mayLogIn } from '../../domain/account.ts'
import type { MemoryDatabase } from './database.ts'

/** Who may come in, in one process. */
export const memoryStandings = ({ accounts }: MemoryDatabase): Standings => ({
  async rolesOf(id) {
    const user = accounts.get(id)?.account.user
    return user && mayLogIn(user) ? user.roles : null
  },

  async settled() {},
})
