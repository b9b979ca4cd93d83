import { type DatabasePool, sql } from 'slonik'
import { z } from 'zod'
import type { UserNumber } from '../../domain/ids.ts'
import { guarded } from './faults.ts'
import { brandedNumber } from './values.ts'

/** The usual week of providers who have no hours yet. What it is, and who has none, is said by the database alone. */
export interface UsualWeeks {
  /** Active providers without any hours, at most `limit` of those after a number, in ascending order. */
  providersWithoutHours(after: number, limit: number): Promise<readonly UserNumber[]>
  /**
   * Gives a provider the usual week; false where there are hours by now, which are left as they are.
   *
   * @throws where there is no such provider
   */
  give(provider: UserNumber): Promise<boolean>
}

export const postgresUsualWeeks = ({ pool }: { readonly pool: DatabasePool }): UsualWeeks => ({
  providersWithoutHours: (after, limit) =>
    guarded(
      pool.anyFirst(sql.type(z.object({ number: brandedNumber<UserNumber>() }))`
        select users.number
        from auth.users
        where 'provider' = any (users.roles)
          and users.deactivated_at is null
          and users.number > ${after}
          and not has_hours(users.id)
        order by users.number
        limit ${limit}
      `),
    ),

  give: (provider) =>
    guarded(
      pool.oneFirst(sql.type(z.object({ given: z.boolean() }))`
        select initialize_trainer_schedule(${provider}) as given
      `),
    ),
})
