import { Type } from 'typebox'
import { LONGEST_TIME_OFF_DAYS } from '../../../domain/schedule-exceptions.ts'
import { Booking } from './bookings.ts'
import { DateText, Instant, NullableText, Reference, Strict, Text, Uuid } from './common.ts'
import { DayHours, Schedule } from './schedules.ts'

/** As long as the database keeps it. */
const MOST_REASON = 200

const ConflictProperties = {
  conflicts: Type.Array(Reference(Booking), {
    description: 'Bookings that now fall outside, in order of start, at most 100. They stand as they are.',
  }),
  conflict_count: Type.Integer({ description: 'How many bookings fall outside.' }),
}

const ScheduleVersion = Type.Integer({ description: 'The version of the schedule after the change.' })

export const ChangedSchedule = Type.Object(
  { ...Schedule.properties, ...ConflictProperties },
  { $id: 'ChangedSchedule' },
)

export const OverrideParams = Strict({
  id: Uuid('The provider.'),
  date: DateText("The local day in the provider's zone."),
})

export const OverrideBody = Strict(
  {
    hours: DayHours,
    reason: Type.Optional(Text(MOST_REASON, 'Why, for everyone to read.')),
  },
  { examples: [{ hours: [{ start: '10:00', end: '14:00' }], reason: 'Open day' }] },
)

export const Override = Type.Object(
  {
    date: Type.String({ format: 'date' }),
    hours: DayHours,
    reason: Type.Optional(Type.String()),
    schedule_version: ScheduleVersion,
    ...ConflictProperties,
  },
  { $id: 'Override' },
)

export const RemovedOverride = Type.Object(
  {
    date: Type.String({ format: 'date' }),
    schedule_version: ScheduleVersion,
    ...ConflictProperties,
  },
  { $id: 'RemovedOverride' },
)

export const TimeOffParams = Strict({ id: Uuid('The provider.'), time_off_id: Uuid('The time off.') })

export const TimeOffBody = Strict(
  {
    start: Instant('When it begins.'),
    end: Instant(`When it ends, exclusive, at most ${LONGEST_TIME_OFF_DAYS} days later.`),
    reason: Type.Optional(Text(MOST_REASON, 'Why; only the provider and admins see it.')),
  },
  { examples: [{ start: '2030-07-01T00:00:00Z', end: '2030-07-15T00:00:00Z', reason: 'Summer' }] },
)

const timeOff = {
  id: Uuid('The time off.'),
  start: Instant('When it begins.'),
  end: Instant('When it ends, exclusive.'),
}

export const TimeOff = Type.Object(
  {
    ...timeOff,
    reason: Type.Optional(NullableText(MOST_REASON, 'Why; for the provider and admins alone.')),
  },
  { $id: 'TimeOff' },
)

export const AddedTimeOff = Type.Object(
  {
    ...timeOff,
    reason: NullableText(MOST_REASON, 'Why.'),
    schedule_version: ScheduleVersion,
    ...ConflictProperties,
  },
  { $id: 'AddedTimeOff' },
)
