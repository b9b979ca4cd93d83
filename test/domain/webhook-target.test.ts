import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mayReach, targetViolations, type WebhookTarget } from '../../src/domain/webhook-target.ts'

const target = (changes: Partial<WebhookTarget> = {}): WebhookTarget => ({
  scheme: 'https',
  port: 443,
  hasCredentials: false,
  hasFragment: false,
  isHostPossible: true,
  reach: 'public',
  ...changes,
})

const codes = (changes: Partial<WebhookTarget>, allowPrivate = false) =>
  targetViolations(target(changes), allowPrivate).map(({ path, code }) => `${path.join('/')} ${code}`)

describe('The address of a webhook', () => {
  it('is https on its own port or one that belongs to no other service', () => {
    for (const port of [443, 1024, 8443, 65_535]) assert.deepEqual(codes({ port }), [])
    for (const port of [0, 22, 25, 80, 1023]) assert.deepEqual(codes({ port }), ['url port'])
  })

  it('has to be one', () => {
    assert.deepEqual(
      targetViolations(undefined, true).map(({ code }) => code),
      ['format'],
    )
  })

  it('is told all that is wrong with it at once', () => {
    const wrong = {
      scheme: 'ftp',
      port: 21,
      hasCredentials: true,
      hasFragment: true,
      isHostPossible: false,
      reach: 'private',
    } as const
    assert.deepEqual(codes(wrong), [
      'url scheme',
      'url credentials',
      'url fragment',
      'url host',
      'url port',
      'url address',
    ])
  })

  it('is http, or private, where that is allowed, and what must never be asked nowhere', () => {
    const local = { scheme: 'http', port: 80, reach: 'private' } as const
    assert.deepEqual(codes(local), ['url scheme', 'url port', 'url address'])
    assert.deepEqual(codes(local, true), [])
    assert.deepEqual(codes({ scheme: 'https', port: 80 }, true), ['url port'])
    assert.deepEqual(codes({ scheme: 'ftp' }, true), ['url scheme'])
    assert.deepEqual(codes({ reach: 'never' }, true), ['url address'])
    assert.deepEqual(
      [
        mayReach('public', false),
        mayReach('private', false),
        mayReach('private', true),
        mayReach('never', true),
      ],
      [true, false, true, false],
    )
  })
})
