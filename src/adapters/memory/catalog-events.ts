import { type ScheduleChanged, scheduleData } from '../../domain/schedule-event.ts'
import { type ServiceChanged, serviceData } from '../../domain/service-event.ts'

/** A change of a service as the log has it. */
export const loggedService = (event: ServiceChanged) => ({
  id: event.id,
  type: event.type,
  occurredAt: event.occurredAt,
  actorId: event.actorId,
  subject: { type: 'service' as const, id: event.service.id, version: event.service.version },
  providerId: event.service.providerId,
  customerId: null,
  data: serviceData(event),
})

/** A change of a schedule as the log has it; a schedule has no id but that of its provider. */
export const loggedSchedule = (event: ScheduleChanged) => ({
  id: event.id,
  type: event.type,
  occurredAt: event.occurredAt,
  actorId: event.actorId,
  subject: { type: 'schedule' as const, id: event.providerId, version: event.version },
  providerId: event.providerId,
  customerId: null,
  data: scheduleData(event),
})
