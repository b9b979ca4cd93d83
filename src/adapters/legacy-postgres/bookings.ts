import type { Client } from 'pg'
import { findTable, needed, optional } from './shape.ts'
import { columns, earliestFirst, present, type SourceQueries } from './source-queries.ts'

/** What the booking microservice's table has to be like. docs/guides/moving-in.md says the same in words. */
export const BOOKINGS = {
  names: ['bookings'],
  columns: {
    id: needed('uuid', 'id'),
    userId: needed('uuid', 'user_id'),
    providerId: needed('uuid', 'provider_id'),
    serviceId: needed('uuid', 'service_id'),
    start: needed('timestamp', 'start_time'),
    end: needed('timestamp', 'end_time'),
    status: needed('text', 'status'),
    createdAt: optional('timestamp', 'created_at'),
  },
} as const

/** Finds the table of a booking microservice; what is missing is added to `complaints`. */
export async function bookingsQueries(client: Client, complaints: string[]): Promise<SourceQueries | null> {
  const table = present(await findTable(client, BOOKINGS, complaints), BOOKINGS.names, complaints)
  if (!table) return null
  const select = `select ${columns('service-bookings', {
    id: 'b.id::text',
    user_id: table.text('b', 'userId'),
    provider_id: table.text('b', 'providerId'),
    service_id: table.text('b', 'serviceId'),
    start_time: table.text('b', 'start'),
    end_time: table.text('b', 'end'),
    status: table.text('b', 'status'),
    created_at: table.text('b', 'createdAt'),
  })} from ${table.name} b`
  return {
    queries: { 'service-bookings': { select, order: earliestFirst(table, 'b') } },
    needsTimeZone: table.hasWallTimes,
    needsCurrency: false,
  }
}
