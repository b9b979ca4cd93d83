import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { UserEvent } from '../../domain/user-event.ts'
import { timestamp } from './values.ts'

/** The columns of an event about an account, in the order of `userEventValues`. */
export const userEventColumns = sql.fragment`
  id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, data
`

export const userEventValues = (event: UserEvent) => sql.fragment`
  ${event.id}::uuid,
  ${event.type},
  ${timestamp(event.occurredAt)}::timestamptz,
  'user',
  ${event.userId}::uuid,
  ${event.version}::integer,
  ${event.actorId}::uuid,
  ${JSON.stringify(event.data)}::jsonb
`

/** Writes down what happened to an account, in the transaction that made it so. */
export async function writeUserEvents(
  tx: DatabaseTransactionConnection,
  events: readonly UserEvent[],
): Promise<void> {
  for (const event of events) {
    await tx.query(sql.type(z.object({}))`
      insert into events (${userEventColumns})
      values (${userEventValues(event)})
    `)
  }
}
