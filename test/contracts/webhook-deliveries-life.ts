import assert from 'node:assert/strict'
import { it } from 'node:test'
import { decideAccount } from '../../src/domain/account-changes.ts'
import type { DeliveryId, EventId, UserId, WebhookId } from '../../src/domain/ids.ts'
import { SHOWN_ATTEMPTS } from '../../src/domain/webhook-delivery.ts'
import { accepted, addAccount, NOW, newId } from '../support/fixtures.ts'
import { allPages, times } from './harness.ts'
import {
  addEndpoint,
  attemptAt,
  laneOfDelivery,
  newDelivery,
  newEndpoint,
  type OpenWebhookHarness,
  SECRET,
  takeNext,
  verdict,
  type WebhookHarness,
} from './webhook-harness.ts'

export const MOST_SHOWN = SHOWN_ATTEMPTS

const shownOf = async ({ deliveries }: WebhookHarness, id: WebhookId) =>
  (await deliveries.list(id, { limit: 100, after: null })).items

/** How deliveries come and go. */
export function webhookDeliveryLife(open: OpenWebhookHarness): void {
  showing(open)
  ending(open)
  hiding(open)
  replaying(open)
  forgetting(open)
}

function showing(open: OpenWebhookHarness): void {
  it('shows what became of a delivery, and when it is tried next', async () => {
    await using harness = await open()
    const { id } = await addEndpoint(harness)
    const delivery = newDelivery(id)
    await harness.deliveries.add([delivery])
    const [pending] = await shownOf(harness, id)
    const { nextAttemptAt, createdAt, ...rest } = pending ?? assert.fail()
    const { body: _, subjectId: __, ...told } = delivery
    assert.deepEqual(rest, { ...told, status: 'pending', attempts: [] })
    assert(nextAttemptAt !== null && Math.abs(nextAttemptAt - createdAt) < 1_000)
    const taken = await takeNext(harness, laneOfDelivery(delivery), 'me')
    const failed = attemptAt(taken.now, null)
    await harness.deliveries.note(taken, failed, verdict('again'))
    const [again] = await shownOf(harness, id)
    assert.deepEqual([again?.status, again?.attempts], ['pending', [failed]])
    const wait = (again?.nextAttemptAt ?? 0) - Date.now()
    assert(wait > 50_000 && wait <= 61_000, `${wait}`)
    await harness.probe.pass(61)
    const last = await takeNext(harness, laneOfDelivery(delivery), 'me')
    await harness.deliveries.note(last, attemptAt(last.now), verdict('delivered'))
    const [over] = await shownOf(harness, id)
    assert.deepEqual([over?.status, over?.attempts.length, over?.nextAttemptAt], ['delivered', 2, null])
  })

  it('lists deliveries of one endpoint, the last to be added first, in pages', async () => {
    await using harness = await open()
    const { id } = await addEndpoint(harness)
    const other = await addEndpoint(harness)
    // Ids do not grow with the order in which deliveries are added.
    const all = times(7)
      .map(() => newDelivery(id))
      .toReversed()
    await harness.deliveries.add([newDelivery(other.id), ...all])
    const pages = await allPages((page) => harness.deliveries.list(id, page), 3)
    assert.deepEqual(
      pages.map((page) => page.length),
      [3, 3, 1],
    )
    const expected = all.map((delivery) => delivery.id).toReversed()
    assert.deepEqual(
      pages.flat().map((delivery) => delivery.id),
      expected,
    )
  })
}

