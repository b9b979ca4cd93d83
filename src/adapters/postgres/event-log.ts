import { z } from 'zod'
import type { EventLog } from '../../application/ports/event-log.ts'
import type { EventId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Json } from '../../domain/json.ts'
import { EVENT_TYPES, type LoggedEvent } from '../../domain/logged-event.ts'
import { ok, reject } from '../../domain/result.ts'
import type { PostgresDatabase } from './database.ts'
import { cursorOf, isBefore, isCursorOf, placeOf } from './event-places.ts'
import type { Statement } from './pipeline.ts'
import { branded, timestamp } from './values.ts'

/**
 * The fence: an xid below the oldest transaction that is running has ended, and every later event has a greater one.
 * Reading by ids alone would skip events that commit after their successors. A cursor is always the place of an event, and
 * never the fence: after a crash PostgreSQL gives numbers anew that it had given to nothing that was kept.
 */
const readEvents: Statement = {
  name: 'read_events',
  text: `
    with fence as materialized (
      select pg_snapshot_xmin(pg_current_snapshot()) as xmin
    )
    select
      state.trimmed_xid::text,
      state.trimmed_sequence::text,
      page.xid::text,
      page.sequence::text,
      page.id,
      page.type,
      floor(date_part('epoch', page.occurred_at) * 1000)::bigint,
      page.subject_type,
      page.subject_id,
      page.subject_version,
      page.provider_id,
      page.customer_id,
      page.data
    from event_log_state as state
    left join lateral (
      select
        xid, sequence, id, type, occurred_at, subject_type, subject_id, subject_version, provider_id, customer_id, data
      from events
      where (xid, sequence) > ($1::xid8, $2::bigint)
        and xid < (select xmin from fence)
        -- What happens to accounts is for the audit alone, and what a newer version writes for those who know it.
        and type = any ($4)
      order by xid, sequence
      limit $3
    ) as page on true
    order by page.xid, page.sequence
  `,
}

const readState: Statement = {
  name: 'read_log_state',
  text: `
    select
      state.mark,
      state.trimmed_xid::text,
      state.trimmed_sequence::text,
      coalesce(newest.xid, state.trimmed_xid)::text,
      coalesce(newest.sequence, state.trimmed_sequence)::text
    from event_log_state as state
    left join lateral (
      select xid, sequence
      from events
      where xid < pg_snapshot_xmin(pg_current_snapshot())
      order by xid desc, sequence desc
      limit 1
    ) as newest on true
  `,
}

/**
 * Removes what is old from the beginning up to the first event that is not, and never what may still be overtaken. What the
 * audit has for longer goes there.
 */
const trimEvents: Statement = {
  name: 'trim_events',
  text: `
    with oldest as (
      select xid, sequence, occurred_at
      from events
      where xid < pg_snapshot_xmin(pg_current_snapshot())
        -- What is said to lie in the future says nothing of its age: it goes with what comes after it.
        and occurred_at <= $3
      order by xid, sequence
      limit $2
    ),
    last_old as (
      select xid, sequence
      from oldest
      where occurred_at < $1
        and not exists (
          select
          from oldest as earlier
          where earlier.occurred_at >= $1
            and (earlier.xid, earlier.sequence) < (oldest.xid, oldest.sequence)
        )
      order by xid desc, sequence desc
      limit 1
    ),
    noted as (
      update event_log_state
      set
        trimmed_xid = last_old.xid,
        trimmed_sequence = last_old.sequence
      from last_old
      where (event_log_state.trimmed_xid, event_log_state.trimmed_sequence) < (last_old.xid, last_old.sequence)
    ),
    trimmed as (
      delete from events
      using last_old
      where (events.xid, events.sequence) <= (last_old.xid, last_old.sequence)
      returning
        events.xid, events.sequence, events.id, events.type, events.occurred_at, events.subject_type,
        events.subject_id, events.subject_version, events.actor_id, events.data
    ),
    kept as (
      insert into audit_entries (
        xid, sequence, id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, data
      )
      select xid, sequence, id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, data
      from trimmed
      where subject_type in ('user', 'service', 'schedule')
    )
    select 1
    from trimmed
  `,
}

const stateRow = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string()])

const nullable = z.string().nullable()
const eventRow = z
  .tuple([
    z.string(),
    z.string(),
    branded<EventId>(),
    z.enum(EVENT_TYPES),
    z.string(),
    z.enum(['booking', 'hold', 'schedule', 'service', 'provider']),
    z.string(),
    nullable,
    branded<UserId>().nullable(),
    branded<UserId>().nullable(),
    z.string(),
  ])
  .transform((row) => {
    const [
      xid,
      sequence,
      id,
      type,
      milliseconds,
      subjectType,
      subjectId,
      version,
      providerId,
      customerId,
      data,
    ] = row
    return {
      place: { xid, sequence },
      event: {
        id,
        type,
        occurredAt: Number(milliseconds) as Instant,
        subject: { type: subjectType, id: subjectId, version: version === null ? null : Number(version) },
        providerId,
        customerId,
        data: JSON.parse(data) as Readonly<Record<string, Json>>,
      },
    }
  })

export function postgresEventLog({ pipeline }: Pick<PostgresDatabase, 'pipeline'>): EventLog {
  let knownMark: string | undefined

  const state = async () => {
    const [row] = await pipeline.execute(readState, [])
    const [mark, trimmedXid, trimmedSequence, xid, sequence] = stateRow.parse(row)
    knownMark = mark
    return { mark, trimmed: { xid: trimmedXid, sequence: trimmedSequence }, newest: { xid, sequence } }
  }
  const markOf = async () => knownMark ?? (await state()).mark

  return {
    async read(after, limit) {
      const mark = await markOf()
      const from = placeOf(after)
      const rows = await pipeline.execute(readEvents, [from.xid, from.sequence, limit, [...EVENT_TYPES]])
      const [trimmedXid = '0', trimmedSequence = '0'] = (rows[0] ?? []).map((value) => value ?? '0')
      const trimmed = { xid: trimmedXid, sequence: trimmedSequence }
      if (isBefore(from, trimmed)) return reject({ code: 'cursor-expired', oldest: cursorOf(trimmed, mark) })
      const read = rows.filter((row) => row[2] !== null).map((row) => eventRow.parse(row.slice(2)))
      const events = read.map(
        ({ place, event }): LoggedEvent => ({ ...event, cursor: cursorOf(place, mark) }),
      )
      return ok({ events, end: events.at(-1)?.cursor ?? after, isLast: events.length < limit })
    },

    async end() {
      const { mark, newest } = await state()
      return cursorOf(newest, mark)
    },

    async start() {
      const { mark, trimmed } = await state()
      return cursorOf(trimmed, mark)
    },

    async parse(text) {
      const { mark, newest } = await state()
      // Beyond the newest event is a place of a later life of this database, which it was restored from before.
      return isCursorOf(text, mark) && !isBefore(newest, placeOf(text)) ? text : undefined
    },

    async trim({ before, now }, limit) {
      return (await pipeline.execute(trimEvents, [timestamp(before), limit, timestamp(now)])).length
    },
  }
}
