import { randomBytes, randomUUID } from 'node:crypto'
import type { Sessions } from '../../application/ports/sessions.ts'
import { mayLogIn } from '../../domain/account.ts'
import type { SessionId, UserId } from '../../domain/ids.ts'
import { ok, reject } from '../../domain/result.ts'
import {
  beginSession,
  isOfSession,
  isSessionLive,
  judgeToken,
  MOST_SESSIONS,
  refreshed,
} from '../../domain/session.ts'
import { endSession } from './accounts.ts'
import { type MemoryDatabase, storeClock } from './database.ts'

const INVALID = reject({ code: 'invalid-refresh-token' })

/** The session, and 32 random bytes. */
const TOKEN = /^([0-9a-f-]{36})\.[\w-]{43}$/

const newToken = (sessionId: string) => `${sessionId}.${randomBytes(32).toString('base64url')}`

/** The sessions of one process. */
export const memorySessions = (database: MemoryDatabase): Sessions => {
  const { sessions, endedSessions, userEvents, accounts } = database

  const familyOf = (token: string) => {
    const id = (TOKEN.exec(token)?.[1] ?? '') as SessionId
    const session = sessions.get(id)
    return session && isSessionLive(session, storeClock()) ? { id, session } : undefined
  }

  const found = (token: string) => {
    const family = familyOf(token)
    return family && isOfSession(family.session, token) ? family : undefined
  }

  const ofUser = (userId: UserId) => [...sessions].filter(([, session]) => session.userId === userId)

  return {
    async begin(userId, passwordHash) {
      const recorded = accounts.get(userId)
      if (recorded?.passwordHash !== passwordHash || !mayLogIn(recorded.account.user)) return undefined
      const newestFirst = ofUser(userId).sort(([, left], [, right]) => right.refreshedAt - left.refreshedAt)
      for (const [surplus] of newestFirst.slice(MOST_SESSIONS - 1)) endSession(database, surplus)
      const sessionId = randomUUID() as string as SessionId
      const token = newToken(sessionId)
      sessions.set(sessionId, beginSession(userId, token, storeClock()))
      return { sessionId, token }
    },

    async refresh(token, eventId) {
      const family = familyOf(token)
      if (!family) return INVALID
      const { id, session } = family
      const { userId } = session
      const now = storeClock()
      const verdict = judgeToken(session, token, now)
      if (verdict === 'repeat') return ok({ userId, sessionId: id, token: session.token })
      if (verdict === 'exchange') {
        const next = newToken(id)
        sessions.set(id, refreshed(session, next, now))
        return ok({ userId, sessionId: id, token: next })
      }
      endSession(database, id)
      const version = accounts.get(userId)?.account.version ?? 1
      const said = { occurredAt: now, userId, version, actorId: null, data: {} }
      userEvents.push({ id: eventId, type: 'user.token_reused', ...said })
      return INVALID
    },

    async end(token) {
      const family = found(token)
      if (family) endSession(database, family.id)
      return family?.session.userId
    },

    async userOf(token) {
      return found(token)?.session.userId
    },

    async endAll(userId) {
      const ended = ofUser(userId)
      for (const [id] of ended) endSession(database, id)
      return ended.length
    },

    async list(userId) {
      return ofUser(userId)
        .map(([, session]) => session)
        .filter((session) => isSessionLive(session, storeClock()))
        .map(({ createdAt, refreshedAt, expiresAt }) => ({ createdAt, refreshedAt, expiresAt }))
        .sort((left, right) => left.createdAt - right.createdAt)
    },

    async forgetOld(limit) {
      const old = [...sessions].filter(([, session]) => !isSessionLive(session, storeClock())).slice(0, limit)
      for (const [id] of old) sessions.delete(id)
      return old.length
    },

    async forgetEnded(limit) {
      const now = storeClock()
      const old = [...endedSessions].filter(([, accessEndsAt]) => accessEndsAt <= now).slice(0, limit)
      for (const [id] of old) endedSessions.delete(id)
      return old.length
    },
  }
}
