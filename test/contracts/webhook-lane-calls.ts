import assert from 'node:assert/strict'
import { it } from 'node:test'
import { accepted, NOW } from '../support/fixtures.ts'
import { times } from './harness.ts'
import {
  addEndpoint,
  attemptAt,
  laneOfDelivery,
  newDelivery,
  type OpenWebhookHarness,
  subjectsOfOneLane,
  takeNext,
  verdict,
} from './webhook-harness.ts'

/** Whenever there is something to do in a lane, someone is called to it. */
export function webhookLaneCalls(open: OpenWebhookHarness): void {
  it('calls someone to a lane at once for what is added and for what is replayed', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const { id } = await addEndpoint(harness)
    const delivery = newDelivery(id)
    const lane = laneOfDelivery(delivery)
    assert.equal(await probe.calledIn(lane), null)
    await deliveries.add([delivery, newDelivery(id, delivery.subjectId)])
    assert.equal(await probe.calledIn(lane), 0)
    await probe.loseCalls()
    await deliveries.replay(id, delivery.id)
    assert.equal(await probe.calledIn(lane), 0)
  })

  it('calls someone when the next delivery is due, as whoever worked in the lane leaves it', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const { id } = await addEndpoint(harness)
    const [one = '', other = ''] = subjectsOfOneLane(2)
    const all = [newDelivery(id, one), newDelivery(id, one), newDelivery(id, other)]
    const lane = laneOfDelivery(all[0] ?? assert.fail())
    await deliveries.add(all)
    for (const seconds of [60, 90]) {
      const taken = await takeNext(harness, lane, 'me')
      const afterMilliseconds = seconds * 1_000
      await deliveries.note(taken, attemptAt(taken.now, 500), verdict('again', { afterMilliseconds }))
    }
    await probe.loseCalls()
    await deliveries.leave(lane, 'someone else')
    assert.equal(await probe.calledIn(lane), null)
    await deliveries.leave(lane, 'me')
    const seconds = await probe.calledIn(lane)
    assert(seconds !== null && seconds > 50 && seconds <= 60, `${seconds}`)
  })

  it('calls nobody to a lane that has nothing to do', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const { id } = await addEndpoint(harness)
    const delivery = newDelivery(id)
    const lane = laneOfDelivery(delivery)
    await deliveries.add([delivery])
    const taken = await takeNext(harness, lane, 'me')
    await deliveries.note(taken, attemptAt(taken.now), verdict('delivered'))
    await probe.loseCalls()
    await deliveries.leave(lane, 'me')
    assert.equal(await probe.calledIn(lane), null)
  })

  it('calls someone to the lanes that were forgotten, and to no other', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const { id } = await addEndpoint(harness)
    const delivery = newDelivery(id)
    const lane = laneOfDelivery(delivery)
    await deliveries.add([delivery, newDelivery(id, delivery.subjectId)])
    await probe.loseCalls()
    assert.equal(await deliveries.wakeForgotten(10), 0)
    await takeNext(harness, lane, 'one who dies')
    await probe.pass(20)
    assert.equal(await deliveries.wakeForgotten(10), 0)
    await probe.pass(11)
    assert.equal(await deliveries.wakeForgotten(10), 1)
    assert.equal(await probe.calledIn(lane), 0)
    const taken = await takeNext(harness, lane, 'another')
    await deliveries.note(taken, attemptAt(taken.now, 500), verdict('again', { afterMilliseconds: 600_000 }))
    await deliveries.leave(lane, 'another')
    await probe.pass(60)
    assert.equal(await deliveries.wakeForgotten(10), 0)
  })

  it('calls someone to some lanes at a time, and to none of an endpoint that is gone', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const endpoints = await Promise.all(times(4).map(() => addEndpoint(harness)))
    await deliveries.add(endpoints.map(({ id }) => newDelivery(id)))
    await probe.pass(10)
    assert.equal(await deliveries.wakeForgotten(3), 3)
    assert.equal(await deliveries.wakeForgotten(10), 4)
    for (const { id } of endpoints) accepted(await harness.webhooks.remove(id, NOW))
    assert.equal(await deliveries.wakeForgotten(10), 0)
  })
}
