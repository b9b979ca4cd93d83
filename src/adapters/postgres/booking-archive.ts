import { type FragmentSqlToken, sql } from 'slonik'
import type { BookingArchive, BookingFilter } from '../../application/ports/booking-ledger.ts'
import { type PageKey, pageOf } from '../../application/ports/page.ts'
import { isStanding } from '../../domain/booking.ts'
import { dueAt } from '../../domain/booking-life.ts'
import type { BookingId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { bookingColumns, bookingRow, bookingWireColumns, historyRow } from './booking-rows.ts'
import type { PostgresDatabase } from './database.ts'
import { guarded } from './faults.ts'
import { sharedReads } from './shared-reads.ts'
import { timestamp } from './values.ts'
import { rowOf, selectByKeys } from './wire-rows.ts'

/** Rows by their keys. */
export const findBookings = selectByKeys('find_bookings', 'bookings', 'id', bookingWireColumns)

/**
 * The record of bookings, read by views. Bookings by their ids are asked for most: over the pipeline, and those who ask at
 * the same time share a statement, which costs less than its way there and back.
 */
export function postgresBookingArchive({ pool, pipeline }: PostgresDatabase): BookingArchive {
  const load = sharedReads(async (wishes: readonly (readonly BookingId[])[]) => {
    const rows = await pipeline.execute(findBookings, [[...new Set(wishes.flat())]])
    const bookings = rows.map((row) => bookingRow.parse(rowOf(bookingWireColumns, row)))
    return new Map(bookings.map((booking) => [booking.id, booking]))
  })
  /** The versions after a given one; at most `limit`, or all of them. */
  const readHistory = (id: BookingId, after: number, limit: number | null) =>
    guarded(
      pool.any(sql.type(historyRow)`
        select version, change, status, starts_at, ends_at, actor_id, acted_as, reason, occurred_at
        from booking_history
        where booking_id = ${id}
          and version > ${after}
        order by version
        limit ${limit}
      `),
    )
  return {
    async find(id) {
      return (await load([id])).get(id)
    },

    async findMany(ids) {
      if (ids.length === 0) return []
      const found = await load(ids)
      return [...new Set(ids)].flatMap((id) => found.get(id) ?? [])
    },

    async history(id) {
      return [...(await readHistory(id, 0, null))]
    },

    async listHistory(id, { limit, after }) {
      const rows = await readHistory(id, Number(after?.value ?? 0), limit + 1)
      return pageOf(rows, limit, ({ version }) => ({ value: String(version), id }))
    },

    async due(now, limit) {
      const bookings = await guarded(
        pool.any(sql.type(bookingRow)`
        (
          select ${bookingColumns}
          from bookings
          where bookings.status = 'confirmed'
            and bookings.ends_at <= ${timestamp(now)}
          order by bookings.ends_at
          limit ${limit}
        )
        union all
        (
          select ${bookingColumns}
          from bookings
          where bookings.status = 'pending'
            and bookings.starts_at <= ${timestamp(now)}
          order by bookings.starts_at
          limit ${limit}
        )
      `),
      )
      return bookings
        .filter(isStanding)
        .sort((a, b) => dueAt(a) - dueAt(b))
        .slice(0, limit)
    },

    async list(filter, { limit, after }) {
      const direction = filter.order === 'descending' ? sql.fragment`desc` : sql.fragment`asc`
      const part = (participation: FragmentSqlToken) => sql.fragment`
      (
        select ${bookingColumns}
        from bookings
        where ${sql.and([participation, ...conditions(filter), after && beyond(filter, after)])}
        order by bookings.starts_at ${direction}, bookings.id ${direction}
        limit ${limit + 1}
      )
    `
      const rows = await guarded(
        pool.any(sql.type(bookingRow)`
        select ${bookingColumns}
        from (${sql.join(participations(filter).map(part), sql.fragment` union all `)}) as bookings
        order by bookings.starts_at ${direction}, bookings.id ${direction}
        limit ${limit + 1}
      `),
      )
      return pageOf(rows, limit, (booking) => ({ value: String(booking.start), id: booking.id }))
    },
  }
}

/** One part for each index: `or` over two columns would read and sort everything before the first page. */
const participations = ({ participant }: BookingFilter): FragmentSqlToken[] =>
  participant === null
    ? [sql.fragment`true`]
    : [
        sql.fragment`bookings.customer_id = ${participant}`,
        sql.fragment`bookings.provider_id = ${participant} and bookings.customer_id <> ${participant}`,
      ]

const conditions = (filter: BookingFilter) => [
  filter.customerId !== null && sql.fragment`bookings.customer_id = ${filter.customerId}`,
  filter.providerId !== null && sql.fragment`bookings.provider_id = ${filter.providerId}`,
  filter.serviceId !== null && sql.fragment`bookings.service_id = ${filter.serviceId}`,
  filter.status !== null && sql.fragment`bookings.status = ${filter.status}`,
  filter.from !== null && sql.fragment`bookings.starts_at >= ${timestamp(filter.from)}`,
  filter.to !== null && sql.fragment`bookings.starts_at < ${timestamp(filter.to)}`,
]

function beyond({ order }: BookingFilter, { value, id }: PageKey): FragmentSqlToken {
  const place = sql.fragment`(${timestamp(Number(value) as Instant)}::timestamptz, ${id}::uuid)`
  return order === 'descending'
    ? sql.fragment`(bookings.starts_at, bookings.id) < ${place}`
    : sql.fragment`(bookings.starts_at, bookings.id) > ${place}`
}