function ending(open: OpenWebhookHarness): void {
  const withTwo = async (harness: WebhookHarness) => {
    const endpoint = await addEndpoint(harness)
    const all = [newDelivery(endpoint.id), newDelivery(endpoint.id)]
    await harness.deliveries.add(all)
    return { endpoint, lane: laneOfDelivery(all[0] ?? assert.fail()) }
  }

  it('gives up all that is pending when the endpoint is disabled, also what is under way just then', async () => {
    await using harness = await open()
    const { endpoint, lane } = await withTwo(harness)
    const taken = await takeNext(harness, lane, 'me')
    accepted(await harness.webhooks.replace({ ...endpoint, disabledBecause: 'owner', version: 2 }))
    assert.deepEqual(
      (await shownOf(harness, endpoint.id)).map(({ status }) => status),
      ['failed', 'failed'],
    )
    await harness.deliveries.note(taken, attemptAt(taken.now, 500), verdict('again'))
    await harness.probe.pass(120)
    assert.equal(await harness.deliveries.take(lane, 'me'), undefined)
    const noted = (await shownOf(harness, endpoint.id)).find(({ id }) => id === taken.id)
    assert.deepEqual([noted?.status, noted?.attempts.length], ['failed', 1])
  })

  it('disables an endpoint together with the attempt that says so, and makes it another version', async () => {
    for (const disable of ['gone', 'failing'] as const) {
      await using harness = await open()
      const { endpoint, lane } = await withTwo(harness)
      const taken = await takeNext(harness, lane, 'me')
      await harness.deliveries.note(taken, attemptAt(taken.now, 410), verdict('failed', { disable }))
      const found = await harness.webhooks.find(endpoint.id)
      assert.deepEqual([found?.disabledBecause, found?.version], [disable, 2])
      assert.deepEqual(
        (await shownOf(harness, endpoint.id)).map(({ status }) => status),
        ['failed', 'failed'],
      )
    }
  })

  it('remembers since when nothing has arrived, until something does or the endpoint is enabled again', async () => {
    await using harness = await open()
    const endpoint = await addEndpoint(harness)
    const attempt = async (outcome: 'failed' | 'delivered') => {
      const delivery = newDelivery(endpoint.id)
      await harness.deliveries.add([delivery])
      const taken = await takeNext(harness, laneOfDelivery(delivery), 'me')
      await harness.deliveries.note(taken, attemptAt(taken.now), verdict(outcome))
      await harness.deliveries.leave(laneOfDelivery(delivery), 'me')
      return taken.failingSince
    }
    assert.equal(await attempt('failed'), null)
    assert.equal(await attempt('delivered'), NOW)
    assert.equal(await attempt('failed'), null)
    accepted(await harness.webhooks.replace({ ...endpoint, disabledBecause: 'owner', version: 2 }))
    accepted(await harness.webhooks.replace({ ...endpoint, version: 3 }))
    assert.equal(await attempt('failed'), null)
  })

  it('gives up what is for a user who is not active any more, and takes nothing for an endpoint that is gone', async () => {
    await using harness = await open()
    const { endpoint, lane } = await withTwo(harness)
    await harness.probe.deactivate(endpoint.ownerId)
    assert.equal(await harness.deliveries.take(lane, 'me'), undefined)
    assert.deepEqual(
      (await shownOf(harness, endpoint.id)).map(({ status }) => status),
      ['failed', 'failed'],
    )
    const other = await withTwo(harness)
    accepted(await harness.webhooks.remove(other.endpoint.id, NOW))
    assert.equal(await harness.deliveries.take(other.lane, 'me'), undefined)
  })
}

function hiding(open: OpenWebhookHarness): void {
  /** More than are given up in one go. */
  const MANY = 150
  const SUBJECT = newId()
  const about = (endpointId: WebhookId, customerId: UserId) => {
    const body = { type: 'booking.created', subject: { type: 'booking' }, data: { customer_id: customerId } }
    return newDelivery(endpointId, SUBJECT, { eventType: 'booking.created', body: JSON.stringify(body) })
  }
  const demote = async ({ accounts }: WebhookHarness, id: UserId) => {
    await addAccount(accounts, 'customer', { roles: ['admin'] })
    const account = (await accounts.find(id)) ?? assert.fail()
    const change = decideAccount(account, { roles: ['customer'] }, id, NOW, () => newId() as EventId)
    accepted(await accounts.change(change))
  }

  it('gives up what its owner may not see any more, however much it is, and goes on with the rest', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const { user } = await addAccount(harness.accounts, 'customer', { roles: ['admin', 'customer'] })
    const { id } = accepted(await harness.webhooks.add(newEndpoint(user.id), SECRET))
    const strangers = times(MANY).map(() => about(id, newId() as UserId))
    const own = about(id, user.id)
    const lane = laneOfDelivery(own)
    await deliveries.add([...strangers, own])
    const first = await takeNext(harness, lane, 'me')
    assert.equal(first.id, strangers[0]?.id)
    await demote(harness, user.id)
    await deliveries.note(first, attemptAt(first.now, 500), verdict('again', { afterMilliseconds: 0 }))
    let taken = await deliveries.take(lane, 'me')
    while (taken === undefined) {
      await deliveries.leave(lane, 'me')
      assert.equal(await probe.calledIn(lane), 0)
      taken = await deliveries.take(lane, 'me')
    }
    assert.equal(taken.id, own.id)
    const shown = (await allPages((page) => deliveries.list(id, page), 100)).flat().toReversed()
    const states = shown.map(({ status, attempts }) => `${status} ${attempts.length}`)
    assert.deepEqual(states, ['failed 1', ...times(MANY - 1).map(() => 'failed 0'), 'pending 0'])
  })
}

