import { randomBytes, randomUUID } from 'node:crypto'
import type { PasswordResets } from '../../application/ports/password-resets.ts'
import { mayLogIn } from '../../domain/account.ts'
import { plusMinutes } from '../../domain/instant.ts'
import {
  askedFor,
  isDue,
  isGivenUp,
  isResetGood,
  isResetOver,
  RESETS_AN_HOUR,
  resetFor,
  taken,
} from '../../domain/password-reset.ts'
import { ok, reject } from '../../domain/result.ts'
import { endSessions } from './accounts.ts'
import { type MemoryDatabase, storeClock } from './database.ts'

/** The requests and tokens of one process. */
export const memoryPasswordResets = (database: MemoryDatabase): PasswordResets => {
  const { resetRequests, resets, accounts, userEvents } = database

  const goodReset = (token: string) => {
    const reset = resets.get(token)
    return reset && isResetGood(reset, storeClock()) ? reset : undefined
  }

  return {
    async request(email) {
      const wanted = email.toLowerCase()
      const isThere = resetRequests.values().some((request) => request.email.toLowerCase() === wanted)
      if (!isThere) resetRequests.set(randomUUID(), askedFor(email, storeClock()))
    },

    async take(limit) {
      const now = storeClock()
      const due = [...resetRequests].filter(([, request]) => isDue(request, now))
      const tired = due.filter(([, request]) => isGivenUp(request))
      for (const [id] of tired) resetRequests.delete(id)
      const given = due.filter(([, request]) => !isGivenUp(request)).slice(0, limit)
      for (const [id, request] of given) resetRequests.set(id, taken(request, now))
      return given.map(([id, { email }]) => ({ id, email }))
    },

    async end(id) {
      resetRequests.delete(id)
    },

    async issue(userId) {
      const token = randomBytes(32).toString('base64url')
      const reset = resetFor(userId, storeClock())
      const anHourAgo = plusMinutes(reset.expiresAt, -60)
      const recent = resets.values().filter((one) => one.userId === userId && one.expiresAt > anHourAgo)
      if (recent.toArray().length >= RESETS_AN_HOUR) return null
      resets.set(token, reset)
      return { token, expiresAt: reset.expiresAt }
    },

    async isGood(token) {
      return goodReset(token) !== undefined
    },

    async redeem(token, passwordHash, event) {
      const reset = goodReset(token)
      const userId = reset?.userId
      if (reset) resets.set(token, { ...reset, isUsed: true })
      const recorded = userId && accounts.get(userId)
      if (!recorded || !mayLogIn(recorded.account.user)) return reject({ code: 'invalid-reset-token' })
      accounts.set(userId, { ...recorded, passwordHash })
      endSessions(database, userId)
      userEvents.push(event({ id: userId, version: recorded.account.version }))
      return ok(userId)
    },

    async forgetOld(limit) {
      const now = storeClock()
      const old = [...resets].filter(([, reset]) => isResetOver(reset, now)).slice(0, limit)
      for (const [token] of old) resets.delete(token)
      return old.length
    },
  }
}
