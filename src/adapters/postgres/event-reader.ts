import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { EventLog } from '../../application/ports/event-log.ts'
import type { Cursor, LoggedEvent } from '../../domain/logged-event.ts'
import type { PostgresDatabase } from './database.ts'
import { cursorOf, type Place, placeOf } from './event-places.ts'
import { guarded } from './faults.ts'

/** Writes down what follows from events. */
export type Writing = (tx: DatabaseTransactionConnection) => Promise<void>

export interface EventReader {
  /** Its row in `event_readers`. */
  readonly name: 'mail' | 'webhooks'
  /**
   * Finds out what there is to write because of the events, null where that is nothing. It is written in the transaction in
   * which the reader moves on, and everything that can be known before belongs in here.
   */
  readonly prepare: (events: readonly LoggedEvent[]) => Promise<Writing | null>
}

const nothing = z.object({})
const placeRow = z.object({ xid: z.string(), sequence: z.string(), mark: z.string() })

const readerPlace = (name: string) => sql.type(placeRow)`
  select event_readers.xid::text, event_readers.sequence::text, event_log_state.mark
  from event_readers
  cross join event_log_state
  where event_readers.name = ${name}
`

/** Nothing when another node has moved the reader on meanwhile, or is about to. */
const lockReader = (name: string, { xid, sequence }: Place, columns = sql.fragment``) => sql.type(nothing)`
  select ${columns}
  from event_readers
  where name = ${name}
    and xid = ${xid}::xid8
    and sequence = ${sequence}::bigint
  for update skip locked
`

const moveReader = (name: string, { xid, sequence }: Place) => sql.type(nothing)`
  update event_readers
  set
    xid = ${xid}::xid8,
    sequence = ${sequence}::bigint
  where name = ${name}
`

/**
 * Moves a reader on where nothing was written. Nobody waits for the disk: a move that is lost in a crash is made again, and
 * whatever is committed later takes it along.
 */
const passOver = (name: string, from: Place, to: Place) => sql.type(nothing)`
  with unhurried as materialized (
    select set_config('synchronous_commit', 'off', true)
  ),
  free as materialized (
    ${lockReader(name, from, sql.fragment`name`)}
  )
  update event_readers
  set
    xid = ${to.xid}::xid8,
    sequence = ${to.sequence}::bigint
  from unhurried, free
  where event_readers.name = free.name
`

/**
 * Hands at most `limit` events after a reader's place on to it and moves the place on, in one transaction; tells how many,
 * or null where another node has moved the reader on meanwhile, or is about to.
 *
 * The events are read, and what is to be written is prepared, before it begins, because it holds the fence of every reader
 * for as long as it takes.
 *
 * @throws when events were removed before the reader came to them; it goes on behind the gap
 */
export async function handOnEvents(
  { pool }: Pick<PostgresDatabase, 'pool'>,
  log: EventLog,
  { name, prepare }: EventReader,
  limit: number,
): Promise<number | null> {
  const from = await guarded(pool.one(readerPlace(name)))
  const page = await log.read(cursorOf(from, from.mark), limit)
  if (!page.ok) {
    await moveOn(page.rejection.oldest, null)
    throw new Error(`Events were removed from the log before they were handed on to ${name}`)
  }
  const { events, end } = page.value
  if (events.length === 0) return 0
  return (await moveOn(end, await guarded(prepare(events)))) ? events.length : null

  /** False where another node has moved the reader on, or is about to. */
  async function moveOn(end: Cursor, write: Writing | null): Promise<boolean> {
    const to = placeOf(end)
    if (write === null) return (await guarded(pool.query(passOver(name, from, to)))).rowCount > 0
    return guarded(
      pool.transaction(async (tx) => {
        const { rowCount } = await tx.query(lockReader(name, from))
        if (rowCount === 0) return false
        await write(tx)
        await tx.query(moveReader(name, to))
        return true
      }),
    )
  }
}
