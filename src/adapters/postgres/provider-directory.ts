import { type DatabasePool, sql } from 'slonik'
import { z } from 'zod'
import { pageOf } from '../../application/ports/page.ts'
import type { Provider, ProviderDirectory } from '../../application/ports/provider-directory.ts'
import type { UserId, UserNumber } from '../../domain/ids.ts'
import { guarded } from './faults.ts'
import { branded, brandedNumber } from './values.ts'

const providerRow = z
  .object({
    id: branded<UserId>(),
    number: brandedNumber<UserNumber>(),
    first_name: z.string(),
    last_name: z.string(),
    time_zone: z.string(),
  })
  .transform(
    (row): Provider => ({
      id: row.id,
      number: row.number,
      firstName: row.first_name,
      lastName: row.last_name,
      timeZone: row.time_zone,
    }),
  )

const providers = sql.fragment`
  select
    users.id,
    users.number,
    profiles.first_name,
    profiles.last_name,
    schedules.time_zone
  from auth.users
  join profiles on profiles.id = users.id
  join schedules on schedules.provider_id = users.id
  where users.deactivated_at is null
    and 'provider' = any (users.roles)
`

/** Providers as everyone may see them. */
export const postgresProviderDirectory = ({ pool }: { readonly pool: DatabasePool }): ProviderDirectory => ({
  async find(id) {
    const provider = await guarded(pool.maybeOne(sql.type(providerRow)`${providers} and users.id = ${id}`))
    return provider ?? undefined
  },

  async findByNumber(number) {
    const provider = await guarded(
      pool.maybeOne(sql.type(providerRow)`${providers} and users.number = ${number}`),
    )
    return provider ?? undefined
  },

  async list({ limit, after }) {
    const rows = await guarded(
      pool.any(sql.type(providerRow)`
        ${providers}
          and users.number > ${after ? Number(after.value) : 0}
        order by users.number
        limit ${limit + 1}
      `),
    )
    return pageOf(rows, limit, (provider) => ({ value: String(provider.number), id: provider.id }))
  },
})
