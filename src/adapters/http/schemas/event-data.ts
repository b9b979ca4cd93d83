import { type TObject, type TProperties, Type } from 'typebox'
import { BOOKING_STATUSES, CAPACITIES } from '../../../domain/booking.ts'
import type { EventType, LoggedEvent } from '../../../domain/logged-event.ts'
import { SCHEDULE_CHANGES } from '../../../domain/schedule-event.ts'
import { SERVICE_CHANGES, SERVICE_TERM_WORDS } from '../../../domain/service-event.ts'
import { DateText, Instant, Money, NullableText, OneOf, Strict, Uuid } from './common.ts'

/** What is said of an event of one type. */
export interface EventKind {
  readonly subject: LoggedEvent['subject']['type']
  readonly summary: string
  readonly data: TObject
}

const slot = {
  service_id: Uuid('What is booked or held.'),
  provider_id: Uuid('Who offers it.'),
  customer_id: Uuid('Whose booking or hold it is.'),
  start: Instant('When it starts.'),
  end: Instant('When it ends, exclusive.'),
}

const status = OneOf(BOOKING_STATUSES, 'Where the booking is in its life.')
const number = Type.Integer({ description: 'The small number beside the id of the booking.' })
const version = (what: string) => Type.Integer({ description: `The version of ${what} that the event made.` })
const booking = { status, number, ...slot, price: Money, version: version('the booking') }

const cancelled = {
  cancelled_by: OneOf(CAPACITIES, 'In which capacity; `system` where nobody said yes before it began.'),
  cancellation_reason: NullableText(500, 'Why, where someone said it.'),
}

const optional = (properties: TProperties): TProperties =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)]))

const ofBooking = (summary: string, more: TProperties = {}): EventKind => ({
  subject: 'booking',
  summary,
  data: Strict({ ...booking, ...more }),
})

const ofHold = (summary: string, more: TProperties = {}): EventKind => ({
  subject: 'hold',
  summary,
  data: Strict({ ...slot, ...more }),
})

const nullableInstant = (description: string) =>
  Type.Unsafe<string | null>({ ...Instant(description), type: ['string', 'null'] })

const range = {
  from: nullableInstant('From when on; null for all of it.'),
  to: nullableInstant('Until when, exclusive; null for all of it.'),
}

const ofSchedule: EventKind = {
  subject: 'schedule',
  summary: 'A provider works at other times.',
  data: Strict({
    change: OneOf(SCHEDULE_CHANGES, 'What was changed.'),
    provider_id: Uuid('Whose schedule it is, and its id.'),
    ...range,
    date: Type.Optional(DateText('The local day of an override.')),
    time_off_id: Type.Optional(Uuid('The time off.')),
    version: version('the schedule'),
  }),
}

const ofService: EventKind = {
  subject: 'service',
  summary: 'A service was put on sale, changed or retired.',
  data: Strict({
    change: OneOf(SERVICE_CHANGES, 'What became of it.'),
    changed_terms: Type.Array(OneOf(SERVICE_TERM_WORDS, 'A term of the service.'), {
      description: 'The terms that are other than before; none of a new service.',
    }),
    alters_free_time: Type.Boolean({ description: 'Whether other slots can be booked than before.' }),
    service_id: Uuid('The service.'),
    provider_id: Uuid('Who offers it.'),
    title: Type.String({ description: 'What it is called.' }),
    category: Type.String({ description: 'What kind of service it is.' }),
    price: Money,
    duration_minutes: Type.Integer({ description: 'How long a booking takes.' }),
    is_active: Type.Boolean({ description: 'Whether it can be booked.' }),
    version: version('the service'),
  }),
}

/** Every type of events there is, with the facts it comes with. */
export const eventKinds: Readonly<Record<EventType, EventKind>> = {
  'booking.created': ofBooking('A slot was booked, or asked for where the provider has to confirm it.'),
  'booking.confirmed': ofBooking('The provider said yes to a request.'),
  'booking.declined': ofBooking('The provider said no to a request; the slot is free again.', cancelled),
  'booking.rescheduled': ofBooking('A booking was moved; the old slot is free again.', {
    previous_start: Instant('When it started before.'),
    previous_end: Instant('When it ended before, exclusive.'),
  }),
  'booking.cancelled': ofBooking('A booking was cancelled; the slot is free again.', cancelled),
  'booking.completed': ofBooking('A booking took place.'),
  'booking.no_show': ofBooking('The customer did not come.'),
  'booking.updated': ofBooking('Its notes or metadata are other than before.', optional(cancelled)),
  'booking.reminder': {
    subject: 'booking',
    summary: 'A booking begins soon.',
    data: Strict({
      status,
      number,
      ...slot,
      minutes_before: Type.Integer({ description: 'How long before its start it was to be reminded of.' }),
    }),
  },
  'hold.created': ofHold('A slot is kept for someone.', {
    expires_at: Instant('When the slot is free again, unless it is booked with this hold before.'),
  }),
  'hold.released': ofHold('A held slot was given back.'),
  'hold.expired': ofHold('A hold has ended by itself.'),
  'schedule.changed': ofSchedule,
  'service.changed': ofService,
  'availability.changed': {
    subject: 'provider',
    summary: 'The free time of a provider has changed: for everyone, and naming nobody else.',
    data: Strict({ provider_id: Uuid('Whose free time it is.'), ...range }),
  },
}
