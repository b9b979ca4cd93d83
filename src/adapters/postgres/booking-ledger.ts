import { sql } from 'slonik'
import { z } from 'zod'
import type { BookingLedger } from '../../application/ports/booking-ledger.ts'
import type { Booking } from '../../domain/booking.ts'
import type { BookingId, ServiceId, UserNumber } from '../../domain/ids.ts'
import { type Claim, withBuffers } from '../../domain/occupancy.ts'
import { ok, reject } from '../../domain/result.ts'
import { answeredBefore } from './answers.ts'
import {
  bookSlot,
  bookSlotValues,
  changeBooking,
  changeValues,
  moveBooking,
  moveValues,
} from './booking-statements.ts'
import type { PostgresDatabase } from './database.ts'
import { guarded } from './faults.ts'
import type { Statement } from './pipeline.ts'
import { KEY_OUTCOMES, pastExpiredHolds, SLOT_OUTCOMES, slotRefused } from './slot-outcomes.ts'
import { branded, brandedNumber, instantColumn, timestamp } from './values.ts'

const forgetClaims: Statement = { name: 'forget_claims', text: 'select forget_claims($1, $2)' }

const bookedRow = z.tuple([
  z.enum(['booked', 'account-inactive', 'hold-not-found', 'hold-expired', ...SLOT_OUTCOMES, ...KEY_OUTCOMES]),
  z.string().nullable(),
  z.string().nullable(),
])
const changedRow = z.tuple([
  z.enum(['changed', 'version-mismatch', ...KEY_OUTCOMES]),
  z.string().nullable(),
  z.string().nullable(),
])
const movedRow = z.tuple([
  z.enum(['moved', 'version-mismatch', ...SLOT_OUTCOMES, ...KEY_OUTCOMES]),
  z.string().nullable(),
  z.string().nullable(),
])

/** The only place that knows how the promise is kept: by `claims_no_overlap`, and functions that run into it. */
export const postgresBookingLedger = ({ pool, pipeline }: PostgresDatabase): BookingLedger => ({
  async book(entry, recording) {
    const { booking, judgedBy } = entry
    const values = bookSlotValues(entry, recording)
    const [outcome, number, answer] = await pastExpiredHolds(
      pipeline,
      judgedBy.providerNumber,
      withBuffers(booking, booking),
      async () => bookedRow.parse((await pipeline.execute(bookSlot, values))[0]),
    )
    switch (outcome) {
      case 'booked':
        return ok({ ...booking, number: Number(number) })
      case 'answered':
      case 'key-reused':
        return answeredBefore(outcome, answer)
      case 'account-inactive':
      case 'hold-not-found':
      case 'hold-expired':
        return reject({ code: outcome })
      default:
        return slotRefused(outcome, judgedBy)
    }
  },

  async change(event, recording) {
    const [row] = await pipeline.execute(changeBooking, changeValues(event, recording))
    const [outcome, version, answer] = changedRow.parse(row)
    switch (outcome) {
      case 'changed':
        return ok(event.booking)
      case 'version-mismatch':
        return reject({ code: outcome, version: recordedVersion(event.booking, version) })
      default:
        return answeredBefore(outcome, answer)
    }
  },

  async move(move, recording) {
    const { booking } = move.event
    const values = moveValues(move, recording)
    const [outcome, version, answer] = await pastExpiredHolds(
      pipeline,
      move.judgedBy.providerNumber,
      withBuffers(booking, booking),
      async () => movedRow.parse((await pipeline.execute(moveBooking, values))[0]),
    )
    switch (outcome) {
      case 'moved':
        return ok(booking)
      case 'version-mismatch':
        return reject({ code: outcome, version: recordedVersion(booking, version) })
      case 'answered':
      case 'key-reused':
        return answeredBefore(outcome, answer)
      default:
        return slotRefused(outcome, move.judgedBy)
    }
  },

  async forgetClaims(before, limit) {
    const [row] = await pipeline.execute(forgetClaims, [timestamp(before), limit])
    return Number(row?.[0])
  },

  async claims(providers, range) {
    const rows = await guarded(
      pool.any(sql.prepared('find_claims', claimRow)`
        select
          provider_number,
          booking_id,
          service_id,
          starts_at,
          ends_at,
          lower(blocked) as blocked_from,
          upper(blocked) as blocked_to
        from claims
        where provider_number = any (${sql.array([...providers], 'int4')})
          and blocked && tstzrange(${timestamp(range.start)}, ${timestamp(range.end)})
          and (expires_at is null or expires_at > now())
        order by provider_number, starts_at
      `),
    )
    const claims = new Map<UserNumber, Claim[]>(providers.map((provider) => [provider, []]))
    for (const { provider, claim } of rows) claims.get(provider)?.push(claim)
    return claims
  },
})

/** A booking that is not there is a defect of the caller, not a business no. */
function recordedVersion({ id }: Booking, version: string | null): number {
  if (version === null) throw new Error(`There is no booking ${id}`)
  return Number(version)
}

const claimRow = z
  .object({
    provider_number: brandedNumber<UserNumber>(),
    booking_id: branded<BookingId>().nullable(),
    service_id: branded<ServiceId>(),
    starts_at: instantColumn,
    ends_at: instantColumn,
    blocked_from: instantColumn,
    blocked_to: instantColumn,
  })
  .transform((row): { readonly provider: UserNumber; readonly claim: Claim } => ({
    provider: row.provider_number,
    claim: {
      bookingId: row.booking_id,
      serviceId: row.service_id,
      start: row.starts_at,
      end: row.ends_at,
      blocked: { start: row.blocked_from, end: row.blocked_to },
    },
  }))
