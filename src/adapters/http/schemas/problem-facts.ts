import { Type } from 'typebox'
import { BOOKING_STATUSES } from '../../../domain/booking.ts'
import { DEFAULT_POLICIES } from '../rate-policies.ts'
import { Instant, OneOf, Uuid } from './common.ts'

const now = Instant('The clock of the server.')

const errors = Type.Array(
  Type.Object({
    field: Type.String({ description: 'A JSON pointer to what is wrong; empty for all of it.' }),
    code: Type.String({ description: 'What is wrong with it, for programs.' }),
    message: Type.String({ description: 'The same for people.' }),
  }),
  { description: 'Everything that is wrong with the input.' },
)

/** One word: the problem has it for those who show reasons as a search does. */
const reason = <const Word extends string>(word: Word) =>
  OneOf([word], 'The reason that a search gives for such a slot.')

/**
 * What each problem says besides the members that all have. A code that is missing here, or a fact that is not of
 * this type, does not compile: problems.ts makes the facts, and problem-responses.ts declares them.
 */
export const problemFacts = {
  'malformed-request': { errors },
  'invalid-input': { errors },
  unauthenticated: {},
  'invalid-credentials': {},
  'invalid-refresh-token': {},
  'invalid-reset-token': {},
  'too-many-passwords': {},
  'user-not-found': {},
  'last-admin': {},
  forbidden: {},
  'account-inactive': {},
  'route-not-found': {},
  'service-not-found': {
    service_ids: Type.Optional(
      Type.Array(Uuid('A service.'), { description: 'Which of those asked for there are not.' }),
    ),
  },
  'provider-not-found': {},
  'no-service-fits': {
    duration_minutes: Type.Array(Type.Integer(), { description: 'The lengths of their services.' }),
  },
  'time-off-not-found': {},
  'booking-not-found': {},
  'topic-not-found': {},
  'unknown-cursor': {},
  'cursor-expired': { oldest: Type.String({ description: 'The cursor before the oldest event there is.' }) },
  'subscription-exists': {},
  'subscription-not-found': {},
  'hold-not-found': {},
  'hold-expired': {},
  'customer-not-found': {},
  'hold-mismatch': {
    service_id: Uuid('What is held.'),
    start: Instant('When the held slot starts.'),
  },
  'not-started-yet': { start: Instant('When the booking starts.'), now },
  'started-already': { start: Instant('When the booking started.'), now },
  'idempotency-key-reused': {},
  'too-many-holds': { limit: Type.Integer({ description: 'How many a user may have.' }) },
  'email-already-registered': {},
  'slot-taken': {
    alternatives: Type.Array(
      Type.Object({ start: Instant('When it starts.'), end: Instant('When it ends, exclusive.') }),
      { description: 'The next free slots, in order of time.' },
    ),
  },
  'invalid-transition': {
    booking_status: OneOf(BOOKING_STATUSES, 'The state of the booking now.'),
  },
  'version-mismatch': { version: Type.Integer({ description: 'The recorded version.' }) },
  'body-too-large': {},
  'headers-too-large': {},
  'request-timeout': {},
  'unsupported-media-type': {},
  'method-not-allowed': {},
  'origin-not-allowed': {},
  'rate-limited': {
    policy: OneOf(Object.keys(DEFAULT_POLICIES), 'What was done too often.'),
    quota: Type.Integer({ description: 'How many requests there may be.' }),
    window_seconds: Type.Integer({ description: 'In how many seconds.' }),
  },
  'too-many-attempts': {},
  'outside-hours': {
    reason: Type.Optional(
      OneOf(['day-off', 'override', 'service-hours'], 'Why, where the date has a rule of its own.'),
    ),
  },
  'in-break': { reason: reason('break') },
  'time-off': { reason: reason('time-off') },
  'off-grid': { slot_interval_minutes: Type.Integer({ description: 'The step between starts.' }) },
  'in-the-past': { now },
  'notice-too-short': {
    reason: reason('notice'),
    earliest_start: Instant('The first start that can be booked now.'),
    now,
  },
  'beyond-horizon': {
    reason: reason('horizon'),
    latest_start: Instant('The last start that can be booked now.'),
    now,
  },
  'daily-limit-reached': {
    reason: reason('daily-limit'),
    daily_limit: Type.Integer({ description: 'How many bookings a local day takes.' }),
  },
  'search-too-large': { most_slots: Type.Integer({ description: 'How many slots a search may list.' }) },
  'service-retired': {},
  'own-service': {},
  'too-many-overrides': { limit: Type.Integer({ description: 'How many a provider may have.' }) },
  'too-much-time-off': { limit: Type.Integer({ description: 'How many a provider may have.' }) },
  'webhook-not-found': {},
  'delivery-not-found': {},
  'webhook-disabled': {},
  'too-many-webhooks': { limit: Type.Integer({ description: 'How many a user may have.' }) },
  'cancellation-window-closed': {
    cancellable_until: Instant('Until when the customer could cancel.'),
    now,
  },
  'internal-error': {},
  unavailable: {},
}
