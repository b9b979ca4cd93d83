import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mayBookFor } from '../../src/domain/booking-request.ts'
import { type Hold, holdTermsOf, redeemHold, requestHold } from '../../src/domain/hold.ts'
import type { HoldId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import type { Offer } from '../../src/domain/service.ts'
import {
  ADMIN,
  actor,
  CUSTOMER,
  claim,
  OTHER_SERVICE,
  offer,
  overrides,
  PROVIDER,
  request,
  SERVICE,
  STRANGER,
  service,
} from './support/builders.ts'
import { at, between } from './support/wall.ts'

const NOW = at('2026-05-31T12:00:00Z')
const NINE = at('2026-06-01T09:00:00Z')
const ID = 'hold-1' as HoldId

const buffered = { bufferBeforeMinutes: 5, bufferAfterMinutes: 15 }

const held = (changes: Partial<Hold> = {}): Hold => ({
  id: ID,
  holderId: CUSTOMER,
  serviceId: SERVICE,
  providerId: PROVIDER,
  ...between('2026-06-01T09:00:00Z', '2026-06-01T10:00:00Z'),
  blocked: between('2026-06-01T08:55:00Z', '2026-06-01T10:15:00Z'),
  terms: holdTermsOf(service()),
  expiresAt: plusMinutes(NOW, 5),
  ...changes,
})

const redeem = (parts: Parameters<typeof offer>[0] = {}, asked = request(), now = NOW) =>
  redeemHold(asked, held(), offer(parts), now)

describe('a hold', () => {
  it('is granted for what can be booked, with the buffers of the service', () => {
    const asked = { id: ID, holderId: STRANGER, start: NINE }
    const outcome = requestHold(asked, offer({ service: buffered }), [], NOW)
    const { expiresAt: _, ...expected } = held({ holderId: STRANGER })
    assert.deepEqual(outcome, { ok: true, value: expected })
  })

  it('is refused for what cannot be booked, for the same reason', () => {
    const ask = (given: Offer, claims = [claim(held())]) =>
      requestHold({ id: ID, holderId: CUSTOMER, start: NINE }, given, claims, NOW)
    assert.deepEqual(ask(offer()), { ok: false, rejection: { code: 'slot-taken', reason: 'booked' } })
    assert.deepEqual(ask(offer({ service: { isActive: false } }), []), {
      ok: false,
      rejection: { code: 'service-retired' },
    })
  })

  it('is for the provider too, who may be about to book it for someone', () => {
    assert.equal(requestHold({ id: ID, holderId: PROVIDER, start: NINE }, offer(), [], NOW).ok, true)
  })
})

describe('redeeming a hold', () => {
  it('makes a booking of the slot that was held under the terms it was held under, whatever is sold by now', () => {
    const terms = { price: { minorUnits: 1000, currency: 'EUR' }, cancellationWindowMinutes: 30 }
    const hold = held({ terms: holdTermsOf(service({ version: 3, requiresConfirmation: true, ...terms })) })
    const dearer = {
      version: 9,
      price: { minorUnits: 50_000, currency: 'USD' },
      cancellationWindowMinutes: 600,
    }
    const now = offer({ service: { ...dearer, durationMinutes: 15, bufferAfterMinutes: 60 } })
    const outcome = redeemHold(request(), hold, now, NOW)
    assert(outcome.ok)
    const { start, end, bufferBeforeMinutes, bufferAfterMinutes, serviceVersion, price, cancellableUntil } =
      outcome.value
    assert.deepEqual([start, end], [held().start, held().end])
    assert.deepEqual([bufferBeforeMinutes, bufferAfterMinutes], [5, 15])
    assert.deepEqual([serviceVersion, price, cancellableUntil], [3, terms.price, plusMinutes(NINE, -30)])
    assert.equal(outcome.value.status, 'pending')
  })

  it('is confirmed at once where that was so when it was held', () => {
    const outcome = redeem({ service: { requiresConfirmation: true } })
    assert.equal(outcome.ok && outcome.value.status, 'confirmed')
  })

  it('is not undone by notice, horizon, limits, hours or the grid that have changed since', () => {
    const narrow = { minNoticeMinutes: 10_000, maxHorizonDays: 1, dailyLimit: 1, slotIntervalMinutes: 45 }
    const schedule = { overrides: overrides({ '2026-06-01': [] }) }
    assert.equal(redeem({ service: narrow, schedule }, request(), at('2026-05-20T09:00:00Z')).ok, true)
  })

  it('is refused for another slot or service than the one that is held, with what is held', () => {
    const mismatch = { ok: false, rejection: { code: 'hold-mismatch', serviceId: SERVICE, start: NINE } }
    assert.deepEqual(redeem({}, request({ start: plusMinutes(NINE, 60) })), mismatch)
    assert.deepEqual(redeem({}, request({ start: (NINE + 1) as Instant })), mismatch)
    assert.deepEqual(redeem({ service: { id: OTHER_SERVICE } }), mismatch)
  })

  it('is refused for a retired service, the provider’s own and a start that has gone by', () => {
    assert.deepEqual(redeem({ service: { isActive: false } }), {
      ok: false,
      rejection: { code: 'service-retired' },
    })
    assert.deepEqual(redeem({}, request({ customerId: PROVIDER })), {
      ok: false,
      rejection: { code: 'own-service' },
    })
    assert.equal(redeem({}, request(), NINE).ok, true)
    const now = (NINE + 1) as Instant
    assert.deepEqual(redeem({}, request(), now), { ok: false, rejection: { code: 'in-the-past', now } })
  })
})

describe('booking for someone', () => {
  it('is for everyone for themselves, for the provider at its own service, and for admins anywhere', () => {
    const cases: readonly (readonly [ReturnType<typeof actor>, typeof CUSTOMER, boolean])[] = [
      [actor(CUSTOMER), CUSTOMER, true],
      [actor(CUSTOMER), STRANGER, false],
      [actor(PROVIDER, 'provider'), CUSTOMER, true],
      [actor(STRANGER, 'provider'), CUSTOMER, false],
      [actor(STRANGER, 'customer', 'provider'), STRANGER, true],
      [actor(ADMIN, 'admin'), CUSTOMER, true],
    ]
    for (const [by, customerId, expected] of cases) {
      assert.equal(mayBookFor(by, customerId, service()), expected, `${by.userId} for ${customerId}`)
    }
  })
})
