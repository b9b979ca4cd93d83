import type { Static, TObject } from 'typebox'
import type { Refusal, RefusalCode } from '../../application/refusals.ts'
import { formatInstant } from '../../domain/instant.ts'
import type { Json } from '../../domain/json.ts'
import type { problemFacts } from './schemas/problem-facts.ts'

type FactsOf<Code extends RefusalCode> = Omit<Extract<Refusal, { code: Code }>, 'code'>
type Facts = Readonly<Record<string, Json>>
/** The facts of a problem as the document declares them. */
type DeclaredFacts<Code extends RefusalCode> = Static<TObject<(typeof problemFacts)[Code]>>

/** The facts of a refusal in the words of the contract; a refusal that gains a fact breaks its line here. */
const facts: { [Code in RefusalCode]: (refusal: FactsOf<Code>) => DeclaredFacts<Code> } = {
  'invalid-input': ({ violations }) => ({
    errors: violations.map(({ path, code, message }) => ({ field: pointer(path), code, message })),
  }),
  'invalid-credentials': () => ({}),
  'invalid-refresh-token': () => ({}),
  'invalid-reset-token': () => ({}),
  'too-many-passwords': () => ({}),
  'user-not-found': () => ({}),
  'last-admin': () => ({}),
  forbidden: () => ({}),
  'account-inactive': () => ({}),
  'service-not-found': ({ missing }) => (missing === undefined ? {} : { service_ids: [...missing] }),
  'provider-not-found': () => ({}),
  'no-service-fits': ({ durationMinutes }) => ({ duration_minutes: [...durationMinutes] }),
  'time-off-not-found': () => ({}),
  'booking-not-found': () => ({}),
  'topic-not-found': () => ({}),
  'unknown-cursor': () => ({}),
  'cursor-expired': ({ oldest }) => ({ oldest }),
  'hold-not-found': () => ({}),
  'hold-expired': () => ({}),
  'customer-not-found': () => ({}),
  'hold-mismatch': ({ serviceId, start }) => ({ service_id: serviceId, start: formatInstant(start) }),
  'not-started-yet': ({ start, now }) => ({ start: formatInstant(start), now: formatInstant(now) }),
  'started-already': ({ start, now }) => ({ start: formatInstant(start), now: formatInstant(now) }),
  'idempotency-key-reused': () => ({}),
  'too-many-holds': ({ limit }) => ({ limit }),
  'email-already-registered': () => ({}),
  'slot-taken': ({ alternatives }) => ({
    alternatives: alternatives.map(({ start, end }) => ({
      start: formatInstant(start),
      end: formatInstant(end),
    })),
  }),
  'invalid-transition': ({ status }) => ({ booking_status: status }),
  'version-mismatch': ({ version }) => ({ version }),
  'outside-hours': ({ reason }) => (reason === null ? {} : { reason }),
  'in-break': () => ({ reason: 'break' }),
  'time-off': () => ({ reason: 'time-off' }),
  'off-grid': ({ slotIntervalMinutes }) => ({ slot_interval_minutes: slotIntervalMinutes }),
  'in-the-past': ({ now }) => ({ now: formatInstant(now) }),
  'notice-too-short': ({ earliestStart, now }) => ({
    reason: 'notice',
    earliest_start: formatInstant(earliestStart),
    now: formatInstant(now),
  }),
  'beyond-horizon': ({ latestStart, now }) => ({
    reason: 'horizon',
    latest_start: formatInstant(latestStart),
    now: formatInstant(now),
  }),
  'daily-limit-reached': ({ dailyLimit }) => ({ reason: 'daily-limit', daily_limit: dailyLimit }),
  'search-too-large': ({ mostSlots }) => ({ most_slots: mostSlots }),
  'service-retired': () => ({}),
  'own-service': () => ({}),
  'too-many-overrides': ({ limit }) => ({ limit }),
  'too-much-time-off': ({ limit }) => ({ limit }),
  'webhook-not-found': () => ({}),
  'delivery-not-found': () => ({}),
  'webhook-disabled': () => ({}),
  'too-many-webhooks': ({ limit }) => ({ limit }),
  'cancellation-window-closed': ({ cancellableUntil, now }) => ({
    cancellable_until: formatInstant(cancellableUntil),
    now: formatInstant(now),
  }),
}

export const factsOf = ({ code, ...rest }: Refusal): Facts =>
  (facts[code] as (refusal: typeof rest) => Facts)(rest)

/** A JSON pointer (RFC 6901) in the snake_case of the contract. */
const pointer = (path: readonly (string | number)[]) =>
  path.map((step) => `/${String(step).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`).join('')
