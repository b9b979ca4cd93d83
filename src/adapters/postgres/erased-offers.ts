import { type DatabaseTransactionConnection, sql } from 'slonik'
import { z } from 'zod'
import type { ErasureNews } from '../../application/ports/erasures.ts'
import { isOfProvider, withoutHours, withoutProvider } from '../../domain/erasure.ts'
import type { UserId } from '../../domain/ids.ts'
import type { ScheduleChanged } from '../../domain/schedule-event.ts'
import type { ServiceChanged } from '../../domain/service-event.ts'
import { eventColumns, eventValues } from './event-rows.ts'
import { serviceColumns, serviceFields, toService } from './service-rows.ts'
import { timestamp } from './values.ts'

const nothing = z.object({})
const serviceRow = z.object(serviceFields).transform(toService)
const scheduleRow = z.object({ time_zone: z.string(), version: z.number() })

/** What a provider has said of hours and services; what was sold keeps its title, which the books need. */
export async function emptyOffer(
  tx: DatabaseTransactionConnection,
  id: UserId,
  news: ErasureNews,
): Promise<void> {
  await writeEvents(tx, [...(await emptySchedule(tx, id, news)), ...(await emptyServices(tx, id, news))])
}

async function emptySchedule(tx: DatabaseTransactionConnection, id: UserId, news: ErasureNews) {
  for (const table of ['weekly_hours', 'weekly_breaks', 'schedule_overrides', 'time_off']) {
    await tx.query(sql.type(nothing)`delete from ${sql.identifier([table])} where provider_id = ${id}`)
  }
  const before = await tx.maybeOne(sql.type(scheduleRow)`
    select time_zone, version
    from schedules
    where provider_id = ${id}
    for update
  `)
  if (!before) return []
  const emptied = withoutHours({ providerId: id, timeZone: before.time_zone, version: before.version })
  await tx.query(sql.type(nothing)`
    update schedules
    set
      version = ${emptied.version},
      updated_at = ${timestamp(news.now)}::timestamptz
    where provider_id = ${id}
  `)
  return [news.schedule(emptied)]
}

async function emptyServices(tx: DatabaseTransactionConnection, id: UserId, news: ErasureNews) {
  const services = await tx.any(sql.type(serviceRow)`
    select ${serviceColumns}
    from services
    where services.provider_id = ${id}
    order by services.id
    for update
  `)
  const told = services.filter(isOfProvider)
  await tx.query(sql.type(nothing)`
    update services
    set
      version = version + 1,
      description = '',
      images = '{}',
      is_active = false,
      updated_at = ${timestamp(news.now)}::timestamptz
    where id = any (${sql.array(
      told.map((service) => service.id),
      'uuid',
    )})
  `)
  return told.map((service) => news.service(service, withoutProvider(service, news.now)))
}

/** A statement takes at most 65,535 values. */
const EVENTS_AT_ONCE = 1_000

async function writeEvents(
  tx: DatabaseTransactionConnection,
  events: readonly (ScheduleChanged | ServiceChanged)[],
): Promise<void> {
  for (let first = 0; first < events.length; first += EVENTS_AT_ONCE) {
    const rows = events
      .slice(first, first + EVENTS_AT_ONCE)
      .map((event) => sql.fragment`(${eventValues(event)})`)
    await tx.query(sql.type(nothing)`
      insert into events (${eventColumns})
      values ${sql.join(rows, sql.fragment`, `)}
    `)
  }
}
