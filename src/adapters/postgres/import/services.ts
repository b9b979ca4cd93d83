import { z } from 'zod'
import type { Arrivals, Arrived, Named } from '../../../application/ports/arrivals.ts'
import { formatWallTime, WEEKDAYS } from '../../../domain/calendar.ts'
import type { ServiceId, UserId } from '../../../domain/ids.ts'
import { formatAmount } from '../../../domain/money.ts'
import type { ArrivingService } from '../../../domain/moving-in/service.ts'
import type { BookedService } from '../../../domain/moving-in/settled-booking.ts'
import type { WeeklyHours } from '../../../domain/weekly-hours.ts'
import { branded, moneyOf, timestamp } from '../values.ts'
import type { ImportSession } from './session.ts'

const addedRow = z.object({ source_id: z.string(), is_added: z.boolean() })
const knownRow = z.object({
  source_id: z.string(),
  id: branded<ServiceId>(),
  provider_id: branded<UserId>(),
  version: z.number(),
  price: z.string(),
  currency: z.string(),
  cancellation_window_minutes: z.number(),
  reminder_minutes: z.array(z.number()),
})

const hoursJson = (hours: WeeklyHours | null) =>
  hours &&
  Object.fromEntries(
    WEEKDAYS.map((name) => [
      name,
      hours[name].map(({ start, end }) => ({ start: formatWallTime(start), end: formatWallTime(end) })),
    ]),
  )

const written = ({ sourceId, arrival }: Named<ArrivingService & { readonly providerId: UserId }>) => ({
  source_id: sourceId,
  id: arrival.id,
  provider_id: arrival.providerId,
  title: arrival.terms.title,
  description: arrival.terms.description,
  category: arrival.terms.category,
  price: formatAmount(arrival.terms.price),
  currency: arrival.terms.price.currency,
  duration_minutes: arrival.terms.durationMinutes,
  slot_interval_minutes: arrival.terms.slotIntervalMinutes,
  max_horizon_days: arrival.terms.maxHorizonDays,
  reminder_minutes: arrival.terms.reminderMinutes,
  weekly_hours: hoursJson(arrival.terms.weeklyHours),
  images: arrival.terms.images,
  is_active: arrival.terms.isActive,
  created_at: timestamp(arrival.createdAt),
})

/** What no other system has (buffers, notice, limits) is as the table has it when nobody says. */
const addServices = `
  with wanted as materialized (
    select
      source_id, id, provider_id, title, description, category, price, currency, duration_minutes,
      slot_interval_minutes, max_horizon_days, reminder_minutes, weekly_hours, images, is_active, created_at
    from json_to_recordset($2) as wanted (
      source_id text, id uuid, provider_id uuid, title text, description text, category text, price numeric,
      currency text, duration_minutes integer, slot_interval_minutes integer, max_horizon_days integer,
      reminder_minutes integer[], weekly_hours jsonb, images text[], is_active boolean, created_at timestamptz
    )
  ),
  added as (
    insert into services (
      id, provider_id, title, description, category, price, currency, duration_minutes, slot_interval_minutes,
      max_horizon_days, reminder_minutes, weekly_hours, images, is_active, created_at, updated_at
    )
    select
      id, provider_id, title, description, category, price, currency, duration_minutes, slot_interval_minutes,
      max_horizon_days, reminder_minutes, weekly_hours, images, is_active, created_at, created_at
    from wanted
    where not exists (select from public.services other where other.id = wanted.id)
    on conflict do nothing
    returning id
  ),
  remembered as (
    insert into imported_rows (import_id, subject, source_id, our_id)
    select $1, 'service', source_id, id
    from wanted
    where id in (select id from added)
  )
  select wanted.source_id, added.id is not null as is_added
  from wanted
  left join added on added.id = wanted.id
`

const knownServices = ({ seen, refersToHere }: ImportSession) => `
  select
    ${refersToHere ? 'services.id::text' : 'known.source_id'} as source_id,
    services.id, services.provider_id, services.version, services.price, services.currency,
    services.cancellation_window_minutes, services.reminder_minutes
  from ${seen.services} services
  ${
    refersToHere
      ? 'where services.id = any ($1::uuid[])'
      : `join ${seen.importedRows} known on known.our_id = services.id
  where known.import_id = $2
    and known.subject = 'service'
    and known.source_id = any ($1)`
  }`

export const serviceArrivals = (session: ImportSession): Pick<Arrivals, 'addServices' | 'services'> => ({
  async addServices(services) {
    const rows = await session.query(addServices, [session.importId, JSON.stringify(services.map(written))])
    return z
      .array(addedRow)
      .parse(rows)
      .map(
        ({ source_id: sourceId, is_added }): Arrived =>
          is_added
            ? { sourceId, ok: true, isNumberKept: true }
            : { sourceId, ok: false, code: 'id-taken', field: 'id' },
      )
  },

  async services(sourceIds) {
    const values = session.refersToHere ? [sourceIds] : [sourceIds, session.importId]
    const rows = z.array(knownRow).parse(await session.query(knownServices(session), values))
    return new Map(
      rows.map((row): [string, BookedService] => [
        row.source_id,
        {
          id: row.id,
          providerId: row.provider_id,
          version: row.version,
          price: moneyOf(Number(row.price), row.currency),
          cancellationWindowMinutes: row.cancellation_window_minutes,
          reminderMinutes: row.reminder_minutes,
        },
      ]),
    )
  },
})
