import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Sessions } from '../../application/ports/sessions.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { ok, reject } from '../../domain/result.ts'
import { REPEAT_SECONDS, SESSION_IDLE_DAYS, SESSION_MOST_DAYS } from '../../domain/session.ts'
import type { PostgresDatabase } from './database.ts'
import type { Statement } from './pipeline.ts'
import { firstToken, nextToken, readRefreshToken, SALT_BYTES } from './refresh-tokens.ts'
import { tokenHash } from './token-hash.ts'
import { branded } from './values.ts'

const beginSession: Statement = {
  name: 'begin_session',
  text: `
    insert into auth.sessions (id, user_id, token_hash, created_at, refreshed_at, expires_at, ends_at)
    select
      $1, $2, $3, moment, moment,
      moment + make_interval(days => ${SESSION_IDLE_DAYS}),
      moment + make_interval(days => ${SESSION_MOST_DAYS})
    from clock_timestamp() as moment
  `,
}

const refreshSession: Statement = {
  name: 'refresh_session',
  text: `
    select outcome, user_id, encode(salt, 'hex')
    from refresh_session(
      $1, $2, $3, $4, make_interval(days => ${SESSION_IDLE_DAYS}), make_interval(secs => ${REPEAT_SECONDS}), $5
    )
  `,
}

const endSession: Statement = {
  name: 'end_session',
  text: `
    delete from auth.sessions
    where id = $1
      and $2 in (token_hash, previous_hash)
      and expires_at > now()
    returning user_id
  `,
}

const findSession: Statement = {
  name: 'find_session',
  text: `
    select user_id
    from auth.sessions
    where id = $1
      and $2 in (token_hash, previous_hash)
      and expires_at > now()
  `,
}

const endSessions: Statement = {
  name: 'end_sessions',
  text: 'delete from auth.sessions where user_id = $1 returning 1',
}

const milliseconds = (column: string) => `floor(date_part('epoch', ${column}) * 1000)::bigint`

const listSessions: Statement = {
  name: 'list_sessions',
  text: `
    select ${milliseconds('created_at')}, ${milliseconds('refreshed_at')}, ${milliseconds('expires_at')}
    from auth.sessions
    where user_id = $1
      and expires_at > now()
    order by created_at, id
  `,
}

const forgetSessions: Statement = {
  name: 'forget_sessions',
  text: `
    with old as (
      select id
      from auth.sessions
      where expires_at <= now()
      order by expires_at
      limit $1
      for update skip locked
    )
    delete from auth.sessions
    using old
    where sessions.id = old.id
    returning 1
  `,
}

const refreshedRow = z.tuple([
  z.enum(['unknown', 'refreshed', 'repeated', 'reused']),
  branded<UserId>().nullable(),
  z.string().nullable(),
])

const INVALID = reject({ code: 'invalid-refresh-token' })

export const postgresSessions = ({ pipeline }: Pick<PostgresDatabase, 'pipeline'>): Sessions => {
  const userBy = async (statement: Statement, token: string) => {
    const given = readRefreshToken(token)
    if (!given) return undefined
    const [row] = await pipeline.execute(statement, [given.sessionId, tokenHash(token)])
    return row ? branded<UserId>().parse(row[0]) : undefined
  }

  return {
    async begin(userId) {
      const { sessionId, text } = firstToken()
      await pipeline.execute(beginSession, [sessionId, userId, tokenHash(text)])
      return text
    },

    async refresh(token, eventId) {
      const given = readRefreshToken(token)
      if (!given) return INVALID
      const salt = randomBytes(SALT_BYTES)
      const [row] = await pipeline.execute(refreshSession, [
        given.sessionId,
        tokenHash(token),
        `\\x${salt.toString('hex')}`,
        tokenHash(nextToken(given, salt).text),
        eventId,
      ])
      const [outcome, userId, recordedSalt] = refreshedRow.parse(row)
      const isGood = outcome === 'refreshed' || outcome === 'repeated'
      if (!isGood || userId === null || recordedSalt === null) return INVALID
      return ok({ userId, token: nextToken(given, Buffer.from(recordedSalt, 'hex')).text })
    },

    end: (token) => userBy(endSession, token),

    userOf: (token) => userBy(findSession, token),

    async endAll(userId) {
      return (await pipeline.execute(endSessions, [userId])).length
    },

    async list(userId) {
      const rows = await pipeline.execute(listSessions, [userId])
      return rows.map(([createdAt, refreshedAt, expiresAt]) => ({
        createdAt: Number(createdAt) as Instant,
        refreshedAt: Number(refreshedAt) as Instant,
        expiresAt: Number(expiresAt) as Instant,
      }))
    },

    async forgetOld(limit) {
      return (await pipeline.execute(forgetSessions, [limit])).length
    },
  }
}
