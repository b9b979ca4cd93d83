import { randomBytes, randomUUID } from 'node:crypto'
import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { PasswordResets } from '../../application/ports/password-resets.ts'
import type { UserId } from '../../domain/ids.ts'
import { RESET_HOURS, RESET_RETRY_SECONDS, RESET_TRIES, RESETS_AN_HOUR } from '../../domain/password-reset.ts'
import { ok, reject } from '../../domain/result.ts'
import { endSessions } from './account-changes.ts'
import type { PostgresDatabase } from './database.ts'
import { guarded } from './faults.ts'
import { tokenHash } from './token-hash.ts'
import { writeUserEvents } from './user-event-rows.ts'
import { branded, instantColumn } from './values.ts'

const TOKEN_BYTES = 32

const nothing = z.object({})
const requestRow = z.object({ id: z.string(), email: z.string() })
const userRow = z.object({ id: branded<UserId>(), version: z.number() })

/** Requests in schema auth, tokens in password_reset_tokens. */
export const postgresPasswordResets = ({ pool }: Pick<PostgresDatabase, 'pool'>): PasswordResets => ({
  async request(email) {
    await guarded(
      pool.query(sql.type(nothing)`
        insert into auth.password_reset_requests as known (id, email, due_at)
        values (${randomUUID()}, ${email}, now())
        -- A request for an account waits until its mail is sent: one more must not be known by how quick it is.
        on conflict (lower(email)) do update
        set due_at = known.due_at
      `),
    )
  },

  take: (limit) => guarded(pool.transaction((tx) => takeRequests(tx, limit))),

  async end(id) {
    await guarded(pool.query(sql.type(nothing)`delete from auth.password_reset_requests where id = ${id}`))
  },

  async issue(userId) {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    const expiresAt = await guarded(
      pool.maybeOneFirst(sql.type(z.object({ expires_at: instantColumn }))`
        insert into password_reset_tokens (token_hash, user_id, email, created_at, expires_at)
        select ${tokenHash(token)}::bytea, users.id, users.email, now(), now() + make_interval(hours => ${RESET_HOURS})
        from auth.users
        where users.id = ${userId}
          and (
            select count(*)
            from password_reset_tokens
            where user_id = ${userId}::uuid
              and created_at > now() - interval '1 hour'
          ) < ${RESETS_AN_HOUR}
        returning expires_at
      `),
    )
    return expiresAt === null ? null : { token, expiresAt }
  },

  isGood: (token) =>
    guarded(
      pool.exists(sql.type(nothing)`
        select
        from password_reset_tokens
        where token_hash = ${tokenHash(token)}::bytea
          and expires_at > now()
          and not is_used
      `),
    ),

  redeem: (token, passwordHash, event) =>
    guarded(
      pool.transaction(async (tx) => {
        const user = await tx.maybeOne(setPassword(token, passwordHash))
        if (!user) return reject({ code: 'invalid-reset-token' })
        await endSessions(tx, user.id)
        await writeUserEvents(tx, [event(user)])
        return ok(user.id)
      }),
    ),

  async forgetOld(limit) {
    const { rowCount } = await guarded(
      pool.query(sql.type(nothing)`
        with old as (
          select token_hash
          from password_reset_tokens
          where expires_at <= now()
          order by expires_at
          limit ${limit}
          for update skip locked
        )
        delete from password_reset_tokens
        using old
        where password_reset_tokens.token_hash = old.token_hash
      `),
    )
    return rowCount
  },
})

/** What has been tried often enough goes without an answer. */
async function takeRequests(tx: DatabaseTransactionConnection, limit: number) {
  await tx.query(sql.type(nothing)`
    delete from auth.password_reset_requests
    where due_at <= now()
      and tries >= ${RESET_TRIES}
  `)
  return tx.any(sql.type(requestRow)`
    with due as (
      select id
      from auth.password_reset_requests
      where due_at <= now()
      order by due_at
      limit ${limit}
      for update skip locked
    )
    update auth.password_reset_requests
    set
      tries = tries + 1,
      due_at = now() + make_interval(secs => ${RESET_RETRY_SECONDS})
    from due
    where password_reset_requests.id = due.id
    returning password_reset_requests.id, password_reset_requests.email
  `)
}

/** The one whose update finds the token unused has it; the others wait for its end and find it used. */
const setPassword = (token: string, passwordHash: string) => sql.type(userRow)`
  with redeemed as (
    update password_reset_tokens
    set is_used = true
    where token_hash = ${tokenHash(token)}::bytea
      and expires_at > now()
      and not is_used
    returning user_id
  )
  update auth.users
  set password_hash = ${passwordHash}
  from redeemed
  where users.id = redeemed.user_id
    and users.deactivated_at is null
  returning users.id, users.version
`
