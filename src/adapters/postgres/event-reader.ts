import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { EventLog } from '../../application/ports/event-log.ts'
import type { Cursor, LoggedEvent } from '../../domain/logged-event.ts'
import type { PostgresDatabase } from './database.ts'
import { cursorOf, type Place, placeOf } from './event-places.ts'
import { guarded } from './faults.ts'

export interface EventReader {
  /** Its row in `event_readers`. */
  readonly name: 'mail' | 'webhooks'
  /** Writes down what follows from the events, in the transaction in which the reader moves on. */
  readonly write: (tx: DatabaseTransactionConnection, events: readonly LoggedEvent[]) => Promise<void>
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
const lockReader = (name: string, { xid, sequence }: Place) => sql.type(nothing)`
  select
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
 * Hands at most `limit` events after a reader's place on to it and moves the place on, in one transaction; tells how many.
 * The events are read before it begins, because it holds the fence of every reader for as long as it takes.
 *
 * @throws when events were removed before the reader came to them; it goes on behind the gap
 */
export async function handOnEvents(
  { pool }: Pick<PostgresDatabase, 'pool'>,
  log: EventLog,
  { name, write }: EventReader,
  limit: number,
): Promise<number> {
  const from = await guarded(pool.one(readerPlace(name)))
  const page = await log.read(cursorOf(from, from.mark), limit)
  if (!page.ok) {
    await moveOn(page.rejection.oldest, [])
    throw new Error(`Events were removed from the log before they were handed on to ${name}`)
  }
  const { events, end } = page.value
  return events.length > 0 ? moveOn(end, events) : 0

  function moveOn(end: Cursor, handedOn: readonly LoggedEvent[]): Promise<number> {
    return guarded(
      pool.transaction(async (tx) => {
        const { rowCount } = await tx.query(lockReader(name, from))
        if (rowCount === 0) return 0
        await write(tx, handedOn)
        await tx.query(moveReader(name, placeOf(end)))
        return handedOn.length
      }),
    )
  }
}
