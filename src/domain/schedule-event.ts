import { type EpochDay, formatDate } from './calendar.ts'
import type { EventId, TimeOffId, UserId } from './ids.ts'
import { formatInstant, type Instant } from './instant.ts'
import type { Interval } from './interval.ts'
import type { Json } from './json.ts'
import type { Schedule } from './schedule.ts'
import { overriddenDay } from './schedule-exceptions.ts'

/** How a change of a schedule is to be told of: as which event, who makes it, and when. */
export interface Occasion {
  readonly eventId: EventId
  readonly actorId: UserId
  readonly now: Instant
}

export const SCHEDULE_CHANGES = [
  'week-replaced',
  'override-put',
  'override-removed',
  'time-off-added',
  'time-off-removed',
] as const

/** What was changed of a schedule. Why someone is away is nobody's business, and in no event. */
export type ScheduleChange =
  | { readonly kind: 'week-replaced' }
  | { readonly kind: 'override-put' | 'override-removed'; readonly day: EpochDay }
  | {
      readonly kind: 'time-off-added' | 'time-off-removed'
      readonly timeOff: Interval & { readonly id: TimeOffId }
    }

/** One fact about a schedule, as it is written to the log by the transaction that makes it true. */
export interface ScheduleChanged {
  readonly id: EventId
  readonly type: 'schedule.changed'
  readonly occurredAt: Instant
  readonly actorId: UserId
  readonly change: ScheduleChange
  /** The time that the change concerns; null for all of it. */
  readonly concerned: Interval | null
  readonly providerId: UserId
  /** The version that the change has made. */
  readonly version: number
}

/** What has just happened to a schedule, which is given as it is after the change. */
export const scheduleChanged = (
  { eventId, actorId, now }: Occasion,
  schedule: Schedule,
  change: ScheduleChange,
): ScheduleChanged => ({
  id: eventId,
  type: 'schedule.changed',
  occurredAt: now,
  actorId,
  change,
  concerned: concernedBy(schedule, change),
  providerId: schedule.providerId,
  version: schedule.version,
})

function concernedBy(schedule: Schedule, change: ScheduleChange): Interval | null {
  if ('timeOff' in change) return { start: change.timeOff.start, end: change.timeOff.end }
  return 'day' in change ? overriddenDay(schedule, change.day) : null
}

/** What the log keeps of it. */
export const scheduleData = ({
  change,
  concerned,
  providerId,
  version,
}: ScheduleChanged): Readonly<Record<string, Json>> => ({
  change: change.kind,
  provider_id: providerId,
  from: concerned && formatInstant(concerned.start),
  to: concerned && formatInstant(concerned.end),
  ...('day' in change && { date: formatDate(change.day) }),
  ...('timeOff' in change && { time_off_id: change.timeOff.id }),
  version,
})
