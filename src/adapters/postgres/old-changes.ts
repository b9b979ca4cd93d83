import type { Pipeline } from './pipeline.ts'

const MOST_AT_ONCE = 10_000

/**
 * Up to the newest of those that are old enough, which stays itself. Those that a running transaction may not see yet
 * are left: while they are there, so is a row from before the snapshot of every reading that is made meanwhile.
 */
const forgetOldest = {
  name: 'forget_old_changes',
  text: `
    with forgotten as (
      delete from availability_changes
      where (xid, sequence) < (
        select xid, sequence
        from (
          select xid, sequence, changed_at
          from availability_changes
          where xid < pg_snapshot_xmin(pg_current_snapshot())
          order by xid, sequence
          limit ${MOST_AT_ONCE + 1}
        ) as oldest
        where changed_at < now() - make_interval(mins => $1)
        order by xid desc, sequence desc
        limit 1
      )
      returning 1
    )
    select count(*)
    from forgotten
  `,
}

/**
 * Takes away changes that are older than so many minutes, the oldest first and some at a time. Always leaves one, so
 * that whoever has not read for as long sees no row from before their last reading, and forgets what they remembered.
 */
export async function forgetOldChanges(
  { pipeline }: { readonly pipeline: Pipeline },
  minutes: number,
): Promise<void> {
  let forgotten: number
  do {
    const [row] = await pipeline.execute(forgetOldest, [minutes])
    forgotten = Number(row?.[0])
  } while (forgotten === MOST_AT_ONCE)
}
