import { randomUUIDv7 } from 'node:crypto'
import type { Arrivals, Named } from '../../../application/ports/arrivals.ts'
import type { Booking } from '../../../domain/booking.ts'
import type { BookingHistoryEntry } from '../../../domain/event.ts'
import { formatAmount } from '../../../domain/money.ts'
import type { SettledBooking } from '../../../domain/moving-in/settled-booking.ts'
import { withBuffers } from '../../../domain/occupancy.ts'
import { rangeText } from '../slot-outcomes.ts'
import { timestamp } from '../values.ts'
import { arrivedOf } from './numbered-rows.ts'
import type { ImportSession } from './session.ts'

const entryOf = (entry: BookingHistoryEntry) => ({
  version: entry.version,
  change: entry.change,
  status: entry.status,
  starts_at: timestamp(entry.start),
  ends_at: timestamp(entry.end),
  actor_id: entry.actorId,
  acted_as: entry.actedAs,
  reason: entry.reason,
  occurred_at: timestamp(entry.occurredAt),
})

const written = ({ sourceId, arrival }: Named<SettledBooking>, place: number) => {
  const booking = arrival.booking as Booking
  const isCancelled = booking.status === 'cancelled'
  return {
    place,
    source_id: sourceId,
    id: booking.id,
    number: arrival.number,
    version: booking.version,
    status: booking.status,
    service_id: booking.serviceId,
    service_version: booking.serviceVersion,
    provider_id: booking.providerId,
    provider_number: arrival.providerNumber,
    customer_id: booking.customerId,
    starts_at: timestamp(booking.start),
    ends_at: timestamp(booking.end),
    blocked: rangeText(withBuffers(booking, booking)),
    buffer_before_minutes: booking.bufferBeforeMinutes,
    buffer_after_minutes: booking.bufferAfterMinutes,
    price: formatAmount(booking.price),
    currency: booking.price.currency,
    cancellable_until: timestamp(booking.cancellableUntil),
    notes: booking.notes,
    cancelled_at: isCancelled ? timestamp(booking.cancelledAt) : null,
    cancelled_by: isCancelled ? booking.cancelledBy : null,
    cancellation_reason: isCancelled ? booking.cancellationReason : null,
    created_at: timestamp(booking.createdAt),
    updated_at: timestamp(booking.updatedAt),
    is_standing: arrival.isStanding,
    reminders: arrival.reminders.map(({ minutesBefore, dueAt }) => ({
      minutes_before: minutesBefore,
      due_at: timestamp(dueAt),
    })),
    history: arrival.history.map(entryOf),
  }
}

/** A dry run asks the claims that are here; its own are asked by the constraint, as those that are here otherwise are. */
const unlessInTheWay = ({ isDryRun }: ImportSession) =>
  isDryRun
    ? `and not exists (
        select
        from public.claims other
        where other.provider_number = wanted.provider_number
          and other.blocked && wanted.blocked
          and (other.expires_at is null or other.expires_at > clock_timestamp())
      )`
    : ''

/** Claims first, in the order in which the bookings came: only those whose slot was free come along. */
const addBookings = (session: ImportSession) => `
  with wanted as materialized (
    select
      place, source_id, id, number, version, status, service_id, service_version, provider_id, provider_number,
      customer_id, starts_at, ends_at, blocked, buffer_before_minutes, buffer_after_minutes, price, currency,
      cancellable_until, notes, cancelled_at, cancelled_by, cancellation_reason, created_at, updated_at,
      is_standing, reminders, history,
      number is not null
        and row_number() over (partition by number order by place) = 1
        and not exists (select from ${session.seen.bookings} other where other.number = wanted.number)
        as is_number_free,
      exists (select from ${session.seen.bookings} other where other.id = wanted.id) as is_id_taken
    from json_to_recordset($2) as wanted (
      place integer, source_id text, id uuid, number bigint, version integer, status text, service_id uuid,
      service_version integer, provider_id uuid, provider_number integer, customer_id uuid,
      starts_at timestamptz, ends_at timestamptz, blocked tstzrange, buffer_before_minutes integer,
      buffer_after_minutes integer, price numeric, currency text, cancellable_until timestamptz, notes text,
      cancelled_at timestamptz, cancelled_by text, cancellation_reason text, created_at timestamptz,
      updated_at timestamptz, is_standing boolean, reminders json, history json
    )
  ),
  claimed as (
    insert into claims (provider_number, session, blocked, starts_at, ends_at, service_id, booking_id)
    select provider_number, nextval('claim_sessions'), blocked, starts_at, ends_at, service_id, id
    from wanted
    where is_standing
      and not is_id_taken
      ${unlessInTheWay(session)}
    order by place
    on conflict do nothing
    returning booking_id
  ),
  coming as (
    select wanted.*
    from wanted
    left join claimed on claimed.booking_id = wanted.id
    where not wanted.is_id_taken
      and (claimed.booking_id is not null or not wanted.is_standing)
  ),
  added as (
    insert into bookings (
      id, number, version, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at,
      buffer_before_minutes, buffer_after_minutes, price, currency, cancellable_until, notes, metadata,
      cancelled_at, cancelled_by, cancellation_reason, created_at, updated_at
    )
    overriding system value
    select
      id,
      case when is_number_free then number else nextval('bookings_number_seq') end,
      version, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at,
      buffer_before_minutes, buffer_after_minutes, price, currency, cancellable_until, notes, '{}',
      cancelled_at, cancelled_by, cancellation_reason, created_at, updated_at
    from coming
    order by place
    returning id, number
  ),
  reminded as (
    insert into reminders (booking_id, minutes_before, due_at)
    select coming.id, due.minutes_before, due.due_at
    from coming
    cross join json_to_recordset(coming.reminders) as due (minutes_before integer, due_at timestamptz)
  ),
  told as (
    insert into booking_history (
      booking_id, version, change, status, starts_at, ends_at, actor_id, acted_as, reason, occurred_at
    )
    select
      coming.id, entry.version, entry.change, entry.status, entry.starts_at, entry.ends_at, entry.actor_id,
      entry.acted_as, entry.reason, entry.occurred_at
    from coming
    cross join json_to_recordset(coming.history) as entry (
      version integer, change text, status text, starts_at timestamptz, ends_at timestamptz, actor_id uuid,
      acted_as text, reason text, occurred_at timestamptz
    )
  ),
  remembered as (
    insert into imported_rows (import_id, subject, source_id, our_id)
    select $1, 'booking', source_id, id
    from coming
  )
  select
    wanted.source_id,
    added.id is not null as is_added,
    wanted.is_id_taken,
    coalesce(wanted.number = added.number, true) as is_number_kept
  from wanted
  left join added on added.id = wanted.id
`

/** Holds that are over stop nobody from booking; some at a time is enough for what is in the way of a batch. */
const expireHolds = `select expire_holds($1, null, null)`
const HOLDS_AT_ONCE = 200

export const bookingArrivals = (session: ImportSession): Pick<Arrivals, 'addBookings'> => {
  const statement = addBookings(session)
  return {
    async addBookings(bookings) {
      if (bookings.length === 0) return []
      if (!session.isDryRun && bookings.some(({ arrival }) => arrival.isStanding)) {
        await session.query(expireHolds, [Array.from({ length: HOLDS_AT_ONCE }, () => randomUUIDv7())])
      }
      const rows = await session.query(statement, [session.importId, JSON.stringify(bookings.map(written))])
      return arrivedOf(rows, { code: 'slot-taken', field: 'start' })
    },
  }
}
