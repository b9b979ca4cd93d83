import { z } from 'zod'
import type { EventLog } from '../../application/ports/event-log.ts'
import type { EventId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Json } from '../../domain/json.ts'
import { EVENT_TYPES, type LoggedEvent } from '../../domain/logged-event.ts'
import { ok, reject } from '../../domain/result.ts'
import type { PostgresDatabase } from './database.ts'
import { beforeAllOf, cursorOf, isBefore, isCursorOf, placeOf } from './event-places.ts'
import type { Statement } from './pipeline.ts'
import { branded, timestamp } from './values.ts'

/**
 * The fence: an xid below the oldest transaction that is running has ended, and every later event has a greater one.
 * Reading by ids alone would skip events that commit after their successors. Cursors go up to the fence even where there
 * is no event, so that a reader who has seen nothing for days is not taken for one who has missed something.
 */
const readEvents: Statement = {
  name: 'read_events',
  text: `
    with fence as materialized (
      select pg_snapshot_xmin(pg_current_snapshot()) as xmin
    )
    select
      (select xmin from fence)::text,
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
        -- What happens to accounts is told to nobody who listens: it is for the audit.
        and subject_type <> 'user'
      order by xid, sequence
      limit $3
    ) as page on true
    order by page.xid, page.sequence
  `,
}

const readState: Statement = {
  name: 'read_log_state',
  text: `
    select mark, trimmed_xid::text, trimmed_sequence::text, pg_snapshot_xmin(pg_current_snapshot())::text
    from event_log_state
  `,
}

/** Removes what is old from the beginning up to the first event that is not, and never what may still be overtaken. */
const trimEvents: Statement = {
  name: 'trim_events',
  text: `
    with oldest as (
      select xid, sequence, occurred_at
      from events
      where xid < pg_snapshot_xmin(pg_current_snapshot())
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
    )
    delete from events
    using last_old
    where (events.xid, events.sequence) <= (last_old.xid, last_old.sequence)
    returning 1
  `,
}

const stateRow = z.tuple([z.string(), z.string(), z.string(), z.string()])

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
    const [mark, xid, sequence, fence] = stateRow.parse(row)
    knownMark = mark
    return { mark, trimmed: { xid, sequence }, fence }
  }
  const markOf = async () => knownMark ?? (await state()).mark

  return {
    async read(after, limit) {
      const mark = await markOf()
      const from = placeOf(after)
      const rows = await pipeline.execute(readEvents, [from.xid, from.sequence, limit])
      const [fence = '0', trimmedXid = '0', trimmedSequence = '0'] = (rows[0] ?? []).map(
        (value) => value ?? '0',
      )
      const trimmed = { xid: trimmedXid, sequence: trimmedSequence }
      if (isBefore(from, trimmed)) return reject({ code: 'cursor-expired', oldest: cursorOf(trimmed, mark) })
      const read = rows.filter((row) => row[3] !== null).map((row) => eventRow.parse(row.slice(3)))
      const events = read.map(
        ({ place, event }): LoggedEvent => ({ ...event, cursor: cursorOf(place, mark) }),
      )
      const isLast = events.length < limit
      const behind = cursorOf(beforeAllOf(fence), mark)
      const last = events.at(-1)?.cursor ?? after
      return ok({ events, end: isLast && behind > last ? behind : last, isLast })
    },

    async end() {
      const { mark, fence } = await state()
      return cursorOf(beforeAllOf(fence), mark)
    },

    async start() {
      const { mark, trimmed } = await state()
      return cursorOf(trimmed, mark)
    },

    async parse(text) {
      return isCursorOf(text, await markOf()) ? text : undefined
    },

    async trim(before, limit) {
      return (await pipeline.execute(trimEvents, [timestamp(before), limit])).length
    },
  }
}
