import { type DatabasePool, sql } from 'slonik'
import { z } from 'zod'
import type { ServiceId, UserNumber } from '../../domain/ids.ts'
import type { Offer } from '../../domain/service.ts'
import { guarded } from './faults.ts'
import { scheduleColumns, scheduleFields, toSchedule } from './schedule-rows.ts'
import { serviceColumns, serviceFields, toService } from './service-rows.ts'
import { brandedNumber } from './values.ts'

const offerRow = z
  .object({
    // `weekly_hours` is a column of both sides: the service's own comes under its own name.
    ...serviceFields,
    service_weekly_hours: serviceFields.weekly_hours,
    ...scheduleFields,
    number: brandedNumber<UserNumber>(),
    provider_is_active: z.boolean(),
  })
  .transform(
    (row): Offer => ({
      service: toService({ ...row, weekly_hours: row.service_weekly_hours }),
      schedule: toSchedule(row),
      providerNumber: row.number,
      providerIsActive: row.provider_is_active,
    }),
  )

/** Offers in one statement, and so of one moment: a service and its schedule never are of different times. */
export const readOffers = (pool: DatabasePool, ids: readonly ServiceId[]): Promise<readonly Offer[]> =>
  guarded(
    pool.any(sql.type(offerRow)`
      select
        ${serviceColumns},
        services.weekly_hours as service_weekly_hours,
        ${scheduleColumns},
        users.number,
        users.deactivated_at is null and 'provider' = any (users.roles) as provider_is_active
      from services
      join auth.users on users.id = services.provider_id
      join schedules on schedules.provider_id = services.provider_id
      where services.id = any (${sql.array([...ids], 'uuid')})
    `),
  )
