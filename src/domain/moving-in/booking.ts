import type { BookingId } from '../ids.ts'
import { earlierOf, type Instant, plusMinutes } from '../instant.ts'
import type { Interval } from '../interval.ts'
import type { Result } from '../result.ts'
import { hinder, judging, type Obstacle } from './obstacle.ts'
import { keptNumber } from './person.ts'
import type { Surroundings } from './surroundings.ts'
import {
  elapsedMinutes,
  instant,
  link,
  minutes,
  type OldRow,
  optionalText,
  uuid,
  wallInstant,
} from './values.ts'

/** A booking as its row tells it, before it is known whose it is here. */
export interface ArrivingBooking extends Interval {
  readonly id: BookingId
  /** The integer it went by; null for any. */
  readonly number: number | null
  /** The three it belongs to, as they were known there. */
  readonly customer: string
  readonly provider: string
  readonly service: string
  readonly status: OldStatus
  /** As the row writes it; null for the price of the service. */
  readonly price: string | null
  readonly notes: string | null
  readonly createdAt: Instant
  /** When the row was last written, as far as it says. */
  readonly updatedAt: Instant
}

export const OLD_STATUSES = ['pending', 'confirmed', 'completed', 'cancelled', 'no_show'] as const
export type OldStatus = (typeof OLD_STATUSES)[number]

export const MARKETPLACE_BOOKING = [
  'id',
  'customer_id',
  'provider_id',
  'service_id',
  'status',
  'scheduled_start',
  'duration',
  'total_amount',
  'notes',
  'created_at',
  'updated_at',
] as const
export type MarketplaceBooking = OldRow<(typeof MARKETPLACE_BOOKING)[number]>

export const SERVICE_BOOKING = [
  'id',
  'user_id',
  'provider_id',
  'service_id',
  'start_time',
  'end_time',
  'status',
  'created_at',
] as const
export type ServiceBooking = OldRow<(typeof SERVICE_BOOKING)[number]>

export const GYM_SESSION = [
  'id',
  'trainer_id',
  'client_id',
  'session_date',
  'start_time',
  'end_time',
  'session_kind',
  'status',
  'price',
  'notes',
  'created_at',
  'updated_at',
] as const
export type GymSession = OldRow<(typeof GYM_SESSION)[number]>

const MOST_OF_NOTES = 2000

export const marketplaceBooking = (
  row: MarketplaceBooking,
  around: Surroundings,
): Result<ArrivingBooking, Obstacle> =>
  judging(() => {
    const start = instant(row.scheduled_start, around.zone, 'scheduled_start')
    return {
      id: uuid(row.id, 'id') as BookingId,
      number: null,
      customer: link(row.customer_id, 'customer_id'),
      provider: link(row.provider_id, 'provider_id'),
      service: link(row.service_id, 'service_id'),
      start,
      end: plusMinutes(start, minutes(row.duration, 'duration')),
      status: statusOf(row.status),
      price: row.total_amount,
      notes: optionalText(row.notes, 'notes', MOST_OF_NOTES),
      ...writing(row, start, around),
    }
  })

export const serviceBooking = (
  row: ServiceBooking,
  around: Surroundings,
): Result<ArrivingBooking, Obstacle> =>
  judging(() => {
    const start = instant(row.start_time, around.zone, 'start_time')
    const end = instant(row.end_time, around.zone, 'end_time')
    elapsedMinutes(start, end, 'end_time')
    return {
      id: uuid(row.id, 'id') as BookingId,
      number: null,
      customer: uuid(link(row.user_id, 'user_id'), 'user_id'),
      provider: uuid(link(row.provider_id, 'provider_id'), 'provider_id'),
      service: uuid(link(row.service_id, 'service_id'), 'service_id'),
      start,
      end,
      status: statusOf(row.status),
      price: null,
      notes: null,
      ...writing({ created_at: row.created_at, updated_at: null }, start, around),
    }
  })

/** A session of the gym; its times are those of the trainer's wall clock. */
export const gymSession = (
  row: GymSession,
  id: BookingId,
  around: Surroundings,
): Result<ArrivingBooking, Obstacle> =>
  judging(() => {
    const zone = around.zone ?? hinder('unknown-time-zone', 'session_date')
    const start = wallInstant(row.session_date, row.start_time, zone, 'start_time')
    const end = wallInstant(row.session_date, row.end_time, zone, 'end_time')
    elapsedMinutes(start, end, 'end_time')
    return {
      id,
      number: keptNumber(row.id),
      customer: link(row.client_id, 'client_id'),
      provider: link(row.trainer_id, 'trainer_id'),
      service: link(row.session_kind, 'session_type'),
      start,
      end,
      status: statusOf(row.status),
      price: row.price,
      notes: optionalText(row.notes, 'notes', MOST_OF_NOTES),
      ...writing(row, start, around),
    }
  })

/**
 * What other systems call a state. A session that is `scheduled` is as good as confirmed: here, what is pending is dropped
 * when nobody confirms it before it begins, and there nobody had to.
 */
const STATUSES: Readonly<Record<string, OldStatus>> = {
  pending: 'pending',
  scheduled: 'confirmed',
  booked: 'confirmed',
  confirmed: 'confirmed',
  completed: 'completed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  no_show: 'no_show',
  'no-show': 'no_show',
}

const statusOf = (value: string | null): OldStatus =>
  STATUSES[value?.trim().toLowerCase() ?? ''] ?? hinder('unknown-status', 'status')

/** When a row was written: never after now, and where it does not say, when the booking began at the latest. */
function writing(
  row: { readonly created_at: string | null; readonly updated_at: string | null },
  start: Instant,
  { zone, now }: Surroundings,
) {
  const createdAt = earlierOf(
    row.created_at === null ? start : instant(row.created_at, zone, 'created_at'),
    now,
  )
  const written = row.updated_at === null ? createdAt : instant(row.updated_at, zone, 'updated_at')
  return { createdAt, updatedAt: earlierOf(written < createdAt ? createdAt : written, now) }
}
