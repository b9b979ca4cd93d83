import { z } from 'zod'
import type { PostgresDatabase } from './database.ts'
import type { Statement } from './pipeline.ts'

/** What keeps events from those who wait for them, in seconds. */
export interface EventDelays {
  /** How long the oldest transaction has been running that holds the fence of the log; 0 where none does. */
  readonly fenceAgeSeconds: number
  /** How late the most overdue reminder is; 0 where none is due. */
  readonly reminderLatenessSeconds: number
}

/**
 * Whoever has the smallest xid that is still running holds the fence, in whichever database of the server; prepared
 * transactions have no session. Of the sessions of others a role sees only with pg_monitor, or as a superuser.
 */
const readDelays: Statement = {
  name: 'read_event_delays',
  text: `
    with fence as materialized (
      select pg_snapshot_xmin(pg_current_snapshot())::xid as xmin
    ),
    held as (
      select xact_start as since
      from pg_stat_activity, fence
      where backend_xid = fence.xmin
      union all
      select prepared
      from pg_prepared_xacts, fence
      where transaction = fence.xmin
    )
    select
      greatest(coalesce(date_part('epoch', clock_timestamp() - (select min(since) from held)), 0), 0),
      greatest(coalesce(date_part('epoch', clock_timestamp() - (select min(due_at) from reminders)), 0), 0)
  `,
}

const row = z.tuple([z.coerce.number(), z.coerce.number()])

/** Asks the database; throws Unavailable while it cannot be reached. */
export async function readEventDelays({
  pipeline,
}: Pick<PostgresDatabase, 'pipeline'>): Promise<EventDelays> {
  const [fenceAgeSeconds, reminderLatenessSeconds] = row.parse((await pipeline.execute(readDelays, []))[0])
  return { fenceAgeSeconds, reminderLatenessSeconds }
}
