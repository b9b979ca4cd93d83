import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { Accounts } from '../../application/ports/accounts.ts'
import type { Account } from '../../domain/account.ts'
import { type AccountChange, isActive, isActiveAdmin } from '../../domain/account-changes.ts'
import type { UserId } from '../../domain/ids.ts'
import { ok, reject } from '../../domain/result.ts'
import { writeUserEvents } from './user-event-rows.ts'
import { timestamp } from './values.ts'

const nothing = z.object({})

/** The advisory lock of whoever may leave the shop without an admin. */
const ADMINS = 5_107_216_172

/** Whether this user is the only active admin, with the certainty that nobody else leaves before the transaction ends. */
export async function isLastAdmin(tx: DatabaseTransactionConnection, id: UserId): Promise<boolean> {
  // Most are no admins at all, and need not wait for anyone.
  const isAdmin = await tx.exists(sql.type(nothing)`
    select
    from auth.users
    where users.id = ${id}
      and 'admin' = any (users.roles)
      and users.deactivated_at is null
  `)
  if (!isAdmin) return false
  await tx.query(sql.type(nothing)`select pg_advisory_xact_lock(${ADMINS})`)
  // A statement of its own: its snapshot has what the one who held the lock before has committed.
  return tx.oneFirst(sql.type(z.object({ is_last: z.boolean() }))`
    select
      coalesce(bool_or(users.id = ${id}), false) and count(*) = 1 as is_last
    from auth.users
    where 'admin' = any (users.roles)
      and users.deactivated_at is null
  `)
}

/** Ends everything by which a user is signed in, or could be. What a used token tells stays. */
export async function endSessions(tx: DatabaseTransactionConnection, id: UserId): Promise<void> {
  await tx.query(sql.type(nothing)`delete from auth.sessions where user_id = ${id}`)
  await tx.query(sql.type(nothing)`delete from password_reset_tokens where user_id = ${id} and not is_used`)
  await tx.query(sql.type(nothing)`delete from event_tickets where user_id = ${id}`)
}

/** Records the next version of an account, in a transaction that has to be undone when the answer is a no. */
export async function changeAccount(
  tx: DatabaseTransactionConnection,
  { account, events }: AccountChange,
): ReturnType<Accounts['change']> {
  const { id } = account.user
  if (!isActiveAdmin(account.user) && (await isLastAdmin(tx, id))) return reject({ code: 'last-admin' })
  const { rowCount } = await tx.query(updateUser(account, events[0]?.occurredAt ?? account.user.createdAt))
  if (rowCount === 0) return whyNot(tx, id)
  await tx.query(updateProfile(account))
  if (account.user.roles.includes('provider')) await tx.query(insertSchedule(account))
  if (!isActive(account.user)) await endSessions(tx, id)
  await writeUserEvents(tx, events)
  return ok(account)
}

async function whyNot(tx: DatabaseTransactionConnection, id: UserId): ReturnType<Accounts['change']> {
  const version = await tx.maybeOneFirst(sql.type(z.object({ version: z.number() }))`
    select version
    from auth.users
    where id = ${id}
      and erased_at is null
  `)
  return version === null ? reject({ code: 'user-not-found' }) : reject({ code: 'version-mismatch', version })
}

const updateUser = ({ user, version }: Account, now: Parameters<typeof timestamp>[0]) => sql.type(nothing)`
  update auth.users
  set
    roles = ${sql.array([...user.roles], 'text')},
    deactivated_at = ${user.deactivatedAt === null ? null : timestamp(user.deactivatedAt)}::timestamptz,
    version = ${version},
    updated_at = ${timestamp(now)}::timestamptz
  where id = ${user.id}
    and version = ${version - 1}
    and erased_at is null
`

const updateProfile = ({ profile }: Account) => sql.type(nothing)`
  update profiles
  set
    first_name = ${profile.firstName},
    last_name = ${profile.lastName},
    phone_number = ${profile.phoneNumber}::text,
    account_type = ${profile.accountType},
    address = ${profile.address}::text,
    time_zone = ${profile.timeZone},
    updated_at = now()
  where id = ${profile.id}
`

const insertSchedule = ({ profile }: Account) => sql.type(nothing)`
  insert into schedules (provider_id, time_zone, updated_at)
  values (${profile.id}, ${profile.timeZone}, now())
  on conflict on constraint schedules_pkey do nothing
`
