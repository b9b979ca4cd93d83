import { sql } from 'slonik'
import { type ScheduleChanged, scheduleData } from '../../domain/schedule-event.ts'
import { type ServiceChanged, serviceData } from '../../domain/service-event.ts'
import { timestamp } from './values.ts'

/** The columns of an event of the catalog, in the order of `eventValues`. */
export const eventColumns = sql.fragment`
  id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, data
`

/** An event as it is written to the log, by the statement or the transaction that makes it true. */
export function eventValues(event: ServiceChanged | ScheduleChanged) {
  const { subjectType, subjectId, version, providerId, data } = factsOf(event)
  return sql.fragment`
    ${event.id}::uuid,
    ${event.type},
    ${timestamp(event.occurredAt)}::timestamptz,
    ${subjectType},
    ${subjectId}::uuid,
    ${version}::integer,
    ${event.actorId}::uuid,
    ${providerId}::uuid,
    ${JSON.stringify(data)}::jsonb
  `
}

/** A schedule has no id but that of its provider. */
const factsOf = (event: ServiceChanged | ScheduleChanged) =>
  event.type === 'service.changed'
    ? {
        subjectType: 'service',
        subjectId: event.service.id,
        version: event.service.version,
        providerId: event.service.providerId,
        data: serviceData(event),
      }
    : {
        subjectType: 'schedule',
        subjectId: event.providerId,
        version: event.version,
        providerId: event.providerId,
        data: scheduleData(event),
      }