function replaying(open: OpenWebhookHarness): void {
  it('keeps every byte of what was sent, for the endpoint that it was sent to', async () => {
    await using harness = await open()
    const [first, second] = [await addEndpoint(harness), await addEndpoint(harness)]
    const delivery = newDelivery(first.id)
    await harness.deliveries.add([delivery])
    assert.equal(await harness.deliveries.bodyOf(first.id, delivery.id), delivery.body)
    assert.equal(await harness.deliveries.bodyOf(second.id, delivery.id), undefined)
    assert.equal(await harness.deliveries.bodyOf(first.id, newId() as DeliveryId), undefined)
  })

  it('makes a delivery again with all its tries and the same bytes, whatever became of it', async () => {
    for (const outcome of ['delivered', 'failed', 'again'] as const) {
      await using harness = await open()
      const { deliveries } = harness
      const { id } = await addEndpoint(harness)
      const delivery = newDelivery(id)
      const lane = laneOfDelivery(delivery)
      await deliveries.add([delivery])
      const first = await takeNext(harness, lane, 'me')
      await deliveries.note(first, attemptAt(first.now), verdict(outcome))
      await deliveries.leave(lane, 'me')
      const replayed = await deliveries.replay(id, delivery.id)
      assert.deepEqual([replayed?.status, replayed?.attempts.length], ['pending', 1])
      const second = await takeNext(harness, lane, 'other')
      assert.deepEqual(
        [second.eventId, second.body, second.tries, second.attemptCount],
        [delivery.eventId, delivery.body, 0, 1],
      )
    }
  })

  it('finds a delivery to this endpoint alone', async () => {
    await using harness = await open()
    const [first, second] = [await addEndpoint(harness), await addEndpoint(harness)]
    const delivery = newDelivery(first.id)
    await harness.deliveries.add([delivery])
    assert.equal(await harness.deliveries.replay(second.id, delivery.id), undefined)
    assert.equal(await harness.deliveries.replay(first.id, newId() as DeliveryId), undefined)
  })
}

function forgetting(open: OpenWebhookHarness): void {
  it('forgets what is over and old, some at a time, and nothing that is pending', async () => {
    await using harness = await open()
    const { deliveries, probe } = harness
    const { id } = await addEndpoint(harness)
    const all = times(5).map(() => newDelivery(id))
    await deliveries.add(all)
    for (const delivery of all.slice(0, 4)) {
      const taken = await takeNext(harness, laneOfDelivery(delivery), 'me')
      await deliveries.note(taken, attemptAt(taken.now), verdict('delivered'))
    }
    await probe.pass(2 * 86_400 - 60)
    assert.equal(await deliveries.forgetOld(2, 10), 0)
    await probe.pass(120)
    assert.equal(await deliveries.forgetOld(2, 3), 3)
    assert.equal(await deliveries.forgetOld(2, 3), 1)
    assert.equal(await deliveries.forgetOld(2, 3), 0)
    assert.deepEqual(
      (await shownOf(harness, id)).map(({ status }) => status),
      ['pending'],
    )
  })

  it('forgets everything of an endpoint that is gone, some at a time', async () => {
    await using harness = await open()
    const { deliveries } = harness
    const [gone, kept] = [await addEndpoint(harness), await addEndpoint(harness)]
    await deliveries.add([...times(5).map(() => newDelivery(gone.id)), newDelivery(kept.id)])
    accepted(await harness.webhooks.remove(gone.id, NOW))
    assert.deepEqual(
      [
        await deliveries.forgetOld(30, 3),
        await deliveries.forgetOld(30, 3),
        await deliveries.forgetOld(30, 3),
      ],
      [3, 2, 0],
    )
    assert.deepEqual(await shownOf(harness, gone.id), [])
    assert.equal((await shownOf(harness, kept.id)).length, 1)
  })
}
