import { type Static, type TSchema, Type } from 'typebox'
import type { BookDescribedSlotRejection } from '../../../application/book-slot.ts'
import type { BookingNotFound } from '../../../application/bookings.ts'
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

type Code = BookDescribedSlotRejection['code'] | BookingNotFound['code']

/** The status of each no of this door; one that a use case of it gains breaks this line. */
const STATUSES: Readonly<Record<Code, number>> = {
  forbidden: 403,
  'account-inactive': 403,
  'booking-not-found': 404,
  'customer-not-found': 404,
  'hold-not-found': 404,
  'service-not-found': 404,
  'slot-taken': 409,
  'hold-expired': 409,
  'hold-mismatch': 422,
  'invalid-input': 422,
  'service-retired': 422,
  'own-service': 422,
  'in-the-past': 422,
  'off-grid': 422,
  'outside-hours': 422,
  'in-break': 422,
  'time-off': 422,
  'notice-too-short': 422,
  'beyond-horizon': 422,
  'daily-limit-reached': 422,
}

const EVERYWHERE = { 400: ['malformed-request'], 401: ['unauthenticated'], 403: ['forbidden'] }
const ALWAYS = { 429: ['rate-limited'], 500: ['internal-error'], 503: ['unavailable'] }
const OF_BODY = { 413: ['body-too-large'], 415: ['unsupported-media-type'] }

/** The problems (RFC 9457) that a route declares, by status: those of every route, and its own. */
export function problemResponses(own: readonly Code[], hasBody = false) {
  const byStatus: Record<number, string[]> = { ...EVERYWHERE, ...ALWAYS, ...(hasBody && OF_BODY) }
  for (const code of own) {
    const status = STATUSES[code]
    byStatus[status] = [...new Set([...(byStatus[status] ?? []), code])]
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [
      status,
      {
        description: `${codes.map((code) => `\`${code}\``).join(', ')}.`,
        content: { 'application/problem+json': { schema: { $ref: 'Problem#' }, 'x-codes': codes } },
      },
    ]),
  )
}

/** What booking may be refused for: whoever books here has no hold, and books for nobody else. */
export const BOOK_CODES = (Object.keys(STATUSES) as Code[]).filter(
  (code) => !code.startsWith('hold-') && code !== 'customer-not-found' && code !== 'booking-not-found',
)
