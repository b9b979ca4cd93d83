import { Type } from 'typebox'
import { BOOKING_VIEWS } from '../../../application/bookings.ts'
import { BOOKING_STATUSES } from '../../../domain/booking.ts'
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

const Metadata = Type.Refine(
  Type.Unsafe<Record<string, Json>>({
    type: 'object',
    additionalProperties: true,
    description: 'Anything of yours, up to 16 KiB and 8 levels deep.',
  }),
  (value) => JSON.stringify(value).length <= MOST_METADATA,
  () => `must have at most ${MOST_METADATA} characters as JSON`,
)

export const BookingParams = Strict({ id: Uuid('The booking.') })

export const CreateBookingBody = Strict(
  {
    service_id: Uuid('What to book.'),
    start: Instant('When it starts; one of the starts that a search shows.'),
    notes: Type.Optional(Text(2000, 'What the provider should know.')),
    metadata: Type.Optional(Metadata),
  },
  { examples: [{ service_id: '01900000-0000-7000-8000-000000000001', start: '2030-01-07T14:00:00Z' }] },
)

export const CancelBookingBody = Strict(
  { reason: Type.Optional(Text(500, 'Why it is cancelled.')) },
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
    cancelled_by: Type.Optional(OneOf(['customer', 'provider', 'admin', 'system'], 'In which capacity.')),
    cancellation_reason: Type.Optional(Type.String()),
    created_at: Instant('When it was made.'),
    updated_at: Instant('When it was last changed.'),
  },
  { $id: 'Booking' },
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
