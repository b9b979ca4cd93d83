import type { AccountFilter, Accounts } from '../../application/ports/accounts.ts'
import type { Account } from '../../domain/account.ts'
import { isActive, isActiveAdmin } from '../../domain/account-changes.ts'
import type { SessionId, UserId, UserNumber } from '../../domain/ids.ts'
import { plusMinutes } from '../../domain/instant.ts'
import { ok, reject } from '../../domain/result.ts'
import type { Schedule } from '../../domain/schedule.ts'
import { NO_HOURS } from '../../domain/weekly-hours.ts'
import { insert, type MemoryDatabase, storeClock } from './database.ts'
import { pageIn } from './page.ts'

/** Higher than any that has been given or is kept for somebody. */
export const nextUserNumber = ({ accounts, erased, reserved }: MemoryDatabase): UserNumber =>
  (Math.max(
    accounts.size + erased.size,
    reserved.person,
    ...accounts.values().map(({ account }) => account.user.number),
  ) + 1) as UserNumber

/** Accounts for as long as the process lives. */
export const memoryAccounts = (database: MemoryDatabase): Accounts => {
  const credentialsOf = (email: string) => {
    const wanted = email.toLowerCase()
    return database.accounts.values().find(({ account }) => account.user.email.toLowerCase() === wanted)
  }

  return {
    async add({ user, profile }, passwordHash, event) {
      if (credentialsOf(user.email)) return reject({ code: 'email-already-registered' })
      const number = nextUserNumber(database)
      const account: Account = { user: { ...user, number }, profile, version: 1 }
      insert(database.accounts, user.id, { account, passwordHash })
      giveSchedule(database, account)
      if (event) database.userEvents.push(event)
      return ok(account)
    },

    async findByEmail(email) {
      return credentialsOf(email)
    },

    async find(id) {
      return database.accounts.get(id)?.account
    },

    async list(filter, page) {
      const rows = [...database.accounts.values()]
        .map(({ account }) => account)
        .filter((account) => isWanted(account, filter))
        .map((account) => ({ id: account.user.id, account }))
      const order = { value: (row: (typeof rows)[number]) => row.account.user.number, descending: false }
      const { items, next } = pageIn(rows, order, page)
      return { items: items.map(({ account }) => account), next }
    },

    async change({ account, events }) {
      const { id } = account.user
      const recorded = database.accounts.get(id)
      if (!recorded) return reject({ code: 'user-not-found' })
      const { version } = recorded.account
      if (version !== account.version - 1) return reject({ code: 'version-mismatch', version })
      if (!isActiveAdmin(account.user) && isLastAdmin(database, id)) return reject({ code: 'last-admin' })
      database.accounts.set(id, { ...recorded, account })
      giveSchedule(database, account)
      database.userEvents.push(...events)
      if (!isActive(account.user)) endSessions(database, id)
      return ok(account)
    },

    async rehash(id, from, to) {
      const recorded = database.accounts.get(id)
      if (recorded?.passwordHash === from) database.accounts.set(id, { ...recorded, passwordHash: to })
    },
  }
}

const isWanted = ({ user }: Account, { role, isActive: active, emailBeginning }: AccountFilter) =>
  (role === null || user.roles.includes(role)) &&
  (active === null || active === isActive(user)) &&
  (emailBeginning === null || user.email.toLowerCase().startsWith(emailBeginning.toLowerCase()))

/** Whether there is no other who could make another admin. */
export function isLastAdmin({ accounts }: MemoryDatabase, id: UserId): boolean {
  const user = accounts.get(id)?.account.user
  const others = accounts.values().filter(({ account }) => account.user.id !== id)
  return (
    user !== undefined && isActiveAdmin(user) && !others.some(({ account }) => isActiveAdmin(account.user))
  )
}

const ACCESS_TOKEN_MINUTES = 60

/** Ends a session with its access tokens. */
export function endSession({ sessions, endedSessions }: MemoryDatabase, id: SessionId): void {
  const session = sessions.get(id)
  if (!session) return
  sessions.delete(id)
  const accessEndsAt = plusMinutes(session.refreshedAt, ACCESS_TOKEN_MINUTES)
  if (accessEndsAt > storeClock()) endedSessions.set(id, accessEndsAt)
}

/** Ends everything by which a user is signed in, or could be. What a used token tells stays. */
export function endSessions(database: MemoryDatabase, userId: UserId): void {
  const { sessions, resets, eventTickets } = database
  for (const [id, session] of sessions) if (session.userId === userId) endSession(database, id)
  for (const [token, reset] of resets) if (reset.userId === userId && !reset.isUsed) resets.delete(token)
  for (const [ticket, { actor }] of eventTickets) if (actor.userId === userId) eventTickets.delete(ticket)
}

export function giveSchedule({ schedules }: MemoryDatabase, { user, profile }: Account): void {
  if (!user.roles.includes('provider') || schedules.has(user.id)) return
  schedules.set(user.id, emptySchedule(profile.id, profile.timeZone))
}

const emptySchedule = (providerId: UserId, timeZone: string): Schedule => ({
  providerId,
  version: 1,
  timeZone,
  weeklyHours: NO_HOURS,
  breaks: NO_HOURS,
  overrides: new Map(),
  timeOff: [],
})
