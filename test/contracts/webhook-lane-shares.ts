import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { WebhookId } from '../../src/domain/ids.ts'
import { type Lane, MOST_LANES_OF_OWNER } from '../../src/domain/webhook-lane.ts'
import { times } from './harness.ts'
import {
  addEndpoint,
  attemptAt,
  laneOfDelivery,
  newDelivery,
  newEndpoint,
  type OpenWebhookHarness,
  oneForEachLane,
  SECRET,
  takeNext,
  verdict,
  type WebhookHarness,
} from './webhook-harness.ts'

/** Endpoints of one owner with something to do in every lane. */
async function openOwner(harness: WebhookHarness, endpoints: number) {
  const first = await addEndpoint(harness)
  const others = times(endpoints - 1).map(() => newEndpoint(first.ownerId))
  for (const other of others) await harness.webhooks.add(other, SECRET)
  const added = [first, ...others].flatMap(({ id }) => oneForEachLane(id))
  await harness.deliveries.add(added)
  return added.map(laneOfDelivery)
}

const holderOf = ({ endpointId, lane }: Lane) => `in ${endpointId} ${lane}`

/** Those of the lanes that are given to someone of their own. */
async function takeAll({ deliveries }: WebhookHarness, lanes: readonly Lane[]): Promise<Lane[]> {
  const taken = await Promise.all(lanes.map((lane) => deliveries.take(lane, holderOf(lane))))
  return lanes.filter((_, place) => taken[place] !== undefined)
}

async function calledTo({ probe }: WebhookHarness, lanes: readonly Lane[]): Promise<Lane[]> {
  const called = await Promise.all(lanes.map((lane) => probe.calledIn(lane)))
  return lanes.filter((_, place) => called[place] === 0)
}

/** Lets an attempt at an endpoint fail, and everything be due again. */
async function failOnce(harness: WebhookHarness, id: WebhookId, lane: Lane): Promise<void> {
  const { deliveries, probe } = harness
  const taken = await takeNext(harness, lane, 'me')
  assert.equal(taken.endpointId, id)
  await deliveries.note(taken, attemptAt(taken.now, 500), verdict('again'))
  await deliveries.leave(lane, 'me')
  await probe.pass(61)
  await probe.loseCalls()
}

/** No owner has more lanes in hand than their share, and no failing endpoint more than one. */
export function webhookLaneShares(open: OpenWebhookHarness): void {
  it('gives an owner so many lanes at a time over all endpoints, and those of others as before', async () => {
    await using harness = await open()
    const lanes = await openOwner(harness, 5)
    const taken = await takeAll(harness, lanes)
    assert.equal(taken.length, MOST_LANES_OF_OWNER)
    assert.deepEqual(await takeAll(harness, lanes), taken, 'they go on in what they have')
    const other = newDelivery((await addEndpoint(harness)).id)
    await harness.deliveries.add([other])
    await takeNext(harness, laneOfDelivery(other), 'another')
    await harness.probe.pass(31)
    const waiting = lanes.filter((lane) => !taken.includes(lane))
    assert.equal((await takeAll(harness, waiting)).length, MOST_LANES_OF_OWNER, 'their holders are gone')
  })

  it('calls someone to those that wait for a share when one is left, and to nobody before', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const lanes = await openOwner(harness, 3)
    const [left, ...held] = await takeAll(harness, lanes)
    assert(left)
    const waiting = lanes.filter((lane) => lane !== left && !held.includes(lane))
    await probe.loseCalls()
    await probe.pass(10)
    assert.equal(await deliveries.wakeForgotten(100), 0)
    assert.deepEqual(await calledTo(harness, lanes), [])
    await deliveries.leave(left, holderOf(left))
    const nobodyIn = lanes.filter((lane) => !held.includes(lane))
    assert.deepEqual(await calledTo(harness, lanes), nobodyIn, 'which lanes got their share is a race')
    assert.equal((await takeAll(harness, waiting)).length, 1)
    assert.deepEqual(await takeAll(harness, [left]), [], 'it waits in its turn')
  })

  it('gives one lane at a time to an endpoint that has failed since its last success, and all when it works', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const lanes = await openOwner(harness, 1)
    const [first, ...others] = lanes
    assert(first)
    await failOnce(harness, first.endpointId, first)
    const taken = await takeNext(harness, first, 'me')
    assert.deepEqual(await takeAll(harness, others), [])
    assert.equal(await deliveries.wakeForgotten(100), 0)
    await deliveries.note(taken, attemptAt(taken.now), verdict('delivered'))
    assert.deepEqual(await calledTo(harness, lanes), others)
    await probe.loseCalls()
    assert.deepEqual(await takeAll(harness, others), others)
  })

  it('calls someone to the next lane of an endpoint that fails when the one is left', async () => {
    await using harness = await open()
    const lanes = await openOwner(harness, 1)
    const [first, ...others] = lanes
    assert(first)
    await failOnce(harness, first.endpointId, first)
    const taken = await takeNext(harness, first, 'me')
    await harness.deliveries.note(taken, attemptAt(taken.now, 500), verdict('again'))
    assert.deepEqual(await calledTo(harness, lanes), [])
    await harness.deliveries.leave(first, 'me')
    assert.deepEqual(await calledTo(harness, lanes), others)
    assert.equal((await takeAll(harness, others)).length, 1)
  })
}
