import { type CommonQueryMethods, sql } from 'slonik'
import { z } from 'zod'
import type { AccountFilter, Accounts } from '../../application/ports/accounts.ts'
import { type PageRequest, pageOf } from '../../application/ports/page.ts'
import type { Account, NewAccount } from '../../domain/account.ts'
import type { UserNumber } from '../../domain/ids.ts'
import { ok, reject } from '../../domain/result.ts'
import type { UserEvent } from '../../domain/user-event.ts'
import { changeAccount } from './account-changes.ts'
import { accountColumns, accountRow, toCredentials } from './account-rows.ts'
import { guarded } from './faults.ts'
import { userEventColumns, userEventValues } from './user-event-rows.ts'
import { brandedNumber, timestamp } from './values.ts'

/** Accounts in auth.users and profiles. */
export const postgresAccounts = ({ pool }: { readonly pool: CommonQueryMethods }): Accounts => ({
  async add(account, passwordHash, event) {
    const number = await guarded(pool.maybeOneFirst(insertAccount(account, passwordHash, event)))
    if (number === null) return reject({ code: 'email-already-registered' })
    const added: Account = { ...account, user: { ...account.user, number }, version: 1 }
    return ok(added)
  },

  async findByEmail(email) {
    // Where there is no such account another one is read for nothing: otherwise the time that it takes would tell.
    const row = await guarded(
      pool.maybeOne(sql.type(accountRow.extend({ is_found: z.boolean() }))`
        (
          select ${accountColumns}, true as is_found
          from auth.users
          join profiles on profiles.id = users.id
          where lower(users.email) = lower(${email})
            and users.erased_at is null
        )
        union all (
          select ${accountColumns}, false
          from auth.users
          join profiles on profiles.id = users.id
          order by users.number
          limit 1
        )
        limit 1
      `),
    )
    const read = row ? toCredentials(row) : undefined
    return row?.is_found ? read : undefined
  },

  async find(id) {
    const row = await guarded(
      pool.maybeOne(sql.type(accountRow)`
        select ${accountColumns}
        from auth.users
        join profiles on profiles.id = users.id
        where users.id = ${id}
          and users.erased_at is null
      `),
    )
    return row ? toCredentials(row).account : undefined
  },

  async list(filter, page) {
    const rows = await guarded(pool.any(selectAccounts(filter, page)))
    const accounts = rows.map((row) => toCredentials(row).account)
    return pageOf(accounts, page.limit, ({ user }) => ({ value: String(user.number), id: user.id }))
  },

  change: (change) => guarded(pool.transaction((tx) => changeAccount(tx, change))),

  async rehash(id, from, to) {
    await guarded(
      pool.query(sql.type(z.object({}))`
        update auth.users
        set password_hash = ${to}
        where id = ${id}
          and password_hash = ${from}
      `),
    )
  },
})

/** Each filter as a condition of its own, in which the index for it can be seen. */
const selectAccounts = (
  { role, isActive, emailBeginning }: AccountFilter,
  { limit, after }: PageRequest,
) => sql.type(accountRow)`
  select ${accountColumns}
  from auth.users
  join profiles on profiles.id = users.id
  where users.erased_at is null
    and users.number > ${after ? Number(after.value) : 0}
    ${role === null ? sql.fragment`` : sql.fragment`and ${sql.literalValue(role)} = any (users.roles)`}
    ${isActive === null ? sql.fragment`` : isActive ? sql.fragment`and users.deactivated_at is null` : sql.fragment`and users.deactivated_at is not null`}
    ${emailBeginning === null ? sql.fragment`` : sql.fragment`and starts_with(lower(users.email), lower(${emailBeginning}))`}
  order by users.number
  limit ${limit + 1}
`

/** One statement, so that user, profile and schedule are there together or not at all. */
const insertAccount = ({ user, profile }: NewAccount, passwordHash: string | null, event?: UserEvent) =>
  sql.type(z.object({ number: brandedNumber<UserNumber>() }))`
    with added_user as (
      insert into auth.users (id, email, password_hash, roles, created_at, updated_at)
      values (
        ${user.id},
        ${user.email},
        ${passwordHash},
        ${sql.array([...user.roles], 'text')},
        ${timestamp(user.createdAt)},
        ${timestamp(user.createdAt)}
      )
      on conflict do nothing
      returning id, number, roles
    ),
    added_profile as (
      insert into profiles (
        id, first_name, last_name, phone_number, account_type, address, time_zone, created_at, updated_at
      )
      select
        added_user.id,
        ${profile.firstName},
        ${profile.lastName},
        ${profile.phoneNumber}::text,
        ${profile.accountType},
        ${profile.address}::text,
        ${profile.timeZone},
        ${timestamp(profile.createdAt)}::timestamptz,
        ${timestamp(profile.createdAt)}::timestamptz
      from added_user
    ),
    added_schedule as (
      insert into schedules (provider_id, time_zone, updated_at)
      select added_user.id, ${profile.timeZone}, ${timestamp(profile.createdAt)}::timestamptz
      from added_user
      where 'provider' = any (added_user.roles)
    )${event ? eventOfAdded(event) : sql.fragment``}
    select number
    from added_user
  `

const eventOfAdded = (event: UserEvent) => sql.fragment`,
    logged as (
      insert into events (${userEventColumns})
      select ${userEventValues(event)}
      from added_user
    )
`
