import type { RefusalCode } from '../../application/refusals.ts'
import { accountProblems } from './account-problems.ts'
import { type DoorCode, doorProblems } from './door-problems.ts'
import type { ProblemKind } from './problem-kind.ts'

export type ProblemCode = RefusalCode | DoorCode

/** Every refusal that any use case can give. A code that is missing here does not compile. */
export const problems = {
  ...accountProblems,
  ...doorProblems,
  'invalid-input': {
    status: 422,
    title: 'The request breaks a rule',
    help: 'Every field has the right form, but some contradict a rule or each other. `errors` names them all.',
  },
  forbidden: {
    status: 403,
    title: 'This is not yours to do',
    help: 'The token is valid, but its user has not the role or is not the owner. Use an account that is.',
  },
  'service-not-found': {
    status: 404,
    title: 'There is no such service',
    help: 'No service has this id, or it is not one of this provider; of several, `service_ids` names those there are not. `GET /v1/services` lists what is on sale.',
  },
  'provider-not-found': {
    status: 404,
    title: 'There is no such provider',
    help: 'No provider has this id. `GET /v1/providers` lists them.',
  },
  'time-off-not-found': {
    status: 404,
    title: 'There is no such time off',
    help: 'No time off of this provider has this id; it may have been taken back. `GET /v1/providers/{id}/time-off` lists what there is.',
  },
  'booking-not-found': {
    status: 404,
    title: 'There is no such booking',
    help: 'No booking has this id, or it is not yours to see.',
  },
  'hold-not-found': {
    status: 404,
    title: 'There is no such hold',
    help: 'No hold has this id, it is not yours, or it has been released or turned into a booking. `POST /v1/holds` makes another.',
  },
  'topic-not-found': {
    status: 404,
    title: 'There is no such topic',
    help: 'There is no booking or provider with the id in the topic, or it is not yours to follow.',
  },
  'webhook-not-found': {
    status: 404,
    title: 'There is no such webhook',
    help: 'No endpoint has this id, or it is not yours to see. `GET /v1/webhooks` lists yours.',
  },
  'delivery-not-found': {
    status: 404,
    title: 'There is no such delivery',
    help: 'The endpoint has no delivery with this id, or no longer: they are kept for 30 days. `GET /v1/webhooks/{id}/deliveries` lists what there is.',
  },
  'webhook-disabled': {
    status: 409,
    title: 'The webhook is disabled',
    help: 'Nothing is delivered to the endpoint. `PATCH` it with `is_active` first; `disabled_because` says why it is off.',
  },
  'slot-taken': {
    status: 409,
    title: 'The slot has just been taken',
    help: 'Another booking, a hold or the buffer around one is in the way. `alternatives` has the next free slots: offer them.',
  },
  'invalid-transition': {
    status: 409,
    title: 'The state of the booking does not allow this',
    help: '`booking_status` is the state of the booking now. Pending bookings can be confirmed, declined, moved and cancelled; confirmed ones completed, missed, moved and cancelled; the others have ended.',
  },
  'cursor-expired': {
    status: 410,
    title: 'The cursor is too old',
    help: 'Events after this cursor have been removed, so that something may be missed. Read what you follow anew, and go on from `oldest`, or from now.',
  },
  'unknown-cursor': {
    status: 400,
    title: 'The cursor is not of this log',
    help: 'Send a cursor as this server gave it, or none to begin anew.',
  },
  'hold-expired': {
    status: 409,
    title: 'The hold has expired',
    help: 'Its time was over before it was turned into a booking, and the slot is free for everyone. Hold or book it again, if it still is.',
  },
  'version-mismatch': {
    status: 412,
    title: 'It has changed since you read it',
    help: 'The version in `If-Match` is not the recorded one, which is in `version`. Read it again, decide again, and send the new version.',
  },
  'outside-hours': {
    status: 422,
    title: 'The slot is outside the opening hours',
    help: 'The provider or the service is closed then. `reason` says why where the date has a rule of its own: `day-off`, `override` or `service-hours`.',
  },
  'in-break': {
    status: 422,
    title: 'The slot touches a break',
    help: 'The provider has a break then. `GET /v1/availability` shows what is free.',
  },
  'time-off': {
    status: 422,
    title: 'The provider is off then',
    help: 'The slot touches time off. `GET /v1/availability` shows what is free.',
  },
  'off-grid': {
    status: 422,
    title: 'No slot starts at this time',
    help: 'The hours are right, but slots start every `slot_interval_minutes` from the opening on. Take a start that `GET /v1/availability` shows.',
  },
  'in-the-past': {
    status: 422,
    title: 'The slot is in the past',
    help: '`now` is the clock of the server. Take a later start.',
  },
  'notice-too-short': {
    status: 422,
    title: 'The slot starts too soon',
    help: 'The service asks for notice: `earliest_start` is the first start that can be booked now.',
  },
  'beyond-horizon': {
    status: 422,
    title: 'The slot is too far away',
    help: 'The service takes bookings up to `latest_start`.',
  },
  'daily-limit-reached': {
    status: 422,
    title: 'The day is full',
    help: 'The service takes `daily_limit` bookings a day, and the day has them. Try another day.',
  },
  'search-too-large': {
    status: 422,
    title: 'The search asks for too many slots',
    help: 'A search may list up to `most_slots` slots, free or not. Ask for fewer days or fewer services.',
  },
  'service-retired': {
    status: 422,
    title: 'The service takes no new bookings',
    help: 'It has been retired, or its provider is deactivated or is none any more; its bookings stand.',
  },
  'own-service': {
    status: 422,
    title: 'Providers do not book their own services',
    help: 'Take time off instead, or book as another user.',
  },
  'no-service-fits': {
    status: 422,
    title: 'The provider offers nothing of this length',
    help: 'From start to end is the length of no service of theirs: `duration_minutes` lists those there are.',
  },
  'customer-not-found': {
    status: 422,
    title: 'There is no such customer',
    help: 'No active account has the id in `customer_id`. Ask the customer to register, or leave `customer_id` out to book for yourself.',
  },
  'hold-mismatch': {
    status: 422,
    title: 'The hold is on another slot',
    help: '`service_id` and `start` are those of the hold. Book that slot with it, or another slot without it.',
  },
  'not-started-yet': {
    status: 422,
    title: 'The booking has not begun',
    help: 'Whether the customer came can be said from `start` on. Cancel the booking if it is not to take place.',
  },
  'started-already': {
    status: 422,
    title: 'The booking has begun',
    help: 'A request can be confirmed until its `start`. Nobody did, so that it is cancelled.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The key was used for another request',
    help: 'Within the last 24 hours you sent this `Idempotency-Key` with something else. Send the request with a new key; send the very same request to have the first answer again.',
  },
  'too-many-holds': {
    status: 429,
    title: 'You hold too many slots',
    help: 'A user may have `limit` live holds. Turn one into a booking, release one, or wait until one expires.',
  },
  'too-many-overrides': {
    status: 422,
    title: 'There are too many dates with hours of their own',
    help: 'A provider may have `limit` overrides of today and later. Delete some, or change the weekly hours instead.',
  },
  'too-much-time-off': {
    status: 422,
    title: 'There is too much time off',
    help: 'A provider may have `limit` stretches of time off that are not over yet. Delete some, or make one of several.',
  },
  'too-many-webhooks': {
    status: 422,
    title: 'There are too many webhooks',
    help: 'A user may have `limit` endpoints. Delete one, or have one called about more types of events.',
  },
  'cancellation-window-closed': {
    status: 422,
    title: 'It is too late to cancel',
    help: 'The customer could cancel until `cancellable_until`. The provider still can.',
  },
} as const satisfies Record<ProblemCode, ProblemKind>
