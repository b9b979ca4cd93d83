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
const walkedRow = z.object({
  rows: z.coerce.number(),
  anchors: z.array(z.tuple([z.string(), z.string()])).nullable(),
})

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

function from({ view }: List, origin: Origin): FragmentSqlToken {
  if ('at' in origin) {
    const instant = timestamp(origin.at)
    return view === 'past'
      ? sql.fragment`bookings.starts_at < ${instant}`
      : sql.fragment`bookings.starts_at >= ${instant}`
  }
  const [start, id] = origin.behind
  const place = sql.fragment`(${start}::timestamptz, ${id}::uuid)`
  return view === 'past'
    ? sql.fragment`(bookings.starts_at, bookings.id) < ${place}`
    : sql.fragment`(bookings.starts_at, bookings.id) > ${place}`
}

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

/** Counts at most `most` rows and names every `step`th. */
export const walk = async (
  { pool }: Pool,
  list: List,
  origin: Origin,
  { most, step }: { readonly most: number; readonly step: number },
): Promise<{ readonly rows: number; readonly anchors: readonly Anchor[] }> => {
  const { rows, anchors } = await guarded(
    pool.one(sql.type(walkedRow)`
      select
        count(*) as rows,
        json_agg(json_build_array(starts_at::text, id) order by place) filter (where place % ${step} = 0) as anchors
      from (
        select bookings.starts_at, bookings.id, row_number() over (order by ${orderOf(list.view)}) as place
        from ${keys(list, [from(list, origin)], most)} as bookings
      ) as walked
    `),
  )
  return { rows, anchors: anchors ?? [] }
}
