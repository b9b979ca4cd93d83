import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { asLines, asOneLine, shortened } from '../../src/domain/plain-text.ts'

describe('what somebody wrote', () => {
  it('becomes one line, whatever breaks it', () => {
    for (const brk of ['\r\n', '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029', '\t', '\0', '  ']) {
      assert.equal(
        asOneLine(`Salon${brk}Bcc: all@example.com`),
        'Salon Bcc: all@example.com',
        JSON.stringify(brk),
      )
    }
    assert.equal(asOneLine('\r\n \u00a0 Salon \t'), 'Salon')
  })

  it('keeps its letters, whichever script they are in, and its emoji', () => {
    for (const text of ['Frisör Änna', 'מספרה', 'صالون', '美容室', '👩‍👩‍👧 salon', 'naïve']) {
      assert.equal(asOneLine(text), text)
    }
  })

  it('cannot turn round the direction of the sentence that it stands in', () => {
    assert.equal(asOneLine('\u202eetisbew live\u202c \u2066x\u2069'), 'etisbew live x')
  })

  it('is taken line by line where it has several', () => {
    assert.deepEqual(asLines('\r\nRing twice.\r\n\n<b>Then wait.</b>\u2028Thanks\n\n'), [
      'Ring twice.',
      '',
      '<b>Then wait.</b>',
      'Thanks',
    ])
  })

  it('is shortened between characters, never within one', () => {
    assert.equal(shortened('Haircut', 7), 'Haircut')
    assert.equal(shortened('Haircut and more', 8), 'Haircut…')
    assert.equal(shortened('😀'.repeat(5), 3), '😀😀…')
  })
})
