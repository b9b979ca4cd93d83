import { type DatabasePool, sql } from 'slonik'
import { z } from 'zod'
import type { IdentityKnown, OutsideIdentities } from '../../application/ports/outside-identities.ts'
import type { UserId } from '../../domain/ids.ts'
import { reject } from '../../domain/result.ts'
import { postgresAccounts } from './account-store.ts'
import { guarded } from './faults.ts'
import { branded, timestamp } from './values.ts'

/** Thrown to roll back the account of a name that has one already. */
class NameTaken extends Error {}

/** Names given by outside issuers, in auth.outside_identities. */
export const postgresOutsideIdentities = ({ pool }: { readonly pool: DatabasePool }): OutsideIdentities => ({
  async find({ issuer, subject }) {
    const userId = await guarded(
      pool.maybeOneFirst(sql.type(z.object({ user_id: branded<UserId>() }))`
        select user_id
        from auth.outside_identities
        where issuer = ${issuer}
          and subject = ${subject}
      `),
    )
    return userId ?? undefined
  },

  async add(account, { issuer, subject }, event) {
    try {
      return await guarded(
        pool.transaction(async (tx) => {
          const added = await postgresAccounts({ pool: tx }).add(account, null, event)
          if (!added.ok) return added
          const { id, createdAt } = account.user
          const named = await tx.maybeOneFirst(sql.type(z.object({ user_id: branded<UserId>() }))`
            insert into auth.outside_identities (issuer, subject, user_id, created_at)
            values (${issuer}, ${subject}, ${id}, ${timestamp(createdAt)})
            on conflict do nothing
            returning user_id
          `)
          if (named === null) throw new NameTaken()
          return added
        }),
      )
    } catch (error) {
      if (error instanceof NameTaken) return reject<IdentityKnown>({ code: 'identity-known' })
      throw error
    }
  },
})
