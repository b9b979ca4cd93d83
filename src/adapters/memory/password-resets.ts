import { randomBytes, randomUUID } from 'node:crypto'
import {
  type PasswordResets,
  RESET_HOURS,
  RESET_RETRY_SECONDS,
  RESET_TRIES,
} from '../../application/ports/password-resets.ts'
import { mayLogIn } from '../../domain/account.ts'
import type { Instant } from '../../domain/instant.ts'
import { ok, reject } from '../../domain/result.ts'
import { endSessions } from './accounts.ts'
import { type MemoryDatabase, storeClock } from './database.ts'

/** The requests and tokens of one process. */
export const memoryPasswordResets = (database: MemoryDatabase): PasswordResets => {
  const { resetRequests, resets, accounts, userEvents } = database

  const goodReset = (token: string) => {
    const reset = resets.get(token)
    return reset && reset.expiresAt > storeClock() ? reset : undefined
  }

  return {
    async request(email) {
      const wanted = email.toLowerCase()
      const isThere = resetRequests.values().some((request) => request.email.toLowerCase() === wanted)
      if (!isThere) resetRequests.set(randomUUID(), { email, tries: 0, dueAt: storeClock() })
    },

    async take(limit) {
      const now = storeClock()
      const due = [...resetRequests].filter(([, { dueAt }]) => dueAt <= now)
      const tired = due.filter(([, { tries }]) => tries >= RESET_TRIES)
      for (const [id] of tired) resetRequests.delete(id)
      const taken = due.filter(([, { tries }]) => tries < RESET_TRIES).slice(0, limit)
      const dueAt = (now + RESET_RETRY_SECONDS * 1_000) as Instant
      for (const [id, request] of taken)
        resetRequests.set(id, { ...request, tries: request.tries + 1, dueAt })
      return taken.map(([id, { email }]) => ({ id, email }))
    },

    async end(id) {
      resetRequests.delete(id)
    },

    async issue(userId) {
      const token = randomBytes(32).toString('base64url')
      const expiresAt = (storeClock() + RESET_HOURS * 3_600_000) as Instant
      resets.set(token, { userId, expiresAt })
      return { token, expiresAt }
    },

    async isGood(token) {
      return goodReset(token) !== undefined
    },

    async redeem(token, passwordHash, event) {
      const userId = goodReset(token)?.userId
      if (userId) resets.delete(token)
      const recorded = userId && accounts.get(userId)
      if (!recorded || !mayLogIn(recorded.account.user)) return reject({ code: 'invalid-reset-token' })
      accounts.set(userId, { ...recorded, passwordHash })
      endSessions(database, userId)
      userEvents.push(event({ id: userId, version: recorded.account.version }))
      return ok(userId)
    },

    async forgetOld(limit) {
      const now = storeClock()
      const old = [...resets].filter(([, { expiresAt }]) => expiresAt <= now).slice(0, limit)
      for (const [token] of old) resets.delete(token)
      return old.length
    },
  }
}
