import { Type } from 'typebox'
import { WEEKDAYS, type Weekday } from '../../../domain/calendar.ts'
import { Strict, Text, TimeZone, Uuid } from './common.ts'

const WallTime = (description: string) => Type.String({ format: 'wall-time', description })

const WallInterval = {
  start: WallTime('Wall time, HH:MM.'),
  end: WallTime('Wall time, HH:MM, exclusive; 24:00 is the end of the day.'),
}

export const DayHours = Type.Array(Strict(WallInterval), { maxItems: 24 })
const DayBreaks = Type.Array(Strict({ ...WallInterval, label: Type.Optional(Text(100, 'What it is.')) }), {
  maxItems: 24,
})

const everyDay = <T>(value: T) =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, value])) as Record<Weekday, T>

export const WeeklyHours = Strict(everyDay(Type.Optional(DayHours)), {
  description: 'Hours by weekday; a day that is left out is closed.',
})
const WeeklyBreaks = Strict(everyDay(Type.Optional(DayBreaks)), { description: 'Breaks by weekday.' })

export const ProviderParams = Strict({ id: Uuid('The provider.') })

export const Provider = Type.Object(
  {
    id: Uuid('The provider.'),
    number: Type.Integer({ description: 'A small number beside the id.' }),
    first_name: Type.String(),
    last_name: Type.String(),
    time_zone: TimeZone,
  },
  { $id: 'Provider' },
)

export const ScheduleBody = Strict(
  {
    time_zone: TimeZone,
    weekly_hours: WeeklyHours,
    breaks: Type.Optional(WeeklyBreaks),
  },
  {
    examples: [
      {
        time_zone: 'America/New_York',
        weekly_hours: { monday: [{ start: '09:00', end: '17:00' }] },
        breaks: { monday: [{ start: '12:00', end: '13:00', label: 'Lunch' }] },
      },
    ],
  },
)

const DatedOverride = Type.Object({
  date: Type.String({ format: 'date' }),
  hours: DayHours,
  reason: Type.Optional(Type.String({ description: 'Why, for everyone to read.' })),
})

export const Schedule = Type.Object(
  {
    provider_id: Uuid('Whose schedule it is.'),
    version: Type.Integer({ description: 'Grows by one with every change.' }),
    time_zone: TimeZone,
    weekly_hours: WeeklyHours,
    breaks: WeeklyBreaks,
    overrides: Type.Array(DatedOverride, {
      description: "Dates with hours of their own, from today on in the provider's zone, in order of date.",
    }),
  },
  { $id: 'Schedule' },
)
