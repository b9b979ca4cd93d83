import { setTimeout as delay } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Standings } from '../../application/ports/standings.ts'
import { ROLES, type Role } from '../../domain/actor.ts'
import type { UserId } from '../../domain/ids.ts'
import type { PostgresDatabase } from './database.ts'
import { endedSessions } from './ended-sessions.ts'
import type { Statement } from './pipeline.ts'
import { sharedReads } from './shared-reads.ts'
import { branded } from './values.ts'

const MOST_REMEMBERED = 100_000

/**
 * For so long after it has looked, a node takes what it remembers for true without looking again. Whoever changes an
 * account waits as long before saying that it is done, and no node that still goes by the state before is left then.
 */
const LEASE_MILLISECONDS = 100
/** A timer may fire this much early. */
const TIMER_SLACK_MILLISECONDS = 2

/** What has changed since a node last looked: the number that accounts go by, and the sessions that have ended. */
const readStanding: Statement = {
  name: 'read_standing',
  text: `
    select standing.version, standing.sessions_ended, ended.sessions
    from auth.standing
    cross join lateral (
      select
        json_agg(json_build_array(session_id, floor(date_part('epoch', forgotten_at) * 1000)))::text as sessions
      from auth.ended_sessions
      -- A smaller number than the one that is known is of a database that was restored from before.
      where number > case when standing.sessions_ended < $1 then 0 else $1 end
        and standing.sessions_ended <> $1
        and forgotten_at > now()
    ) as ended
  `,
}

const readRoles: Statement = {
  name: 'read_roles',
  text: `
    select id, array_to_json(roles)::text
    from auth.users
    where id = any ($1::uuid[])
      and deactivated_at is null
  `,
}

const roles = z.string().transform((text) => z.array(z.enum(ROLES)).parse(JSON.parse(text)))
const rolesRow = z.tuple([branded<UserId>(), roles])

/**
 * Who may come in, from memory as long as no account has changed: one number says so, which is read at most every
 * LEASE_MILLISECONDS and by all who wait for it together. Sessions that have ended come with it.
 */
export function postgresStandings({ pipeline }: Pick<PostgresDatabase, 'pipeline'>): Standings {
  const known = new LRUCache<UserId, readonly Role[]>({ max: MOST_REMEMBERED })
  const ended = endedSessions()
  let version: string | null | undefined
  let lookedAt = Number.NEGATIVE_INFINITY

  const look = sharedReads(async () => {
    const began = performance.now()
    const [row] = await pipeline.execute(readStanding, [ended.place()])
    const read = row?.[0] ?? null
    if (read !== version) known.clear()
    ended.add(row?.[1] ?? '0', row?.[2] ?? null)
    version = read
    lookedAt = began
  })

  const load = sharedReads(async (wishes: readonly UserId[]) => {
    const before = version
    const rows = await pipeline.execute(readRoles, [[...new Set(wishes)]])
    const found = new Map(rows.map((row) => rolesRow.parse(row)))
    // What was read while memory was emptied may be from before that.
    if (before === version) for (const [id, held] of found) known.set(id, held)
    return found
  })

  return {
    async rolesOf(id, sessionId = null) {
      if (performance.now() - lookedAt >= LEASE_MILLISECONDS) await look(undefined)
      if (sessionId !== null && ended.has(sessionId)) return null
      return known.get(id) ?? (await load(id)).get(id) ?? null
    },

    async settled() {
      await delay(LEASE_MILLISECONDS + TIMER_SLACK_MILLISECONDS)
    },
  }
}
