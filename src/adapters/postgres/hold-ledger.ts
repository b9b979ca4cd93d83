import { z } from 'zod'
import type { Recording } from '../../application/ports/answers.ts'
import type { HoldEntry, HoldLedger } from '../../application/ports/hold-ledger.ts'
import type { Hold } from '../../domain/hold.ts'
import type { ServiceId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import { ok, reject } from '../../domain/result.ts'
import { answeredBefore, recordingValues } from './answers.ts'
import { callOf, limitValues } from './booking-statements.ts'
import type { PostgresDatabase } from './database.ts'
import type { Statement, WireValue } from './pipeline.ts'
import {
  expireHolds,
  KEY_OUTCOMES,
  pastExpiredHolds,
  rangeText,
  SLOT_OUTCOMES,
  slotRefused,
} from './slot-outcomes.ts'
import { branded, moneyOf, timestamp } from './values.ts'

const holdSlot = callOf('hold_slot', "outcome, (date_part('epoch', expires_at) * 1000)::bigint, answer", 19)

const findHold: Statement = {
  name: 'find_hold',
  text: `
    select
      claims.expires_at > clock_timestamp(),
      claims.service_id,
      users.id,
      (date_part('epoch', claims.starts_at) * 1000)::bigint,
      (date_part('epoch', claims.ends_at) * 1000)::bigint,
      (date_part('epoch', lower(claims.blocked)) * 1000)::bigint,
      (date_part('epoch', upper(claims.blocked)) * 1000)::bigint,
      (date_part('epoch', claims.expires_at) * 1000)::bigint,
      coalesce(claims.service_version, services.version),
      coalesce(claims.price, services.price),
      coalesce(claims.currency, services.currency),
      coalesce(claims.cancellation_window_minutes, services.cancellation_window_minutes),
      coalesce(claims.requires_confirmation, services.requires_confirmation)
    from claims
    join auth.users on users.number = claims.provider_number
    join services on services.id = claims.service_id
    where claims.hold_id = $1
      and claims.holder_id = $2
  `,
}

const whatBecameOfHold: Statement = { name: 'hold_fate', text: 'select what_became_of_hold($1, $2)' }

const releaseHold: Statement = { name: 'release_hold', text: 'select release_hold($1, $2, $3)' }

const placedRow = z.tuple([
  z.enum(['held', 'account-inactive', 'too-many-holds', ...SLOT_OUTCOMES, ...KEY_OUTCOMES]),
  z.string().nullable(),
  z.string().nullable(),
])

const fateRow = z.tuple([z.enum(['hold-expired', 'hold-not-found'])])

const integer = z.string().transform(Number)
const milliseconds = z.string().transform((text) => Number(text) as Instant)
const foundRow = z.tuple([
  z.enum(['t', 'f']),
  branded<ServiceId>(),
  branded<UserId>(),
  milliseconds,
  milliseconds,
  milliseconds,
  milliseconds,
  milliseconds,
  integer,
  integer,
  z.string(),
  integer,
  z.enum(['t', 'f']).transform((value) => value === 't'),
])

/** Holds are claims with an end; whether one lives is told by the clock of the database alone. */
export const postgresHoldLedger = ({ pipeline }: Pick<PostgresDatabase, 'pipeline'>): HoldLedger => ({
  async place(entry, recording) {
    const { hold, judgedBy, mostHolds } = entry
    const values = holdValues(entry, recording)
    const [outcome, expiresAt, answer] = await pastExpiredHolds(
      pipeline,
      judgedBy.providerNumber,
      hold.blocked,
      async () => placedRow.parse((await pipeline.execute(holdSlot, values))[0]),
    )
    switch (outcome) {
      case 'held':
        return ok({ ...hold, expiresAt: Number(expiresAt) as Instant })
      case 'answered':
      case 'key-reused':
        return answeredBefore(outcome, answer)
      case 'account-inactive':
        return reject({ code: outcome })
      case 'too-many-holds':
        return reject({ code: outcome, limit: mostHolds })
      default:
        return slotRefused(outcome, judgedBy)
    }
  },

  async find(id, holderId) {
    const [row] = await pipeline.execute(findHold, [id, holderId])
    const found = row && foundRow.parse(row)
    if (found?.[0] !== 't') {
      const [fate] = await pipeline.execute(whatBecameOfHold, [id, holderId])
      return reject({ code: fateRow.parse(fate)[0] })
    }
    return ok({ id, holderId, ...holdOf(found) })
  },

  async release(id, holderId, eventId) {
    const [row] = await pipeline.execute(releaseHold, [id, holderId, eventId])
    return row?.[0] === 't' ? ok(null) : reject({ code: 'hold-not-found' })
  },

  async expire(eventIds) {
    const [row] = await pipeline.execute(expireHolds, [[...eventIds], null, null])
    return Number(row?.[0])
  },
})

function holdOf(found: z.infer<typeof foundRow>): Omit<Hold, 'id' | 'holderId'> {
  const [, serviceId, providerId, start, end, blockedStart, blockedEnd, expiresAt, ...terms] = found
  const [serviceVersion, price, currency, cancellationWindowMinutes, requiresConfirmation] = terms
  return {
    serviceId,
    providerId,
    start,
    end,
    blocked: { start: blockedStart, end: blockedEnd },
    expiresAt,
    terms: {
      serviceVersion,
      price: moneyOf(price, currency),
      cancellationWindowMinutes,
      requiresConfirmation,
    },
  }
}

/** The end is told by the clock of the database: what the answer says of it is put in there. */
const UNTIMED = 0 as Instant

const holdValues = (
  { hold, judgedBy, ttlSeconds, mostHolds, eventId }: HoldEntry,
  recording: Recording<Hold> | null,
): WireValue[] => [
  hold.id,
  hold.serviceId,
  judgedBy.serviceVersion,
  judgedBy.scheduleVersion,
  hold.providerId,
  judgedBy.providerNumber,
  hold.holderId,
  timestamp(hold.start),
  timestamp(hold.end),
  rangeText(hold.blocked),
  ttlSeconds,
  mostHolds,
  ...limitValues(judgedBy),
  eventId,
  ...recordingValues(recording, { ...hold, expiresAt: UNTIMED }),
]
