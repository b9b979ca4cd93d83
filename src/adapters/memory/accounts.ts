import type { Accounts } from '../../application/ports/accounts.ts'
import type { Account } from '../../domain/account.ts'
import type { UserNumber } from '../../domain/ids.ts'
import { ok, reject } from '../../domain/result.ts'
import type { Schedule } from '../../domain/schedule.ts'
import { NO_HOURS } from '../../domain/weekly-hours.ts'
import { insert, type MemoryDatabase } from './database.ts'

/** Accounts for as long as the process lives. */
export const memoryAccounts = (database: MemoryDatabase): Accounts => {
  const credentialsOf = (email: string) => {
    const wanted = email.toLowerCase()
    return database.accounts.values().find(({ account }) => account.user.email.toLowerCase() === wanted)
  }

  return {
    async add({ user, profile }, passwordHash) {
      if (credentialsOf(user.email)) return reject({ code: 'email-already-registered' })
      const number = (database.accounts.size + 1) as UserNumber
      const account: Account = { user: { ...user, number }, profile }
      insert(database.accounts, user.id, { account, passwordHash })
      if (user.roles.includes('provider')) database.schedules.set(user.id, emptySchedule(account))
      return ok(account)
    },

    async findByEmail(email) {
      return credentialsOf(email)
    },

    async find(id) {
      return database.accounts.get(id)?.account
    },
  }
}

const emptySchedule = ({ profile }: Account): Schedule => ({
  providerId: profile.id,
  version: 1,
  timeZone: profile.timeZone,
  weeklyHours: NO_HOURS,
  breaks: NO_HOURS,
  overrides: new Map(),
  timeOff: [],
})
