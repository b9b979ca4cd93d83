import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type EventTickets, TICKET_SECONDS } from '../../application/ports/event-tickets.ts'
import { lapseOf, ROLES } from '../../domain/actor.ts'
import type { SessionId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { ok, reject } from '../../domain/result.ts'
import type { PostgresDatabase } from './database.ts'
import type { Statement } from './pipeline.ts'
import { tokenHash } from './token-hash.ts'
import { branded, timestamp } from './values.ts'

const issueTicket: Statement = {
  name: 'issue_ticket',
  text: `
    insert into event_tickets (token_hash, user_id, roles, expires_at, session_ends_at, session_id)
    values ($1, $2, $3, now() + make_interval(secs => ${TICKET_SECONDS}), $4, $5)
    returning floor(date_part('epoch', expires_at) * 1000)::bigint
  `,
}

/** Since the ticket was made a role may have been taken away, or the account been deactivated. */
const redeemTicket: Statement = {
  name: 'redeem_ticket',
  text: `
    delete from event_tickets
    using auth.users
    where event_tickets.token_hash = $1
      and event_tickets.expires_at > now()
      and users.id = event_tickets.user_id
      and users.deactivated_at is null
      and (
        event_tickets.session_id is null
        or exists (
          select
          from auth.sessions
          where sessions.id = event_tickets.session_id
        )
      )
    returning
      event_tickets.user_id,
      array_to_json(event_tickets.roles)::text,
      array_to_json(users.roles)::text,
      event_tickets.session_id,
      floor(date_part('epoch', event_tickets.session_ends_at) * 1000)::bigint
  `,
}

const forgetTickets: Statement = {
  name: 'forget_tickets',
  text: `
    with old as (
      select token_hash
      from event_tickets
      where expires_at <= now()
      order by expires_at
      limit $1
      for update skip locked
    )
    delete from event_tickets
    using old
    where event_tickets.token_hash = old.token_hash
    returning 1
  `,
}

const roles = z.string().transform((text) => z.array(z.enum(ROLES)).parse(JSON.parse(text)))
const redeemedRow = z.tuple([branded<UserId>(), roles, roles, branded<SessionId>().nullable(), z.string()])

const TICKET_BYTES = 32

export const postgresEventTickets = ({ pipeline }: Pick<PostgresDatabase, 'pipeline'>): EventTickets => ({
  async issue({ actor, sessionId, sessionEndsAt }) {
    const ticket = randomBytes(TICKET_BYTES).toString('base64url')
    const values = [tokenHash(ticket), actor.userId, [...actor.roles], timestamp(sessionEndsAt), sessionId]
    const [row] = await pipeline.execute(issueTicket, values)
    return { ticket, expiresAt: Number(row?.[0]) as Instant }
  },

  async redeem(ticket) {
    const [row] = await pipeline.execute(redeemTicket, [tokenHash(ticket)])
    if (!row) return reject('shut-out')
    const [userId, had, held, sessionId, endsAt] = redeemedRow.parse(row)
    const actor = { userId, roles: had }
    const lapse = lapseOf(actor, held)
    return lapse === null ? ok({ actor, sessionId, sessionEndsAt: Number(endsAt) as Instant }) : reject(lapse)
  },

  async forgetOld(limit) {
    return (await pipeline.execute(forgetTickets, [limit])).length
  },
})
