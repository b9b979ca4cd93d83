import { type DatabasePool, type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { Erasures } from '../../application/ports/erasures.ts'
import { isStanding } from '../../domain/booking.ts'
import { ERASED_NAME } from '../../domain/erasure.ts'
import type { UserId } from '../../domain/ids.ts'
import { ok, reject } from '../../domain/result.ts'
import { endSessions, isLastAdmin } from './account-changes.ts'
import { bookingColumns, bookingRow } from './booking-rows.ts'
import { emptyBookings } from './erased-bookings.ts'
import { emptyOffer } from './erased-offers.ts'
import { guarded } from './faults.ts'
import { eraseIdentities } from './outside-identities.ts'
import { writeUserEvents } from './user-event-rows.ts'
import { branded, timestamp } from './values.ts'

const nothing = z.object({})

/** The end of accounts, in a row without a name that bookings go on pointing at. */
export const postgresErasures = ({ pool }: { readonly pool: DatabasePool }): Erasures => ({
  begin: (id, expectedVersion, news) =>
    guarded(
      pool.transaction(async (tx) => {
        if (await isLastAdmin(tx, id)) return reject({ code: 'last-admin' })
        const found = await tx.maybeOne(lockAccount(id))
        if (!found) return reject({ code: 'user-not-found' })
        if (expectedVersion !== null && expectedVersion !== found.version) {
          return reject({ code: 'version-mismatch', version: found.version })
        }
        const version = await tx.oneFirst(emptyUser(id))
        await emptyAccount(tx, id, found.email)
        await emptyOffer(tx, id, news)
        await emptyWebhooks(tx, id)
        await writeUserEvents(tx, [news.user(version)])
        return ok(null)
      }),
    ),

  async standing(id, now, limit) {
    const bookings = await guarded(
      pool.any(sql.type(bookingRow)`
        select ${bookingColumns}
        from bookings
        where (bookings.customer_id = ${id} or bookings.provider_id = ${id})
          and bookings.status in ('pending', 'confirmed')
          and bookings.starts_at > ${timestamp(now)}
        limit ${limit}
      `),
    )
    return bookings.filter(isStanding)
  },

  async finish(id) {
    await emptyBookings(pool, id)
    await guarded(
      pool.query(sql.type(nothing)`
        update auth.users
        set is_erasing = false
        where id = ${id}
      `),
    )
  },

  async unfinished(limit) {
    const ids = await guarded(
      pool.anyFirst(sql.type(z.object({ id: branded<UserId>() }))`
        select id
        from auth.users
        where is_erasing
        order by erased_at
        limit ${limit}
      `),
    )
    return [...ids]
  },
})

const lockAccount = (id: UserId) => sql.type(z.object({ email: z.string(), version: z.number() }))`
  select email, version
  from auth.users
  where id = ${id}
    and erased_at is null
  for update
`

/** The new address is nobody's (RFC 2606, section 2), and cannot be foreseen and taken before. */
const emptyUser = (id: UserId) => sql.type(z.object({ version: z.number() }))`
  update auth.users
  set
    email = gen_random_uuid() || '@erased.invalid',
    password_hash = '',
    deactivated_at = coalesce(deactivated_at, now()),
    erased_at = now(),
    is_erasing = true,
    version = version + 1,
    updated_at = now()
  where id = ${id}
  returning version
`

async function emptyAccount(tx: DatabaseTransactionConnection, id: UserId, email: string): Promise<void> {
  await tx.query(sql.type(nothing)`
    update profiles
    set
      first_name = ${ERASED_NAME.firstName},
      last_name = ${ERASED_NAME.lastName},
      phone_number = null,
      account_type = 'personal',
      address = null,
      updated_at = now()
    where id = ${id}
  `)
  await endSessions(tx, id)
  await tx.query(sql.type(nothing)`delete from password_reset_tokens where user_id = ${id}`)
  await tx.query(sql.type(nothing)`
    delete from auth.password_reset_requests
    where lower(email) = lower(${email})
  `)
  await eraseIdentities(tx, id)
  await tx.query(sql.type(nothing)`delete from idempotency_keys where user_id = ${id}`)
  await tx.query(sql.type(nothing)`
    select count(release_hold(held.hold_id, ${id}, gen_random_uuid()))
    from (
      select hold_id
      from claims
      where holder_id = ${id}
      offset 0
    ) as held
  `)
}

/** Nothing is sent there any more; the rows leave in batches, as those of other endpoints that were deleted. */
async function emptyWebhooks(tx: DatabaseTransactionConnection, id: UserId): Promise<void> {
  await tx.query(sql.type(nothing)`
    delete from auth.webhook_secrets
    using webhook_endpoints
    where webhook_secrets.endpoint_id = webhook_endpoints.id
      and webhook_endpoints.owner_id = ${id}
  `)
  await tx.query(sql.type(nothing)`
    update webhook_endpoints
    set
      url = 'https://erased.invalid/',
      description = '',
      deleted_at = coalesce(deleted_at, now())
    where owner_id = ${id}
  `)
}
