import { sql } from 'slonik'
import { z } from 'zod'
import { BOOKING_STATUSES, type Booking, CAPACITIES, type Capacity } from '../../domain/booking.ts'
import type { BookingEventType, BookingHistoryEntry } from '../../domain/event.ts'
import type { BookingId, ServiceId, UserId } from '../../domain/ids.ts'
import type { Json } from '../../domain/json.ts'
import { branded, countColumn, instantColumn, moneyOf } from './values.ts'
import type { WireColumns } from './wire-rows.ts'

export const bookingWireColumns = {
  id: 'text',
  number: 'bigint',
  version: 'integer',
  status: 'text',
  service_id: 'text',
  service_version: 'integer',
  provider_id: 'text',
  customer_id: 'text',
  starts_at: 'instant',
  ends_at: 'instant',
  buffer_before_minutes: 'integer',
  buffer_after_minutes: 'integer',
  price: 'numeric',
  currency: 'text',
  cancellable_until: 'instant',
  notes: 'text',
  metadata: 'json',
  cancelled_at: 'instant',
  cancelled_by: 'text',
  cancellation_reason: 'text',
  created_at: 'instant',
  updated_at: 'instant',
} as const satisfies WireColumns

export const bookingColumns = sql.join(
  Object.keys(bookingWireColumns).map((name) => sql.identifier(['bookings', name])),
  sql.fragment`, `,
)

export const bookingRow = z
  .object({
    id: branded<BookingId>(),
    number: countColumn,
    version: z.number(),
    status: z.enum(BOOKING_STATUSES),
    service_id: branded<ServiceId>(),
    service_version: z.number(),
    provider_id: branded<UserId>(),
    customer_id: branded<UserId>(),
    starts_at: instantColumn,
    ends_at: instantColumn,
    buffer_before_minutes: z.number(),
    buffer_after_minutes: z.number(),
    price: z.number(),
    currency: z.string(),
    cancellable_until: instantColumn,
    notes: z.string().nullable(),
    metadata: z.record(z.string(), z.custom<Json>()),
    cancelled_at: instantColumn.nullable(),
    cancelled_by: branded<Capacity>().nullable(),
    cancellation_reason: z.string().nullable(),
    created_at: instantColumn,
    updated_at: instantColumn,
  })
  .transform((row): Booking => {
    const facts = {
      id: row.id,
      number: row.number,
      version: row.version,
      serviceId: row.service_id,
      serviceVersion: row.service_version,
      providerId: row.provider_id,
      customerId: row.customer_id,
      start: row.starts_at,
      end: row.ends_at,
      bufferBeforeMinutes: row.buffer_before_minutes,
      bufferAfterMinutes: row.buffer_after_minutes,
      price: moneyOf(row.price, row.currency),
      cancellableUntil: row.cancellable_until,
      notes: row.notes,
      metadata: row.metadata,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
    if (row.status !== 'cancelled') return { ...facts, status: row.status }
    if (row.cancelled_at === null || row.cancelled_by === null) {
      throw new TypeError(`Booking ${row.id} is cancelled by nobody`)
    }
    return {
      ...facts,
      status: row.status,
      cancelledAt: row.cancelled_at,
      cancelledBy: row.cancelled_by,
      cancellationReason: row.cancellation_reason,
    }
  })

export const historyRow = z
  .object({
    version: z.number(),
    change: branded<BookingEventType>(),
    status: z.enum(BOOKING_STATUSES),
    starts_at: instantColumn,
    ends_at: instantColumn,
    actor_id: branded<UserId>().nullable(),
    acted_as: z.enum(CAPACITIES),
    reason: z.string().nullable(),
    occurred_at: instantColumn,
  })
  .transform(
    (row): BookingHistoryEntry => ({
      version: row.version,
      change: row.change,
      status: row.status,
      start: row.starts_at,
      end: row.ends_at,
      actorId: row.actor_id,
      actedAs: row.acted_as,
      reason: row.reason,
      occurredAt: row.occurred_at,
    }),
  )
