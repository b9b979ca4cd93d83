import { Type } from 'typebox'
import { MOST_SEARCH_DAYS, MOST_SEARCHED_SERVICES } from '../../../domain/search-range.ts'
import { Booking } from './bookings.ts'
import { DateText, Instant, Integer, OneOf, Reference, Strict, TimeZone, Uuid } from './common.ts'

const slot = {
  start: Instant('When it starts.'),
  end: Instant('When it ends, exclusive.'),
  status: OneOf(['available', 'booked', 'unavailable', 'break'], 'Whether it can be booked.'),
  reason: Type.Optional(
    OneOf(
      [
        'override',
        'service-hours',
        'break',
        'time-off',
        'booked',
        'held',
        'buffer',
        'notice',
        'horizon',
        'daily-limit',
      ],
      'Why it cannot.',
    ),
  ),
}

/** Where free time is looked for. */
export const AvailabilityQueryString = Strict({
  service_id: Type.Array(Type.String({ format: 'uuid' }), {
    minItems: 1,
    maxItems: MOST_SEARCHED_SERVICES,
    uniqueItems: true,
    description: `Whose slots; up to ${MOST_SEARCHED_SERVICES} times.`,
  }),
  from: Type.String({
    format: 'instant-or-date',
    description: 'Inclusive: an instant, or a date for its local midnight.',
  }),
  to: Type.String({
    format: 'instant-or-date',
    description: `Exclusive, at most ${MOST_SEARCH_DAYS} days later.`,
  }),
  time_zone: Type.Optional(
    Type.String({
      ...TimeZone,
      description: 'IANA time zone of the dates and of the answer (the provider’s, and UTC).',
    }),
  ),
  status: Type.Optional(
    OneOf(['available', 'all'], 'Which slots; all with their reasons (available). Windows are always free.'),
  ),
  view: Type.Optional(OneOf(['slots', 'windows'], 'Slots, or the continuous free time they lie in (slots).')),
  exclude_booking_id: Type.Optional(
    Uuid('A booking that is to be moved, yours to see: its own slot is shown as free.'),
  ),
})

const interval = {
  start: Instant('When it starts.'),
  end: Instant('When it ends, exclusive.'),
}

const found = {
  service_id: Uuid('The service.'),
  provider_id: Uuid('Who offers it.'),
  time_zone: TimeZone,
  duration_minutes: Type.Integer(),
}

export const Availability = Type.Object(
  {
    as_of: Instant('The moment of which this is true.'),
    data: Type.Array(
      Type.Object({
        ...found,
        slots: Type.Optional(Type.Array(Type.Object(slot), { description: 'In order of time.' })),
        windows: Type.Optional(
          Type.Array(Type.Object(interval), {
            description:
              'With view=windows, in place of slots: the continuous free intervals in which a slot fits, cut at the ends of the range.',
          }),
        ),
      }),
    ),
  },
  { $id: 'Availability' },
)

export const NextSlotsQuery = Strict({
  service_id: Uuid('Whose slots.'),
  after: Type.Optional(Instant('Starting at this instant or later (now).')),
  limit: Type.Optional(Integer(1, 100, 'How many (5).')),
})

export const NextSlots = Type.Object(
  {
    as_of: Instant('The moment of which this is true.'),
    data: Type.Array(
      Type.Object({
        ...found,
        slots: Type.Array(Type.Object(interval), { description: 'In order of time.' }),
      }),
    ),
  },
  { $id: 'NextSlots' },
)

export const DayBoardQuery = Strict({ service_id: Uuid('Whose slots.') })

export const DayBoardParams = Strict({
  id: Uuid('The provider.'),
  date: DateText("The local day in the provider's zone."),
})

export const DayBoard = Type.Object(
  {
    as_of: Instant('The moment of which this is true.'),
    provider_id: Uuid('The provider.'),
    service_id: Uuid('The service.'),
    date: Type.String({ format: 'date' }),
    time_zone: TimeZone,
    slots: Type.Array(Type.Object({ ...slot, booking: Type.Optional(Reference(Booking)) }), {
      description: 'In order of time, with the booking behind each for the provider and admins.',
    }),
  },
  { $id: 'DayBoard' },
)
