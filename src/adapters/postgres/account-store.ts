import { type CommonQueryMethods, sql } from 'slonik'
import { z } from 'zod'
import type { Accounts, Credentials } from '../../application/ports/accounts.ts'
import type { Account, NewAccount } from '../../domain/account.ts'
import { ROLES } from '../../domain/actor.ts'
import type { UserId, UserNumber } from '../../domain/ids.ts'
import { ok, reject } from '../../domain/result.ts'
import { guarded } from './faults.ts'
import { branded, brandedNumber, instantColumn, timestamp } from './values.ts'

const accountColumns = sql.fragment`
  users.id,
  users.number,
  users.email,
  users.password_hash,
  users.roles,
  users.deactivated_at,
  users.created_at,
  profiles.first_name,
  profiles.last_name,
  profiles.phone_number,
  profiles.account_type,
  profiles.address,
  profiles.time_zone,
  profiles.created_at as profile_created_at
`

const accountRow = z.object({
  id: branded<UserId>(),
  number: brandedNumber<UserNumber>(),
  email: z.string(),
  password_hash: z.string().nullable(),
  roles: z.array(z.enum(ROLES)),
  deactivated_at: instantColumn.nullable(),
  created_at: instantColumn,
  first_name: z.string(),
  last_name: z.string(),
  phone_number: z.string().nullable(),
  account_type: z.enum(['personal', 'business']),
  address: z.string().nullable(),
  time_zone: z.string(),
  profile_created_at: instantColumn,
})

const toCredentials = (row: z.output<typeof accountRow>): Credentials => ({
  passwordHash: row.password_hash,
  account: {
    user: {
      id: row.id,
      number: row.number,
      email: row.email,
      roles: row.roles,
      deactivatedAt: row.deactivated_at,
      createdAt: row.created_at,
    },
    profile: {
      id: row.id,
      firstName: row.first_name,
      lastName: row.last_name,
      phoneNumber: row.phone_number,
      accountType: row.account_type,
      address: row.address,
      timeZone: row.time_zone,
      createdAt: row.profile_created_at,
    },
  },
})

/** Accounts in auth.users and profiles. */
export const postgresAccounts = ({ pool }: { readonly pool: CommonQueryMethods }): Accounts => ({
  async add(account, passwordHash) {
    const number = await guarded(pool.maybeOneFirst(insertAccount(account, passwordHash)))
    if (number === null) return reject({ code: 'email-already-registered' })
    const added: Account = { ...account, user: { ...account.user, number } }
    return ok(added)
  },

  async findByEmail(email) {
    const row = await guarded(
      pool.maybeOne(sql.type(accountRow)`
        select ${accountColumns}
        from auth.users
        join profiles on profiles.id = users.id
        where lower(users.email) = lower(${email})
      `),
    )
    return row ? toCredentials(row) : undefined
  },

  async find(id) {
    const row = await guarded(
      pool.maybeOne(sql.type(accountRow)`
        select ${accountColumns}
        from auth.users
        join profiles on profiles.id = users.id
        where users.id = ${id}
      `),
    )
    return row ? toCredentials(row).account : undefined
  },
})

/** One statement, so that user, profile and schedule are there together or not at all. */
const insertAccount = ({ user, profile }: NewAccount, passwordHash: string | null) =>
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
    )
    select number
    from added_user
  `
