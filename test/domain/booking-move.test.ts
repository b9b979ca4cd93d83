import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Booking } from '../../src/domain/booking.ts'
import { moveBooking, termsFor } from '../../src/domain/booking-move.ts'
import type { BookingId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import type { Claim } from '../../src/domain/occupancy.ts'
import type { Service } from '../../src/domain/service.ts'
import {
  ADMIN,
  actor,
  booking,
  CUSTOMER,
  cancelledBooking,
  claim,
  OTHER_SERVICE,
  offer,
  PROVIDER,
  pendingBooking,
  service,
} from './support/builders.ts'
import { at, between } from './support/wall.ts'

const NOW = at('2026-05-31T12:00:00Z')
const NOON = at('2026-06-01T12:00:00Z')

interface Parts {
  readonly from?: Booking
  readonly service?: Partial<Service>
  readonly claims?: readonly Claim[]
  readonly by?: ReturnType<typeof actor>
  readonly now?: Instant
}

const move = (
  start: Instant,
  { from = booking(), claims = [], by = actor(CUSTOMER), now = NOW, ...parts }: Parts = {},
) => moveBooking(from, start, offer(parts), claims, by, now)

const refusal = (start: Instant, parts: Parts = {}) => {
  const outcome = move(start, parts)
  return outcome.ok ? undefined : outcome.rejection
}

describe('a booking that is moved', () => {
  it('is the same one in the next version, and its window moves with it', () => {
    assert.deepEqual(move(NOON), {
      ok: true,
      value: {
        ...booking(),
        start: NOON,
        end: plusMinutes(NOON, 60),
        cancellableUntil: plusMinutes(NOON, -60),
        version: 2,
        updatedAt: NOW,
      },
    })
  })

  it('keeps the terms it was made under: length, buffers, price and version of the service', () => {
    const from = { ...booking({ bufferAfterMinutes: 30 }), end: plusMinutes(booking().start, 90) }
    const changed = { version: 5, durationMinutes: 15, slotIntervalMinutes: 60, bufferAfterMinutes: 0 }
    const price = { minorUnits: 1, currency: 'EUR' }
    const outcome = move(NOON, { from, service: { ...changed, price, cancellationWindowMinutes: 999 } })
    assert(outcome.ok)
    const { end, serviceVersion, price: kept, bufferAfterMinutes, cancellableUntil } = outcome.value
    assert.deepEqual([end, cancellableUntil], [plusMinutes(NOON, 90), plusMinutes(NOON, -60)])
    assert.deepEqual([serviceVersion, kept, bufferAfterMinutes], [1, from.price, 30])
    const next = {
      ...claim(between('2026-06-01T13:45:00Z', '2026-06-01T14:00:00Z')),
      bookingId: 'b2' as BookingId,
    }
    assert.deepEqual(refusal(NOON, { from, service: changed, claims: [next] }), {
      code: 'slot-taken',
      reason: 'buffer',
    })
    const atEnd = at('2026-06-01T16:00:00Z')
    assert.deepEqual(refusal(atEnd, { from, service: changed }), { code: 'outside-hours', reason: null })
  })

  it('has nothing of the terms of another service', () => {
    const other = offer({ service: { id: OTHER_SERVICE, durationMinutes: 15 } })
    assert.equal(termsFor(booking())(other), other)
    assert.equal(termsFor(null)(other), other)
    assert.equal(termsFor(booking())(offer({ service: { durationMinutes: 15 } })).service.durationMinutes, 60)
  })

  it('stays pending where it was', () => {
    const outcome = move(NOON, { from: pendingBooking(), service: { requiresConfirmation: true } })
    assert.equal(outcome.ok && outcome.value.status, 'pending')
    const asked = move(NOON, { service: { requiresConfirmation: true } })
    assert.equal(asked.ok && asked.value.status, 'confirmed')
  })

  it('is not in its own way, and everyone else’s claims are', () => {
    const own = claim(booking())
    const shifted = plusMinutes(booking().start, 30)
    const grid = { slotIntervalMinutes: 30 }
    assert.equal(refusal(shifted, { service: grid, claims: [own] }), undefined)
    assert.equal(refusal(booking().start, { service: grid, claims: [own] }), undefined)
    const other = { ...own, bookingId: 'booking-2' as BookingId }
    assert.equal(refusal(shifted, { service: grid, claims: [other] })?.code, 'slot-taken')
    assert.equal(
      refusal(shifted, { service: grid, claims: [{ ...own, bookingId: null }] })?.code,
      'slot-taken',
    )
  })

  it('does not count against the limit of its own day', () => {
    const own = claim(booking())
    assert.equal(refusal(NOON, { service: { dailyLimit: 1 }, claims: [own] }), undefined)
    const other = { ...own, bookingId: 'booking-2' as BookingId }
    assert.deepEqual(refusal(NOON, { service: { dailyLimit: 1 }, claims: [own, other] }), {
      code: 'daily-limit-reached',
      dailyLimit: 1,
    })
  })
})

describe('a move is refused', () => {
  it('once the booking has ended, with its state', () => {
    for (const from of [cancelledBooking(), { ...booking(), status: 'completed' as const }]) {
      assert.deepEqual(refusal(NOON, { from }), { code: 'invalid-transition', status: from.status })
    }
  })

  it('to the customer once the window has closed, and to provider and admins never for that', () => {
    const { cancellableUntil } = booking()
    assert.equal(refusal(NOON, { now: cancellableUntil }), undefined)
    const now = (cancellableUntil + 1) as Instant
    assert.deepEqual(refusal(NOON, { now }), { code: 'cancellation-window-closed', cancellableUntil, now })
    for (const by of [actor(PROVIDER, 'provider'), actor(ADMIN, 'admin')]) {
      assert.equal(refusal(NOON, { by, now }), undefined)
    }
  })

  it('of a retired service, off its grid, in the past and beyond its horizon, as a booking would be', () => {
    assert.deepEqual(refusal(NOON, { service: { isActive: false } }), { code: 'service-retired' })
    assert.equal(refusal(plusMinutes(NOON, 10))?.code, 'off-grid')
    const by = actor(PROVIDER, 'provider')
    assert.equal(refusal(NOON, { by, now: plusMinutes(NOON, 1) })?.code, 'in-the-past')
    assert.equal(
      refusal(NOON, { service: { maxHorizonDays: 1 }, now: at('2026-05-30T11:00:00Z') })?.code,
      'beyond-horizon',
    )
    assert.equal(refusal(NOON, { service: { minNoticeMinutes: 1_441 } })?.code, 'notice-too-short')
    assert.equal(service().minNoticeMinutes, 0)
  })
})
