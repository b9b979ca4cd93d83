import { type DatabasePool, type FragmentSqlToken, sql } from 'slonik'
import { z } from 'zod'
import { type PageKey, pageOf } from '../../application/ports/page.ts'
import type { ServiceCatalog, ServiceFilter, ServiceSort } from '../../application/ports/service-catalog.ts'
import { formatWallTime, WEEKDAYS } from '../../domain/calendar.ts'
import { currencyDigits, formatAmount } from '../../domain/money.ts'
import { ok, reject } from '../../domain/result.ts'
import type { Service } from '../../domain/service.ts'
import type { ServiceChanged } from '../../domain/service-event.ts'
import type { WeeklyHours } from '../../domain/weekly-hours.ts'
import { underKey } from './answers.ts'
import { eventColumns, eventValues } from './event-rows.ts'
import { guarded } from './faults.ts'
import { serviceColumns, serviceFields, toService } from './service-rows.ts'
import { timestamp } from './values.ts'

const serviceRow = z.object(serviceFields).transform(toService)

/** Services as they are on sale now; their past terms live on in the bookings. */
export const postgresServiceCatalog = ({ pool }: { readonly pool: DatabasePool }): ServiceCatalog => ({
  add: (event, recording) =>
    guarded(
      pool.transaction((transaction) =>
        underKey<Service, never>(transaction, recording, async () => {
          await transaction.query(insertService(event))
          return ok(event.service)
        }),
      ),
    ),

  async find(id) {
    const service = await guarded(
      pool.maybeOne(sql.type(serviceRow)`
        select ${serviceColumns}
        from services
        where services.id = ${id}
      `),
    )
    return service ?? undefined
  },

  async replace(event) {
    const { service } = event
    const replaced = await guarded(pool.maybeOneFirst(updateService(event)))
    if (replaced !== null) return ok(service)
    const version = await guarded(
      pool.oneFirst(sql.type(z.object({ version: z.number() }))`
        select version
        from services
        where id = ${service.id}
      `),
    )
    return reject({ code: 'version-mismatch', version })
  },

  activeOf: (providerId) =>
    guarded(
      pool.any(sql.type(serviceRow)`
        select ${serviceColumns}
        from services
        where services.provider_id = ${providerId}
          and services.is_active
        order by services.created_at, services.id
      `),
    ),

  async list(filter, { limit, after }) {
    const { column, descending, key } = ORDERS[filter.sort]
    const rows = await guarded(
      pool.any(sql.type(serviceRow)`
        select ${serviceColumns}
        from services
        where ${sql.and([...conditions(filter), after && beyond(filter.sort, after)])}
        order by
          ${column} ${descending ? sql.fragment`desc` : sql.fragment`asc`},
          services.id ${descending ? sql.fragment`desc` : sql.fragment`asc`}
        limit ${limit + 1}
      `),
    )
    return pageOf(rows, limit, (service) => ({ value: key(service), id: service.id }))
  },
})

interface Order {
  readonly column: FragmentSqlToken
  readonly type: 'timestamptz' | 'numeric' | 'text'
  readonly descending: boolean
  readonly key: (service: Service) => string
}

const byCreation = {
  column: sql.fragment`services.created_at`,
  type: 'timestamptz',
  key: (service: Service) => timestamp(service.createdAt),
} as const
const byPrice = {
  column: sql.fragment`services.price`,
  type: 'numeric',
  key: (service: Service) => formatAmount(service.price),
} as const

const ORDERS: Readonly<Record<ServiceSort, Order>> = {
  created_at: { ...byCreation, descending: false },
  '-created_at': { ...byCreation, descending: true },
  price: { ...byPrice, descending: false },
  '-price': { ...byPrice, descending: true },
  title: {
    column: sql.fragment`services.title`,
    type: 'text',
    descending: false,
    key: (service) => service.title,
  },
}

function beyond(sort: ServiceSort, { value, id }: PageKey): FragmentSqlToken {
  const { column, type, descending } = ORDERS[sort]
  const place = sql.fragment`(${value}::${sql.identifier([type])}, ${id}::uuid)`
  return descending
    ? sql.fragment`(${column}, services.id) < ${place}`
    : sql.fragment`(${column}, services.id) > ${place}`
}

