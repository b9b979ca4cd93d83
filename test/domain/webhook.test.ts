import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Role } from '../../src/domain/actor.ts'
import type { EventId, UserId, WebhookId } from '../../src/domain/ids.ts'
import type { Cursor, LoggedEvent } from '../../src/domain/logged-event.ts'
import {
  changeWebhook,
  isCalledAbout,
  newWebhook,
  WEBHOOK_EVENT_TYPES,
  type WebhookChange,
  type WebhookEndpoint,
} from '../../src/domain/webhook.ts'
import type { WebhookTarget } from '../../src/domain/webhook-target.ts'
import { at } from './support/wall.ts'

const NOW = at('2026-06-01T09:00:00Z')
const LATER = at('2026-06-01T10:00:00Z')
const CUSTOMER = 'customer' as UserId
const PROVIDER = 'provider' as UserId

const target: WebhookTarget = {
  scheme: 'https',
  port: 443,
  hasCredentials: false,
  hasFragment: false,
  isHostPossible: true,
  reach: 'public',
}
const judged = { target, allowPrivate: false }
const draft = { url: 'https://a.example/', types: ['booking.created'], description: 'Mine' } as const

const made = newWebhook('webhook-1' as WebhookId, CUSTOMER, draft, judged, NOW)
const endpoint = made.ok ? made.value : assert.fail()

const changed = (change: WebhookChange, from: WebhookEndpoint = endpoint) => {
  const outcome = changeWebhook(from, change, null, LATER)
  return outcome.ok ? outcome.value : assert.fail()
}

describe('A webhook', () => {
  it('is called from the first version on', () => {
    assert.deepEqual(endpoint, {
      ...draft,
      id: 'webhook-1',
      ownerId: CUSTOMER,
      disabledBecause: null,
      version: 1,
      createdAt: NOW,
      updatedAt: NOW,
    })
  })

  it('is refused with an address that may not be called, and keeps the one it has', () => {
    const wrong = { target: { ...target, hasFragment: true }, allowPrivate: false }
    const refused = newWebhook(endpoint.id, CUSTOMER, draft, wrong, NOW)
    assert(!refused.ok && refused.rejection.violations[0]?.code === 'fragment')
    const kept = changeWebhook(endpoint, { url: 'https://b.example/#' }, wrong, LATER)
    assert(!kept.ok && kept.rejection.code === 'invalid-input')
  })

  it('has another version where something is named, and the same where nothing is', () => {
    assert.deepEqual(changed({ types: ['hold.created'], description: '' }), {
      ...endpoint,
      types: ['hold.created'],
      description: '',
      version: 2,
      updatedAt: LATER,
    })
    assert.equal(changed({}), endpoint)
    assert.equal(changed({ isActive: true, url: undefined }), endpoint)
  })

  it('is disabled by its owner, keeps a reason that it has, and is enabled whatever the reason', () => {
    const off = changed({ isActive: false })
    assert.deepEqual([off.disabledBecause, off.version], ['owner', 2])
    const gone = { ...endpoint, disabledBecause: 'gone' } as const
    assert.equal(changed({ isActive: false }, gone), gone)
    for (const disabledBecause of ['owner', 'gone', 'failing'] as const) {
      assert.equal(changed({ isActive: true }, { ...endpoint, disabledBecause }).disabledBecause, null)
    }
    assert.equal(changed({ description: 'Other' }, gone).disabledBecause, 'gone')
  })
})

const event = (changes: Partial<LoggedEvent> = {}): LoggedEvent => ({
  id: 'event-1' as EventId,
  cursor: 'cursor' as Cursor,
  type: 'booking.created',
  occurredAt: NOW,
  subject: { type: 'booking', id: 'booking-1', version: 1 },
  providerId: PROVIDER,
  customerId: CUSTOMER,
  data: {},
  ...changes,
})

const isCalled = (userId: UserId, about: LoggedEvent, roles: Role[] = ['customer'], from = endpoint) =>
  isCalledAbout({ endpoint: from, owner: { userId, roles } }, about)

describe('A webhook is called', () => {
  it('about what its owner may see, and nothing else', () => {
    assert.equal(isCalled(CUSTOMER, event()), true)
    assert.equal(isCalled(PROVIDER, event()), true)
    assert.equal(isCalled('other' as UserId, event()), false)
    assert.equal(isCalled('other' as UserId, event(), ['admin']), true)
    const hold = { type: 'hold.created', subject: { type: 'hold', id: 'hold-1', version: 1 } } as const
    const everything = { ...endpoint, types: WEBHOOK_EVENT_TYPES }
    assert.equal(isCalled(CUSTOMER, event(hold), ['customer'], everything), true)
    assert.equal(isCalled(PROVIDER, event(hold), ['provider'], everything), false)
  })

  it('about the types it asked for, and not while it is disabled', () => {
    assert.equal(isCalled(CUSTOMER, event({ type: 'booking.cancelled' })), false)
    for (const disabledBecause of ['owner', 'gone', 'failing'] as const) {
      assert.equal(isCalled(CUSTOMER, event(), ['customer'], { ...endpoint, disabledBecause }), false)
    }
  })
})
