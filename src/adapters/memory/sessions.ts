import { randomBytes, randomUUID } from 'node:crypto'
import {
  REPEAT_SECONDS,
  SESSION_IDLE_DAYS,
  SESSION_MOST_DAYS,
  type Sessions,
} from '../../application/ports/sessions.ts'
import type { UserId } from '../../domain/ids.ts'
import { DAY_MINUTES, type Instant, MINUTE } from '../../domain/instant.ts'
import { ok, reject } from '../../domain/result.ts'
import { type MemoryDatabase, type MemorySession, storeClock } from './database.ts'

const DAY = DAY_MINUTES * MINUTE
const INVALID = reject({ code: 'invalid-refresh-token' })

/** The session, and 32 random bytes. */
const TOKEN = /^([0-9a-f-]{36})\.[\w-]{43}$/

const newToken = (sessionId: string) => `${sessionId}.${randomBytes(32).toString('base64url')}`

/** The sessions of one process. */
export const memorySessions = ({ sessions, userEvents, accounts }: MemoryDatabase): Sessions => {
  const isLive = ({ expiresAt }: MemorySession) => expiresAt > storeClock()

  const familyOf = (token: string) => {
    const id = TOKEN.exec(token)?.[1] ?? ''
    const session = sessions.get(id)
    return session && isLive(session) ? { id, session } : undefined
  }

  const found = (token: string) => {
    const family = familyOf(token)
    return family && [family.session.token, family.session.previous].includes(token) ? family : undefined
  }

  const ofUser = (userId: UserId) => [...sessions].filter(([, session]) => session.userId === userId)

  return {
    async begin(userId) {
      const id = randomUUID()
      const now = storeClock()
      const token = newToken(id)
      sessions.set(id, {
        ...{ userId, token, previous: null, createdAt: now, refreshedAt: now },
        expiresAt: (now + SESSION_IDLE_DAYS * DAY) as Instant,
        endsAt: (now + SESSION_MOST_DAYS * DAY) as Instant,
      })
      return token
    },

    async refresh(token, eventId) {
      const family = familyOf(token)
      if (!family) return INVALID
      const { id, session } = family
      const { userId } = session
      const now = storeClock()
      if (session.token === token) {
        const next = newToken(id)
        const expiresAt = Math.min(now + SESSION_IDLE_DAYS * DAY, session.endsAt) as Instant
        sessions.set(id, { ...session, token: next, previous: token, refreshedAt: now, expiresAt })
        return ok({ userId, token: next })
      }
      if (session.previous === token && session.refreshedAt + REPEAT_SECONDS * 1_000 > now) {
        return ok({ userId, token: session.token })
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
        .filter(isLive)
        .map(({ createdAt, refreshedAt, expiresAt }) => ({ createdAt, refreshedAt, expiresAt }))
        .sort((left, right) => left.createdAt - right.createdAt)
    },

    async forgetOld(limit) {
      const old = [...sessions].filter(([, session]) => !isLive(session)).slice(0, limit)
      for (const [id] of old) sessions.delete(id)
      return old.length
    },
  }
}
