import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { UserId, WebhookId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { MOST_WEBHOOKS } from '../../src/domain/webhook.ts'
import { accepted, addAccount, NOW, newId, rejectionOf } from '../support/fixtures.ts'
import { allPages, times } from './harness.ts'
import { addEndpoint, newEndpoint, type OpenWebhookHarness, SECRET } from './webhook-harness.ts'

const OTHER_SECRET = 'whsec_c2Vjb25kIHNlY29uZCBzZWNvbmQ='
const THIRD_SECRET = 'whsec_dGhpcmQgdGhpcmQgdGhpcmQgdGhpcmQ='

/** What every implementation of the `WebhookEndpoints` port keeps. */
export function webhookEndpointsContract(name: string, open: OpenWebhookHarness): void {
  describe(`${name} webhook endpoints`, () => {
    adding(open)
    listing(open)
    changing(open)
    secrets(open)
  })
}

function adding(open: OpenWebhookHarness): void {
  it('records an endpoint, every field as it was given, and its secret apart from it', async () => {
    await using harness = await open()
    const endpoint = await addEndpoint(harness, {
      url: 'https://receiver.example/a?b=\'"\\',
      description: 'Für "alle" 😀',
      types: ['hold.created', 'booking.created'],
    })
    assert.deepEqual(await harness.webhooks.find(endpoint.id), endpoint)
    assert.deepEqual(await harness.webhooks.findSecrets(endpoint.id), { current: SECRET, previous: null })
    assert.equal(await harness.webhooks.find(newId() as WebhookId), undefined)
    assert.equal(await harness.webhooks.findSecrets(newId() as WebhookId), undefined)
  })

  it('takes no more of one user than the limit, however many come at once, and again after a removal', async () => {
    await using harness = await open()
    const { webhooks, accounts } = harness
    const { user } = await addAccount(accounts, 'customer')
    await addEndpoint(harness)
    const outcomes = await Promise.all(
      times(MOST_WEBHOOKS + 5).map(() => webhooks.add(newEndpoint(user.id), SECRET)),
    )
    assert.equal(outcomes.filter(({ ok }) => ok).length, MOST_WEBHOOKS)
    for (const outcome of outcomes.filter(({ ok }) => !ok)) {
      assert.deepEqual(rejectionOf(outcome), { code: 'too-many-webhooks', limit: MOST_WEBHOOKS })
    }
    const [one] = (await webhooks.list(user.id, { limit: 1, after: null })).items
    accepted(await webhooks.remove(one?.id ?? assert.fail(), NOW))
    accepted(await webhooks.add(newEndpoint(user.id), SECRET))
  })

  it('takes none of a user who is not there, or not active', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    await harness.probe.deactivate(user.id)
    for (const id of [user.id, newId() as UserId]) {
      const refused = await harness.webhooks.add(newEndpoint(id), SECRET)
      assert.deepEqual(rejectionOf(refused), { code: 'account-inactive' })
    }
  })
}

function listing(open: OpenWebhookHarness): void {
  it('lists those of an owner, or of everyone, in order of creation and then of id, in pages', async () => {
    await using harness = await open()
    const { webhooks, accounts } = harness
    const { user } = await addAccount(accounts, 'customer')
    const other = await addEndpoint(harness, { createdAt: NOW })
    const mine = times(6).map((place) =>
      newEndpoint(user.id, { createdAt: plusMinutes(NOW, place < 3 ? 1 : 0) }),
    )
    for (const endpoint of mine) accepted(await webhooks.add(endpoint, SECRET))
    const expected = [...mine.slice(3), ...mine.slice(0, 3)].map(({ id }) => id)
    const pages = await allPages((page) => webhooks.list(user.id, page), 4)
    assert.deepEqual(
      pages.map((page) => page.map(({ id }) => id)),
      [expected.slice(0, 4), expected.slice(4)],
    )
    const everyone = (await allPages((page) => webhooks.list(null, page), 3)).flat().map(({ id }) => id)
    assert.deepEqual(everyone, [other.id, ...expected])
  })

  it('knows one that was removed no more, nor its secrets', async () => {
    await using harness = await open()
    const { webhooks } = harness
    const endpoint = await addEndpoint(harness)
    accepted(await webhooks.remove(endpoint.id, NOW))
    assert.equal(await webhooks.find(endpoint.id), undefined)
    assert.equal(await webhooks.findSecrets(endpoint.id), undefined)
    assert.deepEqual((await webhooks.list(null, { limit: 10, after: null })).items, [])
    assert.deepEqual(rejectionOf(await webhooks.remove(endpoint.id, NOW)), { code: 'webhook-not-found' })
    const next = { ...endpoint, version: 2 }
    assert.deepEqual(rejectionOf(await webhooks.replace(next)), { code: 'webhook-not-found' })
  })
}

function changing(open: OpenWebhookHarness): void {
  it('writes the next version of the recorded one alone, and of many at once exactly one', async () => {
    await using harness = await open()
    const { webhooks } = harness
    const endpoint = await addEndpoint(harness)
    const rivals = times(8).map((place) => ({ ...endpoint, description: `${place}`, version: 2 }))
    const outcomes = await Promise.all(rivals.map((rival) => webhooks.replace(rival)))
    const winner = outcomes.findIndex(({ ok }) => ok)
    assert.deepEqual(await webhooks.find(endpoint.id), rivals[winner])
    assert.equal(outcomes.filter(({ ok }) => ok).length, 1)
    for (const outcome of outcomes.filter(({ ok }) => !ok)) {
      assert.deepEqual(rejectionOf(outcome), { code: 'version-mismatch', version: 2 })
    }
    const unknown = newEndpoint(endpoint.ownerId, { version: 2 })
    assert.deepEqual(rejectionOf(await webhooks.replace(unknown)), { code: 'webhook-not-found' })
  })
}

function secrets(open: OpenWebhookHarness): void {
  it('puts secrets in place of those that are still current, and of many at once exactly one', async () => {
    await using harness = await open()
    const { webhooks } = harness
    const { id } = await addEndpoint(harness)
    const next = { current: OTHER_SECRET, previous: { secret: SECRET, endsAt: plusMinutes(NOW, 60) } }
    const outcomes = await Promise.all(times(5).map(() => webhooks.replaceSecrets(id, SECRET, next)))
    assert.equal(outcomes.filter(Boolean).length, 1)
    assert.deepEqual(await webhooks.findSecrets(id), next)
    assert.equal(await webhooks.replaceSecrets(id, SECRET, { current: THIRD_SECRET, previous: null }), false)
    assert.deepEqual(await webhooks.findSecrets(id), next)
  })
}
