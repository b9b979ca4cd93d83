import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { htmlOf } from '../../src/application/letter-html.ts'
import { textOf } from '../../src/application/letter-text.ts'
import type { Letter } from '../../src/domain/letter.ts'

const letter = (changes: Partial<Letter> = {}): Letter => ({
  subject: 'Confirmed: Haircut, Mon 1 Jun 2026, 05:00',
  heading: 'Your booking is confirmed',
  greeting: 'Hello Ben,',
  paragraphs: ['You have booked Haircut with Anna Berg.'],
  facts: [
    { label: 'Service', lines: ['Haircut'] },
    { label: 'Notes', lines: ['Ring twice.', '', 'Then wait.'] },
  ],
  ...changes,
})

describe('a letter as text', () => {
  it('has every line, and what somebody wrote in several indented', () => {
    assert.equal(
      textOf(letter()),
      `Hello Ben,

Your booking is confirmed

You have booked Haircut with Anna Berg.

Service: Haircut
Notes:
    Ring twice.

    Then wait.
`,
    )
  })
})

describe('a letter as a page', () => {
  it('has every line, and fetches nothing', () => {
    const page = htmlOf(letter())
    for (const words of [
      'Hello Ben,',
      'Your booking is confirmed',
      'Haircut with Anna Berg.',
      'Ring twice.<br>',
    ]) {
      assert(page.includes(words), words)
    }
    assert.doesNotMatch(page, /https?:|<img|<link|<script|url\(|src=/i)
  })

  it('keeps what somebody wrote a text', () => {
    const hostile = `</td><script>alert("1")</script>&amp;<img src=x onerror='alert(2)'> {{7*7}} \${7*7}`
    const page = htmlOf(
      letter({
        subject: hostile,
        heading: hostile,
        greeting: hostile,
        paragraphs: [hostile],
        facts: [{ label: 'Notes', lines: [hostile] }],
      }),
    )
    assert.doesNotMatch(page, /<script|<img|<\/td><script/)
    const escaped = `&lt;/td&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&lt;img src=x onerror=&#39;alert(2)&#39;&gt; {{7*7}} \${7*7}`
    assert.equal(page.split(escaped).length - 1, 5)
  })
})
