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

/** Requests and tokens in schema auth. */
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
        insert into auth.password_resets (token_hash, user_id, expires_at)
        select ${tokenHash(token)}::bytea, ${userId}::uuid, now() + make_interval(hours => ${RESET_HOURS})
        where (
          select count(*)
          from auth.password_resets
          where user_id = ${userId}::uuid
            and expires_at > now() + make_interval(hours => ${RESET_HOURS - 1})
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
        from auth.password_resets
        where token_hash = ${tokenHash(token)}::bytea
          and expires_at > now()
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
          from auth.password_resets
          where expires_at <= now()
          order by expires_at
          limit ${limit}
          for update skip locked
        )
        delete from auth.password_resets
        using old
        where password_resets.token_hash = old.token_hash
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

/** The one whose delete finds the row has the token; the others wait for its end and find nothing. */
const setPassword = (token: string, passwordHash: string) => sql.type(userRow)`
  with redeemed as (
    delete from auth.password_resets
    where token_hash = ${tokenHash(token)}::bytea
      and expires_at > now()
    returning user_id
  )
  update auth.users
  set password_hash = ${passwordHash}
  from redeemed
  where users.id = redeemed.user_id
    and users.deactivated_at is null
  returning users.id, users.version
`
