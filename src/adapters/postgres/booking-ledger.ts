import { sql } from 'slonik'
import { z } from 'zod'
import type { BookingEntry, BookingLedger } from '../../application/ports/booking-ledger.ts'
import type { CancelledBooking } from '../../domain/booking.ts'
import type { BookingCancelled } from '../../domain/event.ts'
import type { BookingId, ServiceId, UserNumber } from '../../domain/ids.ts'
import { formatAmount } from '../../domain/money.ts'
import type { Claim } from '../../domain/occupancy.ts'
import { ok, reject } from '../../domain/result.ts'
import type { PostgresDatabase } from './database.ts'
import { eventData } from './event-data.ts'
import { guarded } from './faults.ts'
import type { Statement, WireValue } from './pipeline.ts'
import { branded, brandedNumber, instantColumn, timestamp } from './values.ts'

/** The only place that knows how the promise is kept: by `claims_no_overlap`, and `book_slot` that runs into it. */
export const postgresBookingLedger = ({ pool, pipeline }: PostgresDatabase): BookingLedger => ({
  async book(entry) {
    const [row] = await pipeline.execute(bookSlot, bookSlotValues(entry))
    const [outcome, number] = bookSlotRow.parse(row)
    switch (outcome) {
      case 'booked':
        return ok({ ...entry.booking, number: Number(number) })
      case 'daily-limit-reached':
        return reject({ code: outcome, dailyLimit: entry.dailyLimit?.limit ?? 0 })
      case 'slot-taken':
      case 'offer-changed':
      case 'account-inactive':
        return reject({ code: outcome })
    }
  },

  async cancel(booking, event) {
    const recorded = await guarded(pool.maybeOneFirst(cancelBooking(booking, event)))
    if (recorded !== null) return ok(booking)
    const version = await guarded(
      pool.oneFirst(sql.type(z.object({ version: z.number() }))`
        select version
        from bookings
        where id = ${booking.id}
      `),
    )
    return reject({ code: 'version-mismatch', version })
  },

  async claims(providers, range) {
    const rows = await guarded(
      pool.any(sql.prepared('find_claims', claimRow)`
        select
          provider_number,
          booking_id,
          service_id,
          starts_at,
          ends_at,
          lower(blocked) as blocked_from,
          upper(blocked) as blocked_to
        from claims
        where provider_number = any (${sql.array([...providers], 'int4')})
          and blocked && tstzrange(${timestamp(range.start)}, ${timestamp(range.end)})
          and (expires_at is null or expires_at > now())
        order by provider_number, starts_at
      `),
    )
    const claims = new Map<UserNumber, Claim[]>(providers.map((provider) => [provider, []]))
    for (const { provider, claim } of rows) claims.get(provider)?.push(claim)
    return claims
  },
})

const bookSlot: Statement = {
  name: 'book_slot',
  text: `select outcome, number from book_slot(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
    $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25
  )`,
}

const bookSlotRow = z.tuple([
  z.enum(['booked', 'slot-taken', 'offer-changed', 'daily-limit-reached', 'account-inactive']),
  z.string().nullable(),
])

const bookSlotValues = ({
  booking,
  providerNumber,
  scheduleVersion,
  dailyLimit,
  reminders,
  event,
}: BookingEntry): WireValue[] => [
  booking.id,
  booking.serviceId,
  booking.serviceVersion,
  scheduleVersion,
  booking.providerId,
  providerNumber,
  booking.customerId,
  booking.status,
  timestamp(booking.start),
  timestamp(booking.end),
  booking.bufferBeforeMinutes,
  booking.bufferAfterMinutes,
  formatAmount(booking.price),
  booking.price.currency,
  timestamp(booking.cancellableUntil),
  booking.notes,
  JSON.stringify(booking.metadata),
  timestamp(booking.createdAt),
  reminders.map(({ minutesBefore }) => minutesBefore),
  dailyLimit?.limit ?? null,
  dailyLimit && timestamp(dailyLimit.day.start),
  dailyLimit && timestamp(dailyLimit.day.end),
  event.id,
  event.actorId,
  JSON.stringify(eventData(event.booking)),
]

/** The claim goes and the slot is free at the instant at which the booking is cancelled: one statement. */
const cancelBooking = (booking: CancelledBooking, event: BookingCancelled) => sql.type(
  z.object({ version: z.number() }),
)`
  with cancelled as (
    update bookings
    set
      status = 'cancelled',
      version = ${booking.version},
      cancelled_at = ${timestamp(booking.cancelledAt)},
      cancelled_by = ${booking.cancelledBy},
      cancellation_reason = ${booking.cancellationReason}::text,
      updated_at = ${timestamp(booking.updatedAt)}
    where id = ${booking.id}
      and version = ${booking.version - 1}
    returning id, version, provider_id, customer_id
  ),
  freed as (
    delete from claims
    using cancelled
    where claims.booking_id = cancelled.id
  ),
  unreminded as (
    delete from reminders
    using cancelled
    where reminders.booking_id = cancelled.id
  ),
  logged as (
    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    select
      ${event.id}::uuid,
      ${event.type},
      ${timestamp(event.occurredAt)}::timestamptz,
      'booking',
      cancelled.id,
      cancelled.version,
      ${event.actorId}::uuid,
      cancelled.provider_id,
      cancelled.customer_id,
      ${JSON.stringify(eventData(booking))}::jsonb
    from cancelled
  )
  select version
  from cancelled
`

const claimRow = z
  .object({
    provider_number: brandedNumber<UserNumber>(),
    booking_id: branded<BookingId>().nullable(),
    service_id: branded<ServiceId>(),
    starts_at: instantColumn,
    ends_at: instantColumn,
    blocked_from: instantColumn,
    blocked_to: instantColumn,
  })
  .transform((row): { readonly provider: UserNumber; readonly claim: Claim } => ({
    provider: row.provider_number,
    claim: {
      bookingId: row.booking_id,
      serviceId: row.service_id,
      start: row.starts_at,
      end: row.ends_at,
      blocked: { start: row.blocked_from, end: row.blocked_to },
    },
  }))
