import { Type } from 'typebox'
import { BOOKING_VIEWS } from '../../../application/bookings.ts'
import { BOOKING_STATUSES, CAPACITIES } from '../../../domain/booking.ts'
import { BOOKING_EVENT_TYPES } from '../../../domain/event.ts'
import type { Json } from '../../../domain/json.ts'
import {
  Instant,
  MAY_BE_LEFT_OUT,
  Money,
  NullableText,
  OneOf,
  PageQuery,
  Strict,
  Text,
  Uuid,
} from './common.ts'

const MOST_METADATA = 16_384

/** PostgreSQL keeps a number in full: 1e-300 would take three hundred digits. What is too large, no body may have. */
const isPlain = (value: Json): boolean =>
  typeof value === 'number'
    ? !/e/.test(String(value))
    : typeof value !== 'object' || value === null || Object.values(value).every(isPlain)

const Metadata = Type.Refine(
  Type.Refine(
    Type.Unsafe<Record<string, Json>>({
      type: 'object',
      additionalProperties: true,
      description:
        'Anything of yours, up to 16,384 characters as JSON and 8 levels deep. Numbers are doubles of less than 2^53, above which not every whole number is one: write larger ones as text. Fractions have some 16 digits.',
    }),
    (value) => JSON.stringify(value).length <= MOST_METADATA,
    () => `must have at most ${MOST_METADATA} characters as JSON`,
  ),
  isPlain,
  () => 'must have no numbers between -1e-6 and 1e-6 but 0',
)

export const BookingParams = Strict({ id: Uuid('The booking.') })

export const CreateBookingBody = Strict(
  {
    service_id: Uuid('What to book.'),
    start: Instant('When it starts; one of the starts that a search shows.'),
    notes: Type.Optional(Text(2000, 'What the provider should know.')),
    metadata: Type.Optional(Metadata),
    hold_id: Type.Optional(Uuid('Your hold on the slot, which becomes the booking.')),
    customer_id: Type.Optional(
      Uuid(
        'Whom it is for; you, where it is left out. Providers book their own services for others, admins any.',
      ),
    ),
  },
  { examples: [{ service_id: '01900000-0000-7000-8000-000000000001', start: '2030-01-07T14:00:00Z' }] },
)

export const CreateBookingQuery = Strict({
  dry_run: Type.Optional(Type.Boolean({ description: 'Only say what the answer would be.' })),
})

export const AnnotateBookingBody = Strict(
  {
    notes: Type.Optional(NullableText(2000, 'What the provider should know.')),
    metadata: Type.Optional(Metadata),
  },
  { examples: [{ notes: 'The bell is broken: please knock.' }], minProperties: 1 },
)

export const RescheduleBody = Strict(
  { start: Instant('When it is to start instead.') },
  { examples: [{ start: '2030-01-07T15:00:00Z' }] },
)

export const ReasonBody = Strict(
  { reason: Type.Optional(Text(500, 'Why; the history keeps it.')) },
  { examples: [{ reason: 'I am ill.' }], [MAY_BE_LEFT_OUT]: true },
)

export const Booking = Type.Object(
  {
    id: Uuid('The booking.'),
    number: Type.Integer({ description: 'A small number beside the id.' }),
    status: OneOf(BOOKING_STATUSES, 'Where the booking is in its life.'),
    service_id: Uuid('What is booked.'),
    service_version: Type.Integer({
      description: 'The version of the service whose terms the booking keeps.',
    }),
    provider_id: Uuid('Who offers it.'),
    customer_id: Uuid('Whose booking it is.'),
    start: Instant('When it starts.'),
    end: Instant('When it ends, exclusive.'),
    price: Money,
    notes: NullableText(2000, 'What the provider should know.'),
    metadata: Type.Unsafe<Record<string, Json>>({ type: 'object', additionalProperties: true }),
    version: Type.Integer({ description: 'Grows by one with every change; the ETag.' }),
    cancellable_until: Instant('Until when the customer may cancel.'),
    cancelled_by: Type.Optional(OneOf(CAPACITIES, 'In which capacity.')),
    cancellation_reason: Type.Optional(Type.String()),
    created_at: Instant('When it was made.'),
    updated_at: Instant('When it was last changed.'),
  },
  { $id: 'Booking' },
)

export const Verdict = Type.Object(
  {
    status: OneOf(['pending', 'confirmed'], 'What the booking would be.'),
    service_id: Uuid('What would be booked.'),
    service_version: Type.Integer({ description: 'The version of the service whose terms it would keep.' }),
    provider_id: Uuid('Who offers it.'),
    customer_id: Uuid('Whose booking it would be.'),
    start: Instant('When it would start.'),
    end: Instant('When it would end, exclusive.'),
    price: Money,
    cancellable_until: Instant('Until when the customer could cancel.'),
  },
  { $id: 'Verdict' },
)

export const BookingHistoryEntry = Type.Object(
  {
    version: Type.Integer({ description: 'The version that the change made.' }),
    change: OneOf(BOOKING_EVENT_TYPES, 'What happened.'),
    status: OneOf(BOOKING_STATUSES, 'The state since then.'),
    start: Instant('When the booking starts since then.'),
    end: Instant('When it ends since then, exclusive.'),
    actor_id: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'uuid',
      description: 'Who did it; null for what the time has done.',
    }),
    acted_as: OneOf(CAPACITIES, 'In which capacity.'),
    reason: Type.Optional(Type.String({ description: 'Why, where someone said it.' })),
    occurred_at: Instant('When.'),
  },
  { $id: 'BookingHistoryEntry' },
)

export const BookingsQuery = Strict({
  view: Type.Optional(
    OneOf(BOOKING_VIEWS, 'By start: upcoming ascending, past descending, all ascending (all).'),
  ),
  status: Type.Optional(OneOf(BOOKING_STATUSES, 'Only bookings in this state.')),
  service_id: Type.Optional(Uuid('Only of this service.')),
  provider_id: Type.Optional(Uuid('Only at this provider.')),
  customer_id: Type.Optional(Uuid('Only of this customer.')),
  from: Type.Optional(Instant('Starting at this instant or later.')),
  to: Type.Optional(Instant('Starting before this instant.')),
  ...PageQuery,
})
