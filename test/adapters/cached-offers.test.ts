import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cachedOffers } from '../../src/adapters/memory/cached-offers.ts'
import type { Offers } from '../../src/application/ports/service-catalog.ts'
import type { ServiceId, UserId, UserNumber } from '../../src/domain/ids.ts'
import type { Offer } from '../../src/domain/service.ts'
import { NO_HOURS } from '../../src/domain/weekly-hours.ts'
import { newId, newService } from '../support/fixtures.ts'

const newOffer = (): Offer => {
  const providerId = newId() as UserId
  return {
    service: newService(providerId),
    schedule: {
      ...{ providerId, version: 1, timeZone: 'UTC', weeklyHours: NO_HOURS, breaks: NO_HOURS },
      overrides: new Map(),
      timeOff: [],
    },
    providerNumber: 1 as UserNumber,
    providerIsActive: true,
  }
}

const versioned = (offer: Offer, version: number): Offer => ({
  ...offer,
  service: { ...offer.service, version },
})

/** A source that counts what it is asked, and answers when it is told to. */
function openSource(...offers: Offer[]) {
  const recorded = new Map(offers.map((offer) => [offer.service.id, offer]))
  const asked = { recent: 0, current: 0 }
  let gate = Promise.resolve()
  const source: Offers = {
    // What is answered is read before the gate, so that a slow answer can be an old one.
    async recent(id) {
      asked.recent++
      const offer = recorded.get(id)
      await gate
      return offer
    },
    async current(ids) {
      asked.current++
      const found = ids.map((id) => recorded.get(id)).filter((offer) => offer !== undefined)
      await gate
      return found
    },
  }
  /** Makes the answers to what is asked from now on wait for the returned function. */
  const close = () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    gate = promise
    const release = (error?: Error) => {
      gate = Promise.resolve()
      if (error) reject(error)
      else resolve()
    }
    const pass = () => {
      gate = Promise.resolve()
    }
    return { release, pass }
  }
  return { source, asked, close, record: (offer: Offer) => recorded.set(offer.service.id, offer), recorded }
}

describe('Cached offers', () => {
  asking()
  renewing()
  overlapping()
})

function asking(): void {
  it('ask the source once for what is recent', async () => {
    const offer = newOffer()
    const { source, asked } = openSource(offer)
    const cached = cachedOffers(source, { max: 10 })
    for (let count = 0; count < 3; count++) assert.equal(await cached.recent(offer.service.id), offer)
    assert.deepEqual(asked, { recent: 1, current: 0 })
  })

  it('ask the source once however many wait for the same answer', async () => {
    const [one, other] = [newOffer(), newOffer()]
    const { source, asked } = openSource(one, other)
    const cached = cachedOffers(source, { max: 10 })
    const ids = [one.service.id, other.service.id, one.service.id, one.service.id]
    assert.deepEqual(await Promise.all(ids.map(cached.recent)), [one, other, one, one])
    assert.equal(asked.recent, 2)
  })

  it('do not remember that there is no offer', async () => {
    const offer = newOffer()
    const { source, asked, record } = openSource()
    const cached = cachedOffers(source, { max: 10 })
    assert.equal(await cached.recent(offer.service.id), undefined)
    record(offer)
    assert.equal(await cached.recent(offer.service.id), offer)
    assert.equal(asked.recent, 2)
  })

  it('tell everyone who waits of a fault, and ask again afterwards', async () => {
    const offer = newOffer()
    const { source, close } = openSource(offer)
    const cached = cachedOffers(source, { max: 10 })
    const { release } = close()
    const waiting = Promise.allSettled([cached.recent(offer.service.id), cached.recent(offer.service.id)])
    release(new Error('no connection'))
    assert.deepEqual(
      (await waiting).map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(await cached.recent(offer.service.id), offer)
  })

  it('keep as many as they may, and let go of the one unused for longest', async () => {
    const offers = [newOffer(), newOffer(), newOffer()]
    const [first, second, third] = offers.map(({ service }) => service.id) as [
      ServiceId,
      ServiceId,
      ServiceId,
    ]
    const { source, asked } = openSource(...offers)
    const cached = cachedOffers(source, { max: 2 })
    for (const id of [first, second, first, third, first]) await cached.recent(id)
    assert.equal(asked.recent, 3)
    await cached.recent(second)
    assert.equal(asked.recent, 4)
  })
}

function renewing(): void {
  it('always ask the source for what is current, and say so from then on', async () => {
    const offer = newOffer()
    const { source, asked, record } = openSource(offer)
    const cached = cachedOffers(source, { max: 10 })
    const { id } = offer.service
    await cached.recent(id)
    const changed = versioned(offer, 2)
    record(changed)
    assert.equal(await cached.recent(id), offer)
    assert.deepEqual(await cached.current([id]), [changed])
    assert.equal(await cached.recent(id), changed)
    assert.deepEqual(await cached.current([id]), [changed])
    assert.deepEqual(asked, { recent: 1, current: 2 })
  })

  it('know from a current answer what nobody has asked for as recent yet', async () => {
    const offer = newOffer()
    const { source, asked } = openSource(offer)
    const cached = cachedOffers(source, { max: 10 })
    await cached.current([newId() as ServiceId, offer.service.id])
    assert.equal(await cached.recent(offer.service.id), offer)
    assert.equal(asked.recent, 0)
  })

  it('forget what a current answer has not got any more', async () => {
    const offer = newOffer()
    const { source, recorded } = openSource(offer)
    const cached = cachedOffers(source, { max: 10 })
    await cached.recent(offer.service.id)
    recorded.clear()
    assert.deepEqual(await cached.current([offer.service.id]), [])
    assert.equal(await cached.recent(offer.service.id), undefined)
  })

  it('believe the source when it goes back to an older version', async () => {
    const offer = newOffer()
    const { source, record } = openSource(versioned(offer, 5))
    const cached = cachedOffers(source, { max: 10 })
    await cached.recent(offer.service.id)
    record(versioned(offer, 3))
    await cached.current([offer.service.id])
    assert.equal((await cached.recent(offer.service.id))?.service.version, 3)
  })
}

function overlapping(): void {
  for (const slow of ['recent', 'current'] as const) {
    it(`do not put a slow ${slow} answer in place of a newer one`, async () => {
      const offer = newOffer()
      const { source, record, close } = openSource(offer)
      const cached = cachedOffers(source, { max: 10 })
      const { id } = offer.service
      const { release, pass } = close()
      const old = slow === 'recent' ? cached.recent(id) : cached.current([id])
      pass()
      record(versioned(offer, 2))
      await cached.current([id])
      release()
      await old
      assert.equal((await cached.recent(id))?.service.version, 2)
    })
  }

  it('do not take back what has gone while it was being loaded', async () => {
    const offer = newOffer()
    const { source, recorded, close } = openSource(offer)
    const cached = cachedOffers(source, { max: 10 })
    const { release, pass } = close()
    const old = cached.recent(offer.service.id)
    pass()
    recorded.clear()
    await cached.current([offer.service.id])
    release()
    await old
    assert.equal(await cached.recent(offer.service.id), undefined)
  })
}
