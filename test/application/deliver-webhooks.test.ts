import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryAccounts } from '../../src/adapters/memory/accounts.ts'
import { memoryDatabase } from '../../src/adapters/memory/database.ts'
import { memoryWebhookDeliveries } from '../../src/adapters/memory/webhook-deliveries.ts'
import { memoryWebhookEndpoints } from '../../src/adapters/memory/webhook-endpoints.ts'
import { meaningOf } from '../../src/adapters/webhook/answer.ts'
import { deliverInLane } from '../../src/application/deliver-webhooks.ts'
import type { WebhookDeliveries } from '../../src/application/ports/webhook-deliveries.ts'
import type { WebhookMessage, WebhookSender } from '../../src/application/ports/webhook-sender.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { Answer } from '../../src/domain/webhook-delivery.ts'
import {
  laneOfDelivery,
  newDelivery,
  newEndpoint,
  SECRET,
  subjectsOfOneLane,
} from '../contracts/webhook-harness.ts'
import { accepted, addAccount, newId } from '../support/fixtures.ts'

const NEVER = new AbortController().signal

/** One endpoint on a store whose time the test lets pass, and a receiver that answers as it is told. */
async function openStage() {
  const database = memoryDatabase()
  let passed = 0
  const clock = () => (Date.now() + passed) as Instant
  const deliveries = memoryWebhookDeliveries(database, clock)
  const webhooks = memoryWebhookEndpoints(database)
  const { user } = await addAccount(memoryAccounts(database), 'customer')
  const { id } = accepted(await webhooks.add(newEndpoint(user.id), SECRET))
  const sent: WebhookMessage[] = []
  const answers: (number | Partial<Answer> | null)[] = []
  const sender: WebhookSender = {
    readTarget: () => assert.fail('no address is read here'),
    newSecret: () => SECRET,
    async send(message) {
      sent.push(message)
      const next = answers.length > 0 ? answers.shift() : 200
      if (next === null || next === undefined) return null
      const answer: Answer = {
        durationMilliseconds: 3,
        meaning: 'taken',
        status: 200,
        error: null,
        retryAfterSeconds: null,
      }
      return { ...answer, ...(typeof next === 'number' ? { status: next, meaning: meaningOf(next) } : next) }
    },
  }
  const work = (through: Partial<WebhookDeliveries> = {}) =>
    deliverInLane({ deliveries: { ...deliveries, ...through }, sender, newId, chance: () => 0 })
  return {
    id,
    deliveries,
    webhooks,
    sent,
    answers,
    work,
    pass: (seconds: number) => {
      passed += seconds * 1_000
    },
    shown: async () => (await deliveries.list(id, { limit: 100, after: null })).items.toReversed(),
  }
}

describe('Whoever is called to a lane', () => {
  it('makes every delivery that is due, in order, with the bytes that were written down', async () => {
    const { id, deliveries, sent, work, shown } = await openStage()
    const all = subjectsOfOneLane(3).map((subject) => newDelivery(id, subject))
    await deliveries.add(all)
    await work()(laneOfDelivery(all[0] ?? assert.fail()), NEVER)
    assert.deepEqual(
      sent.map(({ id, body, secrets }) => [id, body, secrets]),
      all.map(({ eventId, body }) => [eventId, body, [SECRET]]),
    )
    assert((await shown()).every(({ status }) => status === 'delivered'))
  })

  it('goes on with other subjects after a failure, and comes back to it ten times in all', async () => {
    const { id, deliveries, sent, answers, work, pass, shown } = await openStage()
    const [one = '', other = ''] = subjectsOfOneLane(2)
    const all = [newDelivery(id, one), newDelivery(id, one), newDelivery(id, other)]
    const lane = laneOfDelivery(all[0] ?? assert.fail())
    await deliveries.add(all)
    const ids = () => sent.map(({ id }) => all.findIndex(({ eventId }) => eventId === id))
    answers.push(500)
    await work()(lane, NEVER)
    assert.deepEqual(ids(), [0, 2])
    for (let tries = 1; tries < 10; tries++) {
      pass(24 * 3_600)
      // What fails for more than five days would end the endpoint: something else arrives in between.
      await deliveries.add([newDelivery(id, other)])
      answers.push(...(tries === 9 ? [500, 200, 200] : [500, 200]))
      await work()(lane, NEVER)
    }
    assert.equal(ids().filter((place) => place === 0).length, 10)
    assert.equal(ids().filter((place) => place === 1).length, 1)
    assert.deepEqual(
      (await shown()).slice(0, 3).map(({ status }) => status),
      ['failed', 'delivered', 'delivered'],
    )
  })

  it('leaves what is noted by nobody to whoever comes next: sent twice where a crash lies between, never less', async () => {
    const { id, deliveries, sent, work, pass, shown } = await openStage()
    const delivery = newDelivery(id)
    const lane = laneOfDelivery(delivery)
    await deliveries.add([delivery])
    const crash = () => Promise.reject(new Error('killed'))
    await assert.rejects(work({ note: crash, leave: crash })(lane, NEVER), /killed/)
    assert.equal((await shown())[0]?.status, 'pending')
    await work()(lane, NEVER)
    assert.equal(sent.length, 1, 'the lane is still held by the dead')
    pass(31)
    assert.equal(await deliveries.wakeForgotten(10), 1)
    await work()(lane, NEVER)
    assert.deepEqual([sent[1]?.id, sent[1]?.body], [sent[0]?.id, sent[0]?.body])
    const [over] = await shown()
    assert.deepEqual([over?.status, over?.attempts.length, sent.length], ['delivered', 1, 2])
  })

  it('notes nothing of an attempt that was called off, and lets others into the lane at once', async () => {
    const { id, deliveries, sent, answers, work, shown } = await openStage()
    const delivery = newDelivery(id)
    const lane = laneOfDelivery(delivery)
    await deliveries.add([delivery])
    answers.push(null)
    await work()(lane, NEVER)
    assert.deepEqual((await shown())[0]?.attempts, [])
    await work()(lane, AbortSignal.abort())
    assert.equal(sent.length, 1)
    await work()(lane, NEVER)
    assert.equal((await shown())[0]?.status, 'delivered')
  })

  it('gives others their turn after fifty, or after one that was slow', async () => {
    const { id, deliveries, sent, answers, work } = await openStage()
    const all = subjectsOfOneLane(60).map((subject) => newDelivery(id, subject))
    const lane = laneOfDelivery(all[0] ?? assert.fail())
    await deliveries.add(all)
    await work()(lane, NEVER)
    assert.equal(sent.length, 50)
    answers.push({ durationMilliseconds: 15_000, meaning: 'failed', status: null, error: 'timed-out' })
    await work()(lane, NEVER)
    assert.equal(sent.length, 51)
    await work()(lane, NEVER)
    assert.equal(sent.length, 60)
  })

  it('stops at 410, and gives up what was still to come', async () => {
    const { id, deliveries, webhooks, sent, answers, work, shown } = await openStage()
    const all = subjectsOfOneLane(3).map((subject) => newDelivery(id, subject))
    await deliveries.add(all)
    answers.push(410)
    await work()(laneOfDelivery(all[0] ?? assert.fail()), NEVER)
    assert.equal(sent.length, 1)
    assert.equal((await webhooks.find(id))?.disabledBecause, 'gone')
    assert((await shown()).every(({ status }) => status === 'failed'))
  })
})
