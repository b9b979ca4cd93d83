import { randomBytes, randomUUID } from 'node:crypto'
import type { Sessions } from '../../application/ports/sessions.ts'
import type { UserId } from '../../domain/ids.ts'
import { ok, reject } from '../../domain/result.ts'
import { beginSession, isOfSession, isSessionLive, judgeToken, refreshed } from '../../domain/session.ts'
import { type MemoryDatabase, storeClock } from './database.ts'

const INVALID = reject({ code: 'invalid-refresh-token' })

/** The session, and 32 random bytes. */
const TOKEN = /^([0-9a-f-]{36})\.[\w-]{43}$/

const newToken = (sessionId: string) => `${sessionId}.${randomBytes(32).toString('base64url')}`

/** The sessions of one process. */
export const memorySessions = ({ sessions, userEvents, accounts }: MemoryDatabase): Sessions => {
  const familyOf = (token: string) => {
    const id = TOKEN.exec(token)?.[1] ?? ''
    const session = sessions.get(id)
    return session && isSessionLive(session, storeClock()) ? { id, session } : undefined
  }

  const found = (token: string) => {
    const family = familyOf(token)
    return family && isOfSession(family.session, token) ? family : undefined
  }

  const ofUser = (userId: UserId) => [...sessions].filter(([, session]) => session.userId === userId)

  return {
    async begin(userId) {
      const id = randomUUID()
      const token = newToken(id)
      sessions.set(id, beginSession(userId, token, storeClock()))
      return token
    },

    async refresh(token, eventId) {
      const family = familyOf(token)
      if (!family) return INVALID
      const { id, session } = family
      const { userId } = session
      const now = storeClock()
      const verdict = judgeToken(session, token, now)
      if (verdict === 'repeat') return ok({ userId, token: session.token })
      if (verdict === 'exchange') {
        const next = newToken(id)
        sessions.set(id, refreshed(session, next, now))
        return ok({ userId, token: next })
      }
      sessions.delete(id)
      const version = accounts.get(userId)?.account.version ?? 1
      const said = { occurredAt: now, userId, version, actorId: null, data: {} }
      userEvents.push({ id: eventId, type: 'user.token_reused', ...said })
      return INVALID
    },

    async end(token) {
      const family = found(token)
      if (family) sessions.delete(family.id)
      return family?.session.userId
    },

    async userOf(token) {
      return found(token)?.session.userId
    },

    async endAll(userId) {
      const ended = ofUser(userId)
      for (const [id] of ended) sessions.delete(id)
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
  }
}
