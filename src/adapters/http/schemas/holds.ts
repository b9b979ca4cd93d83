import { Type } from 'typebox'
import { DEFAULT_HOLD_SECONDS, LONGEST_HOLD_SECONDS, SHORTEST_HOLD_SECONDS } from '../../../domain/hold.ts'
import { Instant, Integer, Money, Strict, Uuid } from './common.ts'

export const HoldParams = Strict({ id: Uuid('The hold.') })

export const CreateHoldBody = Strict(
  {
    service_id: Uuid('What to hold.'),
    start: Instant('When it starts; one of the starts that a search shows.'),
    ttl_seconds: Type.Optional(
      Integer(
        SHORTEST_HOLD_SECONDS,
        LONGEST_HOLD_SECONDS,
        `For how long; ${DEFAULT_HOLD_SECONDS} where it is left out.`,
      ),
    ),
  },
  {
    examples: [
      { service_id: '01900000-0000-7000-8000-000000000001', start: '2030-01-07T14:00:00Z', ttl_seconds: 300 },
    ],
  },
)

export const Hold = Type.Object(
  {
    id: Uuid('The hold.'),
    service_id: Uuid('What is held.'),
    provider_id: Uuid('Who offers it.'),
    start: Instant('When it starts.'),
    end: Instant('When it ends, exclusive.'),
    service_version: Type.Integer({
      description: 'The version of the service whose terms it was placed under, and a booking with it keeps.',
    }),
    price: Money,
    expires_at: Instant('When the slot is free again, unless it is booked with this hold before.'),
  },
  { $id: 'Hold' },
)
