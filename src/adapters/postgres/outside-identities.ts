import { type DatabasePool, type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import {
  ERASED_NAME_DAYS,
  type IdentityErased,
  type IdentityKnown,
  type OutsideIdentities,
  type OutsideName,
} from '../../application/ports/outside-identities.ts'
import type { UserId } from '../../domain/ids.ts'
import { reject } from '../../domain/result.ts'
import { postgresAccounts } from './account-store.ts'
import { guarded } from './faults.ts'
import { branded, timestamp } from './values.ts'

const nameRow = z.object({ issuer: z.string(), subject: z.string() })

/** What is kept of a name whose owner has been erased. */
const nameHash = ({ issuer, subject }: OutsideName) => sql.fragment`
  sha256(convert_to(${JSON.stringify([issuer, subject])}, 'UTF8'))
`

/** Takes the names of a user away, by the transaction that erases the user; those from long ago leave with them. */
export async function eraseIdentities(tx: DatabaseTransactionConnection, id: UserId): Promise<void> {
  const names = await tx.any(sql.type(nameRow)`
    delete from auth.outside_identities
    where user_id = ${id}
    returning issuer, subject
  `)
  for (const name of names) {
    await tx.query(sql.type(z.object({}))`
      insert into auth.erased_identities (name_hash, erased_at)
      values (${nameHash(name)}, clock_timestamp())
      on conflict on constraint erased_identities_pkey do update
      set erased_at = excluded.erased_at
    `)
  }
  await tx.query(sql.type(z.object({}))`
    delete from auth.erased_identities
    where erased_at < now() - make_interval(days => ${ERASED_NAME_DAYS})
  `)
}

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

  async list(id) {
    const names = await guarded(
      pool.any(sql.type(nameRow)`
        select issuer, subject
        from auth.outside_identities
        where user_id = ${id}
        order by issuer, subject
      `),
    )
    return [...names]
  },

  async add(account, { issuer, subject, saidAt }, event) {
    try {
      return await guarded(
        pool.transaction(async (tx) => {
          const isErased = await tx.exists(sql.type(z.object({}))`
            select
            from auth.erased_identities
            where name_hash = ${nameHash({ issuer, subject })}
              and erased_at >= ${timestamp(saidAt)}::timestamptz
          `)
          if (isErased) return reject<IdentityErased>({ code: 'identity-erased' })
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
