import { type FragmentSqlToken, sql } from 'slonik'
import { z } from 'zod'
import type { PagedBookings } from '../../application/ports/booking-pages.ts'
import type { BookingId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { PostgresDatabase } from './database.ts'
import { guarded } from './faults.ts'
import { branded, timestamp } from './values.ts'

/** A place in a list: behind the row with this start, as PostgreSQL writes it, and this id. */
export type Anchor = readonly [start: string, id: string]

/** Where a list is read from: its beginning at an instant, or behind a row. */
export type Origin = { readonly at: Instant } | { readonly behind: Anchor }

type List = Omit<PagedBookings, 'now'>
type Pool = Pick<PostgresDatabase, 'pool'>

const counted = z.object({ rows: z.coerce.number() })
const idRow = z.object({ id: branded<BookingId>() })
const walkedRow = z.object({ start: z.string(), id: z.string() })

/**
 * The keys of at most `most` rows of a list. All there is to read of them is in an index. Of a participant there are two, one as
 * customer and one as provider: `or` over two columns would read and sort everything.
 */
function keys(
  { participant, view }: List,
  bounds: readonly FragmentSqlToken[],
  most: number,
): FragmentSqlToken {
  const order = orderOf(view)
  const part = (participation: FragmentSqlToken) => sql.fragment`
    (
      select bookings.starts_at, bookings.id
      from bookings
      where ${sql.join([participation, ...bounds], sql.fragment` and `)}
      order by ${order}
      limit ${most}
    )
  `
  if (participant === null) return part(sql.fragment`true`)
  return sql.fragment`
    (
      select bookings.starts_at, bookings.id
      from (
        ${part(sql.fragment`bookings.customer_id = ${participant}`)}
        union all
        ${part(sql.fragment`bookings.provider_id = ${participant} and bookings.customer_id <> ${participant}`)}
      ) as bookings
      order by ${order}
      limit ${most}
    )
  `
}

const orderOf = (view: List['view']) =>
  view === 'past'
    ? sql.fragment`bookings.starts_at desc, bookings.id desc`
    : sql.fragment`bookings.starts_at, bookings.id`

function from(list: List, origin: Origin): FragmentSqlToken {
  if ('at' in origin) {
    const instant = timestamp(origin.at)
    return list.view === 'past'
      ? sql.fragment`bookings.starts_at < ${instant}`
      : sql.fragment`bookings.starts_at >= ${instant}`
  }
  const [start, id] = origin.behind
  return fromRow(list, sql.fragment`(${start}::timestamptz, ${id}::uuid)`)
}

const fromRow = ({ view }: Pick<List, 'view'>, place: FragmentSqlToken): FragmentSqlToken =>
  view === 'past'
    ? sql.fragment`(bookings.starts_at, bookings.id) < ${place}`
    : sql.fragment`(bookings.starts_at, bookings.id) > ${place}`

/** How many rows a list has, counted no further than to `most`. */
export const countRows = async ({ pool }: Pool, list: List, origin: Origin, most: number): Promise<number> =>
  guarded(
    pool.oneFirst(sql.type(counted)`
      select count(*) as rows
      from ${keys(list, [from(list, origin)], most)} as bookings
    `),
  )

/** How many rows start from one instant up to another, of either list. */
export const countBetween = async (
  { pool }: Pool,
  list: List,
  start: Instant,
  end: Instant,
): Promise<number> => {
  const bounds = [
    sql.fragment`bookings.starts_at >= ${timestamp(start)}`,
    sql.fragment`bookings.starts_at < ${timestamp(end)}`,
  ]
  return guarded(
    pool.oneFirst(sql.type(counted)`
      select count(*) as rows
      from ${keys(list, bounds, 2_147_483_647)} as bookings
    `),
  )
}

/** The ids of `size` rows of a list, after those that are skipped. */
export const readIds = async (
  { pool }: Pool,
  list: List,
  origin: Origin,
  skipped: number,
  size: number,
): Promise<readonly BookingId[]> =>
  guarded(
    pool.anyFirst(sql.type(idRow)`
      select bookings.id
      from ${keys(list, [from(list, origin)], skipped + size)} as bookings
      order by ${orderOf(list.view)}
      offset ${skipped}
    `),
  )

/**
 * Names every `step`th row of a list, at most `most` of them, each found from the one before: PostgreSQL skips rows several times
 * as fast as it numbers them.
 */
export const walk = async (
  { pool }: Pool,
  list: List,
  origin: Origin,
  { most, step }: { readonly most: number; readonly step: number },
): Promise<readonly Anchor[]> => {
  const stepFrom = (bound: FragmentSqlToken) => sql.fragment`
    (
      select bookings.starts_at, bookings.id
      from ${keys(list, [bound], step)} as bookings
      order by ${orderOf(list.view)}
      offset ${step - 1}
    )
  `
  const rows = await guarded(
    pool.any(sql.type(walkedRow)`
      with recursive walked as (
        select first.starts_at, first.id, 1 as place
        from ${stepFrom(from(list, origin))} as first
        union all
        select next.starts_at, next.id, walked.place + 1
        from walked
        cross join lateral ${stepFrom(fromRow(list, sql.fragment`(walked.starts_at, walked.id)`))} as next
        where walked.place < ${most}
      )
      select starts_at::text as start, id
      from walked
      order by place
    `),
  )
  return rows.map(({ start, id }) => [start, id])
}
