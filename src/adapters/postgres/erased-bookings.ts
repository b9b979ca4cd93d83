import { type DatabasePool, sql } from 'slonik'
import { z } from 'zod'
import type { UserId } from '../../domain/ids.ts'
import { guarded } from './faults.ts'

const nothing = z.object({})

const AT_ONCE = 1_000

type Step = (id: UserId) => ReturnType<ReturnType<typeof sql.type>>

/** What a customer has said about bookings is the customer's; a reason is of either. */
const emptyCustomers: Step = (id) => sql.type(nothing)`
  with told as (
    select id
    from bookings
    where customer_id = ${id}
      and (notes is not null or metadata <> '{}' or cancellation_reason is not null)
    limit ${AT_ONCE}
  )
  update bookings
  set
    notes = null,
    metadata = '{}',
    cancellation_reason = null
  from told
  where bookings.id = told.id
`

const emptyProviders: Step = (id) => sql.type(nothing)`
  with told as (
    select id
    from bookings
    where provider_id = ${id}
      and cancellation_reason is not null
    limit ${AT_ONCE}
  )
  update bookings
  set cancellation_reason = null
  from told
  where bookings.id = told.id
`

const emptyHistory: Step = (id) => sql.type(nothing)`
  with told as (
    select booking_history.booking_id, booking_history.version
    from bookings
    join booking_history on booking_history.booking_id = bookings.id
    where (bookings.customer_id = ${id} or bookings.provider_id = ${id})
      and booking_history.reason is not null
    limit ${AT_ONCE}
  )
  update booking_history
  set reason = null
  from told
  where booking_history.booking_id = told.booking_id
    and booking_history.version = told.version
`

const emptyEvents: Step = (id) => sql.type(nothing)`
  with told as (
    select events.xid, events.sequence
    from bookings
    join events on events.subject_id = bookings.id
    where (bookings.customer_id = ${id} or bookings.provider_id = ${id})
      and events.data ->> 'cancellation_reason' is not null
    limit ${AT_ONCE}
  )
  update events
  set data = data || '{"cancellation_reason": null}'
  from told
  where events.xid = told.xid
    and events.sequence = told.sequence
`

/** What others were called about: a try to come is without the reason. */
const emptyDeliveries: Step = (id) => sql.type(nothing)`
  with told as (
    select webhook_deliveries.id
    from bookings
    join webhook_deliveries on webhook_deliveries.subject_id = bookings.id
    where (bookings.customer_id = ${id} or bookings.provider_id = ${id})
      and webhook_deliveries.body::jsonb #>> '{data,cancellation_reason}' is not null
    limit ${AT_ONCE}
  )
  update webhook_deliveries
  set body = jsonb_set(body::jsonb, '{data,cancellation_reason}', 'null')::text
  from told
  where webhook_deliveries.id = told.id
`

/** Answers that others were given quote bookings; who sends such a request again is judged anew. */
const forgetAnswers: Step = (id) => sql.type(nothing)`
  with quoting as (
    select idempotency_keys.user_id, idempotency_keys.key
    from idempotency_keys
    where idempotency_keys.user_id in (
        select provider_id
        from bookings
        where customer_id = ${id}
        union
        select customer_id
        from bookings
        where provider_id = ${id}
        union
        select users.id
        from auth.users
        where 'admin' = any (users.roles)
      )
      and strpos(idempotency_keys.answer, ${id}) > 0
    limit ${AT_ONCE}
  )
  delete from idempotency_keys
  using quoting
  where idempotency_keys.user_id = quoting.user_id
    and idempotency_keys.key = quoting.key
`

const STEPS = [emptyCustomers, emptyProviders, emptyHistory, emptyEvents, emptyDeliveries, forgetAnswers]

/** Takes what identifies a person out of bookings and of what tells of them, so many rows at a time. */
export async function emptyBookings(pool: DatabasePool, id: UserId): Promise<void> {
  for (const step of STEPS) {
    let done: number
    do {
      done = (await guarded(pool.query(step(id)))).rowCount
    } while (done === AT_ONCE)
  }
}
