import { type Static, Type } from 'typebox'
import type { Json } from '../../../domain/json.ts'
import { EVENT_TYPES } from '../../../domain/logged-event.ts'
import { Instant, OneOf, Strict, Uuid } from './common.ts'

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

export const TopicText = Type.String({
  pattern: `^(bookings|booking:${UUID}|availability:${UUID})$`,
  description:
    '`bookings`: all that you may see. `booking:{id}`: of one booking. `availability:{provider_id}`: when the free time of a provider has changed, for everyone.',
})

/** How many topics one subscription may have. */
export const MOST_TOPICS = 20

export const CursorText = (description: string) => Type.String({ minLength: 1, maxLength: 128, description })

export const TypesList = Type.Array(OneOf(EVENT_TYPES, 'A type of events.'), {
  maxItems: EVENT_TYPES.length,
  uniqueItems: true,
  description: 'Only events of these types.',
})

export const EventsQuery = Strict({
  topics: Type.Optional(
    Type.Array(TopicText, {
      minItems: 1,
      maxItems: MOST_TOPICS,
      uniqueItems: true,
      description:
        'What to follow; `bookings` where it is left out. On a WebSocket without `topics`, `types` and `after` nothing, until a `subscribe`.',
    }),
  ),
  types: Type.Optional(TypesList),
  after: Type.Optional(
    CursorText(
      'The cursor to go on from. Left out, a list begins with the oldest event, a stream and a WebSocket with the next.',
    ),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'For a list alone: events a page.' }),
  ),
  ticket: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'For a WebSocket alone: see `POST /v1/events/tickets`.',
    }),
  ),
})

export const LoggedEvent = Type.Object(
  {
    id: Uuid('The event.'),
    cursor: CursorText('Its place in the log.'),
    type: OneOf(EVENT_TYPES, 'What happened.'),
    occurred_at: Instant('When.'),
    subject: Type.Object(
      {
        type: OneOf(['booking', 'hold', 'schedule', 'service', 'provider'], 'What it happened to.'),
        id: Type.String({ format: 'uuid', description: 'Its id.' }),
        version: Type.Unsafe<number | null>({
          type: ['integer', 'null'],
          description: 'The version that the event made; null for a provider.',
        }),
      },
      { description: 'What it happened to.' },
    ),
    data: Type.Unsafe<Readonly<Record<string, Json>>>({
      type: 'object',
      additionalProperties: true,
      description: 'The facts that a listener needs to act without asking again.',
    }),
  },
  { $id: 'Event' },
)

export type LoggedEventBody = Static<typeof LoggedEvent>

export const EventsPage = Type.Object(
  {
    data: Type.Array(Type.Unsafe<LoggedEventBody>({ $ref: 'Event#' })),
    next_cursor: CursorText('The `after` of the next request, be there events now or not.'),
  },
  { description: 'The next events, in the order of the log.' },
)

export const Ticket = Type.Object(
  {
    ticket: Type.String({ description: 'For `?ticket=`, once.' }),
    expires_at: Instant('Until when.'),
  },
  { $id: 'Ticket' },
)
