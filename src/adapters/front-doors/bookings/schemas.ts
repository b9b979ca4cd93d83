import { type Static, type TSchema, Type } from 'typebox'
import type { BookDescribedSlotRejection } from '../../../application/book-slot.ts'
import { BOOKING_STATUSES } from '../../../domain/booking.ts'
import { Strict } from '../door.ts'

const Uuid = (description: string) => Type.String({ format: 'uuid', description })
const Instant = (description: string) => Type.String({ format: 'date-time', description })
const WITH_OFFSET = 'RFC 3339, with its offset.'

export const BookBody = Strict(
  {
    provider_id: Uuid('Who offers it.'),
    service_id: Uuid('What to book.'),
    start_time: Instant(`When it starts. ${WITH_OFFSET}`),
    end_time: Instant(`When it ends: as long after the start as the service takes. ${WITH_OFFSET}`),
  },
  {
    examples: [
      {
        provider_id: '01900000-0000-7000-8000-000000000001',
        service_id: '01900000-0000-7000-8000-000000000002',
        start_time: '2030-01-07T14:00:00Z',
        end_time: '2030-01-07T15:00:00Z',
      },
    ],
  },
)

export const BookingParams = Strict({ id: Uuid('The booking.') })

/** The last number of a page: beyond it a page is of no list that there can be. */
const MOST_PAGES = 1_000_000_000

export const PageQuery = Strict({
  page: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MOST_PAGES, default: 1, description: 'From 1 on.' }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'Bookings a page.' }),
  ),
})

export const Booking = Type.Object({
  id: Uuid('The booking.'),
  user_id: Uuid('Whose booking it is: the customer.'),
  provider_id: Uuid('Who offers it.'),
  service_id: Uuid('What is booked.'),
  start_time: Instant('When it starts.'),
  end_time: Instant('When it ends, exclusive.'),
  status: Type.Unsafe<(typeof BOOKING_STATUSES)[number]>({
    type: 'string',
    enum: [...BOOKING_STATUSES],
    description: 'Where the booking is in its life.',
  }),
  created_at: Instant('When it was made.'),
})

export type BookingBody = Static<typeof Booking>

export const BookingPage = Type.Object({
  data: Type.Array(Booking),
  page: Type.Integer({ description: 'The number of this page.' }),
  limit: Type.Integer({ description: 'Bookings a page.' }),
  total: Type.Integer({ description: 'Bookings on all pages.' }),
  total_pages: Type.Integer({ description: 'The number of the last page; 0 where there is no booking.' }),
})

/** A success: what it has. */
export const answer = <S extends TSchema>(description: string, schema: S, headers: object = {}) =>
  Type.Unsafe<Static<S>>({ ...schema, description, headers })

/** What booking may be refused for; a no that the use case gains breaks this line. Nobody has a hold here, or books for others. */
export const BOOK_CODES: Readonly<
  Record<Exclude<BookDescribedSlotRejection['code'], `hold-${string}` | 'customer-not-found'>, true>
> = {
  forbidden: true,
  'account-inactive': true,
  'service-not-found': true,
  'slot-taken': true,
  'invalid-input': true,
  'service-retired': true,
  'own-service': true,
  'in-the-past': true,
  'off-grid': true,
  'outside-hours': true,
  'in-break': true,
  'time-off': true,
  'notice-too-short': true,
  'beyond-horizon': true,
  'daily-limit-reached': true,
}

/** What is said of whoever asks, and of what is sent. */
export const ROLE_CODES = ['unauthenticated', 'forbidden'] as const
export const BODY_CODES = ['body-too-large', 'unsupported-media-type'] as const
