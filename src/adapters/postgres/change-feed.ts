import type { UserNumber } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { type Aspect, changeMarks } from './change-marks.ts'
import { type ClaimList, claimLines, type ListWish, unpackLists, wishValues } from './claim-lists.ts'
import type { Pipeline } from './pipeline.ts'

export interface Reading {
  /** The clock of the database. */
  readonly clock: Instant
  /** In the order of the wishes, of the moment of the reading. */
  readonly lists: readonly ClaimList[]
}

/** Tells whether what is remembered of a provider still holds. */
export interface ChangeFeed {
  /** Which reading was the last: whatever is asked of the database from now on holds as of it, or of a later moment. */
  lastReading(): number
  /** Whether what is known as of one reading holds as of the last. */
  isUnchanged(aspect: Aspect, provider: UserNumber, since: number): boolean
  /** Reads what has changed since the last reading, and lists of claims along with it. Readings must not overlap. */
  read(wishes: readonly ListWish[]): Promise<Reading>
}

/** Beyond this many changes at once it is cheaper to forget everyone than to be told of each. */
const MOST_CHANGES = 10_000
const MOST_MARKS = 100_000

/**
 * All of one snapshot: the snapshot itself, the clock, the session, whether the log still has a row from before the
 * last reading's snapshot ($1), what has been committed since that one, and lists of claims where they are asked for.
 */
const readingStatement = (name: string, lists: string) => ({
  name,
  text: `
    select
      pg_current_snapshot(),
      floor(date_part('epoch', now()) * 1000)::bigint,
      concat_ws(' ', pg_backend_pid(), pg_postmaster_start_time()),
      (
        select true
        from availability_changes
        where xid < pg_snapshot_xmin($1::pg_snapshot)
        order by xid desc, sequence desc
        limit 1
      ),
      (
        select string_agg(concat_ws(' ', kind, provider_number), ',')
        from (
          select kind, provider_number
          from availability_changes
          where xid >= pg_snapshot_xmax($1::pg_snapshot)
          union all
          select kind, provider_number
          from pg_snapshot_xip($1::pg_snapshot) as running (xid)
          join availability_changes using (xid)
          limit ${MOST_CHANGES + 1}
        ) as unseen
      ),
      ${lists}
  `,
})

const readChanges = readingStatement('read_changes', 'null')
const readChangesAndClaims = readingStatement('read_changes_and_claims', claimLines)

interface Moment {
  /** As PostgreSQL writes it, to be handed back. */
  readonly snapshot: string
  readonly clock: Instant
  /** Another session may be with a server that has crashed since, or with another server, where xids mean others. */
  readonly session: string
}

/** @param pipeline of one connection: each change of the session makes the feed forget everything */
export function openChangeFeed(pipeline: Pipeline): ChangeFeed {
  const marks = changeMarks(MOST_MARKS)
  let readings = 0
  let last: Moment | null = null

  return {
    lastReading: () => readings,
    isUnchanged: marks.isUnchanged,
    async read(wishes) {
      const before = last
      const [row = []] =
        wishes.length === 0
          ? await pipeline.execute(readChanges, [before?.snapshot ?? null])
          : await pipeline.execute(readChangesAndClaims, [before?.snapshot ?? null, ...wishValues(wishes)])
      const [snapshot, clock, session, isWhole, unseen, lines] = row
      const moment = { snapshot: snapshot ?? '', clock: Number(clock) as Instant, session: session ?? '' }
      const changes = unseen ? unseen.split(',') : []
      const isContinued =
        before !== null &&
        before.session === moment.session &&
        before.clock <= moment.clock &&
        isWhole === 't'
      readings++
      last = moment
      if (!isContinued || changes.length > MOST_CHANGES) marks.markEveryone(readings)
      else for (const change of changes) noteChange(change)
      return { clock: moment.clock, lists: wishes.length === 0 ? [] : unpackLists(lines ?? '', readings) }
    },
  }

  function noteChange(change: string) {
    const [kind, provider] = change.split(' ')
    if (provider === undefined) marks.markEveryone(readings)
    else marks.mark(kind as Aspect, Number(provider) as UserNumber, readings)
  }
}
