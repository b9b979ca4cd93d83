import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plusMinutes } from '../../src/domain/instant.ts'
import { rotateSecret, validSecrets } from '../../src/domain/webhook-secret.ts'
import { at } from './support/wall.ts'

const NOW = at('2026-06-01T09:00:00Z')
const first = { current: 'one', previous: null }

describe('The secret of a webhook', () => {
  it('signs alone until it is rotated', () => {
    assert.deepEqual(validSecrets(first, NOW), ['one'])
  })

  it('signs beside the next one for 24 hours, and not at their end', () => {
    const rotated = rotateSecret(first, 'two', NOW)
    assert.deepEqual(validSecrets(rotated, NOW), ['two', 'one'])
    assert.deepEqual(validSecrets(rotated, plusMinutes(NOW, 1_439)), ['two', 'one'])
    assert.deepEqual(validSecrets(rotated, plusMinutes(NOW, 1_440)), ['two'])
  })

  it('ends at once when the next one is rotated as well', () => {
    const again = rotateSecret(rotateSecret(first, 'two', NOW), 'three', plusMinutes(NOW, 1))
    assert.deepEqual(validSecrets(again, plusMinutes(NOW, 1)), ['three', 'two'])
  })
})