/** What anyone may book, and whatever is the asker's own. */
const onSaleOr = (owner: string | null) => sql.fragment`(
  services.provider_id = ${owner}::uuid
  or services.is_active
  and exists (
    select
    from auth.users
    where users.id = services.provider_id
      and users.deactivated_at is null
      and 'provider' = any (users.roles)
  )
)`

function conditions(filter: ServiceFilter): (FragmentSqlToken | false)[] {
  const { providerId, category, currency, minPrice, maxPrice, text, retiredOf } = filter
  const inMajorUnits = (price: number) => String(price / 10 ** (currencyDigits(currency ?? '') ?? 0))
  const pattern = `%${(text ?? '').replace(/[\\%_]/g, '\\$&')}%`
  return [
    retiredOf !== 'anyone' && onSaleOr(retiredOf),
    providerId !== null && sql.fragment`services.provider_id = ${providerId}`,
    category !== null && sql.fragment`services.category = ${category}`,
    currency !== null && sql.fragment`services.currency = ${currency}`,
    minPrice !== null && sql.fragment`services.price >= ${inMajorUnits(minPrice)}::numeric`,
    maxPrice !== null && sql.fragment`services.price <= ${inMajorUnits(maxPrice)}::numeric`,
    text !== null && sql.fragment`(services.title ilike ${pattern} or services.description ilike ${pattern})`,
  ]
}

const weeklyHoursJson = (hours: WeeklyHours | null) =>
  hours &&
  JSON.stringify(
    Object.fromEntries(
      WEEKDAYS.map((name) => [
        name,
        hours[name].map(({ start, end }) => ({ start: formatWallTime(start), end: formatWallTime(end) })),
      ]),
    ),
  )

/** The columns that a change may touch, in the order of `changeableValues`. */
const changeableColumns = sql.fragment`
  version, title, description, category, price, currency, duration_minutes, slot_interval_minutes,
  buffer_before_minutes, buffer_after_minutes, min_notice_minutes, max_horizon_days, daily_limit,
  requires_confirmation, cancellation_window_minutes, reminder_minutes, weekly_hours, images, is_active, updated_at
`

const changeableValues = (service: Service) => sql.fragment`
  ${service.version}::integer,
  ${service.title},
  ${service.description},
  ${service.category},
  ${formatAmount(service.price)}::numeric,
  ${service.price.currency},
  ${service.durationMinutes}::integer,
  ${service.slotIntervalMinutes}::integer,
  ${service.bufferBeforeMinutes}::integer,
  ${service.bufferAfterMinutes}::integer,
  ${service.minNoticeMinutes}::integer,
  ${service.maxHorizonDays}::integer,
  ${service.dailyLimit}::integer,
  ${service.requiresConfirmation}::boolean,
  ${service.cancellationWindowMinutes}::integer,
  ${sql.array([...service.reminderMinutes], 'int4')},
  ${weeklyHoursJson(service.weeklyHours)}::jsonb,
  ${sql.array([...service.images], 'text')},
  ${service.isActive}::boolean,
  ${timestamp(service.updatedAt)}::timestamptz
`

const insertService = (event: ServiceChanged) => sql.type(z.object({}))`
  with added as (
    insert into services (id, provider_id, created_at, ${changeableColumns})
    values (
      ${event.service.id},
      ${event.service.providerId},
      ${timestamp(event.service.createdAt)},
      ${changeableValues(event.service)}
    )
  )
  insert into events (${eventColumns})
  values (${eventValues(event)})
`

const updateService = (event: ServiceChanged) => sql.type(z.object({ version: z.number() }))`
  with replaced as (
    update services
    set (${changeableColumns}) = row(${changeableValues(event.service)})
    where id = ${event.service.id}
      and version = ${event.service.version - 1}
    returning version
  ),
  logged as (
    insert into events (${eventColumns})
    select ${eventValues(event)}
    from replaced
  )
  select version
  from replaced
`
