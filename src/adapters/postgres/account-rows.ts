import { sql } from 'slonik'
import { z } from 'zod'
import type { Credentials } from '../../application/ports/accounts.ts'
import { ROLES } from '../../domain/actor.ts'
import type { UserId, UserNumber } from '../../domain/ids.ts'
import { branded, brandedNumber, instantColumn } from './values.ts'

export const accountColumns = sql.fragment`
  users.id,
  users.number,
  users.version,
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

export const accountRow = z.object({
  id: branded<UserId>(),
  number: brandedNumber<UserNumber>(),
  version: z.number(),
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

export const toCredentials = (row: z.output<typeof accountRow>): Credentials => ({
  passwordHash: row.password_hash,
  account: {
    version: row.version,
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
