import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Sessions } from '../../application/ports/sessions.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { ok, reject } from '../../domain/result.ts'
import { MOST_SESSIONS, REPEAT_SECONDS, SESSION_IDLE_DAYS, SESSION_MOST_DAYS } from '../../domain/session.ts'
import type { PostgresDatabase } from './database.ts'
import type { Statement } from './pipeline.ts'
import { firstToken, nextToken, readRefreshToken, SALT_BYTES } from './refresh-tokens.ts'
import { tokenHash } from './token-hash.ts'
import { branded } from './values.ts'

/** The owner's row is locked, so that a new password that is set at the same moment comes before it or ends it. */
const beginSession: Statement = {
  name: 'begin_session',
  text: `
    with owner as (
      select id
      from auth.users
      where id = $2
        and password_hash = $4
        and deactivated_at is null
      for share
    ),
    surplus as (
      select sessions.id
      from owner
      join auth.sessions on sessions.user_id = owner.id
      order by sessions.refreshed_at desc, sessions.id
      offset ${MOST_SESSIONS - 1}
    ),
    ended as (
      delete from auth.sessions
      using surplus
      where sessions.id = surplus.id
    )
    insert into auth.sessions (
      id, user_id, token_hash, created_at, refreshed_at, expires_at, ends_at, access_ends_at
    )
    select
      $1, owner.id, $3, moment, moment,
      moment + make_interval(days => ${SESSION_IDLE_DAYS}),
      moment + make_interval(days => ${SESSION_MOST_DAYS}),
      moment + make_interval(secs => $5)
    from owner
    cross join clock_timestamp() as moment
    returning 1
  `,
}

const refreshSession: Statement = {
  name: 'refresh_session',
  text: `
    select outcome, user_id, encode(salt, 'hex')
    from refresh_session(
      $1, $2, $3, $4, make_interval(days => ${SESSION_IDLE_DAYS}), make_interval(secs => ${REPEAT_SECONDS}), $5,
      make_interval(secs => $6)
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

/** Deletes rows whose time has come, the oldest first; other nodes at it take others. */
const forgetDue = (name: string, table: string, key: string, due: string): Statement => ({
  name,
  text: `
    with old as (
      select ${key}
      from ${table}
      where ${due} <= now()
      order by ${due}
      limit $1
      for update skip locked
    )
    delete from ${table} as due
    using old
    where due.${key} = old.${key}
    returning 1
  `,
})

const forgetSessions = forgetDue('forget_sessions', 'auth.sessions', 'id', 'expires_at')
const forgetEnded = forgetDue('forget_ended_sessions', 'auth.ended_sessions', 'number', 'forgotten_at')

const refreshedRow = z.tuple([
  z.enum(['unknown', 'refreshed', 'repeated', 'reused']),
  branded<UserId>().nullable(),
  z.string().nullable(),
])

const INVALID = reject({ code: 'invalid-refresh-token' })

export interface SessionOptions {
  /** For how long an access token is good. */
  readonly accessTokenSeconds: number
}

/** Tokens are made after the session that they are of, by a clock that may be another, and so last a little longer. */
const SLACK_SECONDS = 60

export const postgresSessions = (
  { pipeline }: Pick<PostgresDatabase, 'pipeline'>,
  { accessTokenSeconds }: SessionOptions,
): Sessions => {
  const accessSeconds = accessTokenSeconds + SLACK_SECONDS
  const userBy = async (statement: Statement, token: string) => {
    const given = readRefreshToken(token)
    if (!given) return undefined
    const [row] = await pipeline.execute(statement, [given.sessionId, tokenHash(token)])
    return row ? branded<UserId>().parse(row[0]) : undefined
  }

  return {
    async begin(userId, passwordHash) {
      const { sessionId, text } = firstToken()
      const values = [sessionId, userId, tokenHash(text), passwordHash, accessSeconds]
      const rows = await pipeline.execute(beginSession, values)
      return rows.length === 0 ? undefined : { sessionId, token: text }
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
        accessSeconds,
      ])
      const [outcome, userId, recordedSalt] = refreshedRow.parse(row)
      const isGood = outcome === 'refreshed' || outcome === 'repeated'
      if (!isGood || userId === null || recordedSalt === null) return INVALID
      const { sessionId } = given
      return ok({ userId, sessionId, token: nextToken(given, Buffer.from(recordedSalt, 'hex')).text })
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

    async forgetEnded(limit) {
      return (await pipeline.execute(forgetEnded, [limit])).length
    },
  }
}
