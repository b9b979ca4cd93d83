import { type Static, Type } from 'typebox'
import { SERVICE_SORTS } from '../../../application/ports/service-catalog.ts'
import { Instant, Integer, Money, OneOf, PageQuery, Strict, Text, Uuid, Words } from './common.ts'
import { WeeklyHours } from './schedules.ts'

/** Hours or null, as OpenAPI 3.1 spells it: a union would say of wrong hours that they should be null. */
const NullableHours = Type.Unsafe<Static<typeof WeeklyHours> | null>({
  ...WeeklyHours,
  type: ['object', 'null'],
  description: "Narrows the provider's hours; null for all of them.",
})

const MOST_TEXT = { title: 100, description: 4000, category: 50 }

const terms = {
  title: Words(MOST_TEXT.title, 'What it is called.'),
  category: Words(MOST_TEXT.category, 'What kind of service it is.'),
  price: Money,
  duration_minutes: Integer(5, 1440, 'How long a booking takes, in elapsed minutes.'),
}

const optionalTerms = {
  description: Type.Optional(Text(MOST_TEXT.description, 'What the customer gets.')),
  slot_interval_minutes: Type.Optional(Integer(5, 1440, 'The step between slots (the duration).')),
  buffer_before_minutes: Type.Optional(Integer(0, 1440, 'Time kept free before a booking (0).')),
  buffer_after_minutes: Type.Optional(Integer(0, 1440, 'Time kept free after a booking (0).')),
  min_notice_minutes: Type.Optional(
    Integer(0, 525_600, 'How long before its start a booking is made at the latest (0).'),
  ),
  max_horizon_days: Type.Optional(Integer(1, 730, 'How many local days ahead can be booked (365).')),
  daily_limit: Type.Optional(
    Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      minimum: 1,
      maximum: 1000,
      description: 'Standing bookings and live holds a local day, or null for any number (null).',
    }),
  ),
  requires_confirmation: Type.Optional(Type.Boolean({ description: 'Bookings begin as pending (false).' })),
  cancellation_window_minutes: Type.Optional(
    Integer(0, 525_600, 'How long before the start a customer may still cancel (0).'),
  ),
  reminder_minutes: Type.Optional(
    Type.Array(Integer(1, 40_320, 'Minutes before the start.'), {
      maxItems: 5,
      description: 'When to remind of a booking ([10]).',
    }),
  ),
  weekly_hours: Type.Optional(NullableHours),
  images: Type.Optional(
    Type.Array(Type.String({ maxLength: 2048, pattern: '^https?://[^\\s"\'<>\\\\^`{|}]+$' }), {
      maxItems: 20,
    }),
  ),
  is_active: Type.Optional(Type.Boolean({ description: 'Whether it can be booked (true).' })),
}

export const ServiceParams = Strict({ id: Uuid('The service.') })

export const CreateServiceBody = Strict(
  { ...terms, ...optionalTerms },
  {
    examples: [
      {
        title: 'Haircut',
        category: 'hair',
        price: { amount: '75.00', currency: 'USD' },
        duration_minutes: 60,
        buffer_after_minutes: 15,
      },
    ],
  },
)

export const ChangeServiceBody = Strict(
  {
    title: Type.Optional(terms.title),
    category: Type.Optional(terms.category),
    price: Type.Optional(terms.price),
    duration_minutes: Type.Optional(terms.duration_minutes),
    ...optionalTerms,
  },
  { examples: [{ price: { amount: '80.00', currency: 'USD' } }] },
)

export const Service = Type.Object(
  {
    id: Uuid('The service.'),
    provider_id: Uuid('Who offers it.'),
    version: Type.Integer({ description: 'Grows by one with every change.' }),
    title: Type.String(),
    description: Type.String(),
    category: Type.String(),
    price: Money,
    duration_minutes: Type.Integer(),
    slot_interval_minutes: Type.Integer(),
    buffer_before_minutes: Type.Integer(),
    buffer_after_minutes: Type.Integer(),
    min_notice_minutes: Type.Integer(),
    max_horizon_days: Type.Integer(),
    daily_limit: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
    requires_confirmation: Type.Boolean(),
    cancellation_window_minutes: Type.Integer(),
    reminder_minutes: Type.Array(Type.Integer()),
    weekly_hours: NullableHours,
    images: Type.Array(Type.String()),
    is_active: Type.Boolean(),
    created_at: Instant('When it was put on sale.'),
    updated_at: Instant('When it was last changed.'),
  },
  { $id: 'Service' },
)

export const ServicesQuery = Strict({
  q: Type.Optional(Words(100, 'Words to be found in title or description.')),
  category: Type.Optional(Words(MOST_TEXT.category, 'Exactly this category.')),
  provider_id: Type.Optional(Uuid('Services of this provider.')),
  currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$', description: 'Prices in this currency.' })),
  min_price: Type.Optional(
    Type.String({ pattern: '^\\d{1,12}(\\.\\d{1,4})?$', description: 'Inclusive; needs currency.' }),
  ),
  max_price: Type.Optional(
    Type.String({ pattern: '^\\d{1,12}(\\.\\d{1,4})?$', description: 'Inclusive; needs currency.' }),
  ),
  sort: Type.Optional(OneOf(SERVICE_SORTS, 'The order (created_at).')),
  ...PageQuery,
})
