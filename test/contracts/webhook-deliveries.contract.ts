import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DeliveryId } from '../../src/domain/ids.ts'
import { times } from './harness.ts'
import { MOST_SHOWN, webhookDeliveryLife } from './webhook-deliveries-life.ts'
import {
  addEndpoint,
  attemptAt,
  laneOfDelivery,
  newDelivery,
  type OpenWebhookHarness,
  SECRET,
  subjectsOfOneLane,
  takeNext,
  verdict,
} from './webhook-harness.ts'
import { webhookLaneCalls } from './webhook-lane-calls.ts'
import { webhookLaneShares } from './webhook-lane-shares.ts'

/** What every implementation of the `WebhookDeliveries` port keeps. */
export function webhookDeliveriesContract(name: string, open: OpenWebhookHarness): void {
  describe(`${name} webhook deliveries`, () => {
    taking(open)
    order(open)
    webhookDeliveryLife(open)
    webhookLaneCalls(open)
    webhookLaneShares(open)
  })
}

function taking(open: OpenWebhookHarness): void {
  it('gives a delivery with all that it takes to make it, byte for byte', async () => {
    await using harness = await open()
    const endpoint = await addEndpoint(harness)
    const delivery = newDelivery(endpoint.id)
    await harness.deliveries.add([delivery])
    const { now, ...taken } = await takeNext(harness, laneOfDelivery(delivery), 'me')
    assert.deepEqual(taken, {
      id: delivery.id,
      endpointId: endpoint.id,
      eventId: delivery.eventId,
      body: delivery.body,
      url: endpoint.url,
      secrets: { current: SECRET, previous: null },
      tries: 0,
      attemptCount: 0,
      failingSince: null,
    })
    assert(Math.abs(now - Date.now()) < 5_000)
  })

  it('lets one holder into a lane at a time, others after it leaves, or when it has been silent', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const { id } = await addEndpoint(harness)
    const delivery = newDelivery(id)
    const lane = laneOfDelivery(delivery)
    await deliveries.add([delivery])
    const rivals = await Promise.all(times(6).map((place) => deliveries.take(lane, `holder ${place}`)))
    assert.equal(rivals.filter((taken) => taken !== undefined).length, 1)
    const winner = `holder ${rivals.findIndex((taken) => taken !== undefined)}`
    assert.notEqual(await deliveries.take(lane, winner), undefined)
    await deliveries.leave(lane, 'someone else')
    assert.equal(await deliveries.take(lane, 'late'), undefined)
    await probe.pass(31)
    await takeNext(harness, lane, 'late')
    assert.equal(await deliveries.take(lane, winner), undefined)
    await deliveries.leave(lane, 'late')
    await takeNext(harness, lane, winner)
  })

  it('leaves an event out that the endpoint has already, and gives it to another endpoint', async () => {
    await using harness = await open()
    const { deliveries } = harness
    const [first, second] = [await addEndpoint(harness), await addEndpoint(harness)]
    const delivery = newDelivery(first.id)
    const again = { ...delivery, id: newDelivery(first.id).id }
    const elsewhere = { ...again, endpointId: second.id }
    await deliveries.add([delivery])
    await deliveries.add([again, elsewhere])
    const idsOf = async (id: typeof first.id) =>
      (await deliveries.list(id, { limit: 10, after: null })).items.map((each) => each.id)
    assert.deepEqual(await idsOf(first.id), [delivery.id])
    assert.deepEqual(await idsOf(second.id), [elsewhere.id])
    await deliveries.add([])
  })
}

function order(open: OpenWebhookHarness): void {
  it('holds back what is behind a pending one of its subject, and lets the other subjects of the lane pass', async () => {
    await using harness = await open()
    const { deliveries } = harness
    const { id } = await addEndpoint(harness)
    const [one = '', other = ''] = subjectsOfOneLane(2)
    const [first, second, third] = [newDelivery(id, one), newDelivery(id, one), newDelivery(id, other)]
    const lane = laneOfDelivery(first)
    await deliveries.add([first, second, third])
    const taken = await takeNext(harness, lane, 'me')
    assert.equal(taken.id, first.id)
    await deliveries.note(taken, attemptAt(taken.now, 500), verdict('again'))
    const next = await takeNext(harness, lane, 'me')
    assert.equal(next.id, third.id)
    await deliveries.note(next, attemptAt(next.now), verdict('delivered'))
    assert.equal(await deliveries.take(lane, 'me'), undefined)
    await harness.probe.pass(61)
    const again = await takeNext(harness, lane, 'me')
    assert.deepEqual([again.id, again.tries, again.attemptCount], [first.id, 1, 1])
    await deliveries.note(again, attemptAt(again.now), verdict('delivered'))
    assert.equal((await takeNext(harness, lane, 'me')).id, second.id)
  })

  it('lets those behind one that was given up go on at once', async () => {
    await using harness = await open()
    const { deliveries } = harness
    const { id } = await addEndpoint(harness)
    const subject = subjectsOfOneLane(1)[0]
    const all = times(4).map(() => newDelivery(id, subject))
    const lane = laneOfDelivery(all[0] ?? assert.fail())
    await deliveries.add(all.slice(0, 3))
    const seen: DeliveryId[] = []
    for (const outcome of ['again', 'failed', 'delivered', 'delivered'] as const) {
      const taken = await takeNext(harness, lane, 'me')
      seen.push(taken.id)
      await deliveries.note(taken, attemptAt(taken.now), verdict(outcome))
      await deliveries.add(all.slice(3))
      await harness.probe.pass(61)
    }
    const ids = all.map((delivery) => delivery.id)
    assert.deepEqual(seen, [ids[0], ids[0], ids[1], ids[2]])
    assert.equal((await takeNext(harness, lane, 'me')).id, ids[3])
  })

  it('writes an attempt down once, where two have taken the same delivery', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const { id } = await addEndpoint(harness)
    const delivery = newDelivery(id)
    const lane = laneOfDelivery(delivery)
    await deliveries.add([delivery])
    const slow = await takeNext(harness, lane, 'slow')
    await probe.pass(31)
    const quick = await takeNext(harness, lane, 'quick')
    await deliveries.note(quick, attemptAt(quick.now), verdict('delivered'))
    await deliveries.note(slow, attemptAt(slow.now, 500), verdict('again'))
    const [shown] = (await deliveries.list(id, { limit: 1, after: null })).items
    assert.deepEqual([shown?.status, shown?.attempts.length, shown?.nextAttemptAt], ['delivered', 1, null])
  })

  it('shows the newest attempts alone', async () => {
    await using harness = await open()
    const { deliveries } = harness
    const { id } = await addEndpoint(harness)
    const delivery = newDelivery(id)
    await deliveries.add([delivery])
    for (const place of times(MOST_SHOWN + 3)) {
      const taken = await takeNext(harness, laneOfDelivery(delivery), 'me')
      await deliveries.note(
        taken,
        attemptAt(taken.now, 400 + place),
        verdict('again', { afterMilliseconds: 0 }),
      )
    }
    const [shown] = (await deliveries.list(id, { limit: 1, after: null })).items
    assert.deepEqual(
      shown?.attempts.map(({ status }) => status),
      times(MOST_SHOWN).map((place) => 403 + place),
    )
  })
}
