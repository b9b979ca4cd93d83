import assert from 'node:assert/strict'
import { it } from 'node:test'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Json } from '../../src/domain/json.ts'
import { accepted, bookingEntry } from '../support/fixtures.ts'
import type { OpenHarness } from './harness.ts'
import { openShop, TEN } from './shop.ts'

const TEXTS = [
  '',
  'plain',
  `it's "quoted" \\ and {braced}, $1 :name %s; drop table bookings; --`,
  'line\r\nbreak\ttab \u0001 \u007f \u2028',
  '👩‍👩‍👧 naïve 日本語 \u202eright-to-left',
  '👍'.repeat(2_000),
  'x'.repeat(2_000),
]

const METADATA: Readonly<Record<string, Json>> = {
  '': 'empty key',
  'ключ "🔑" \\': [null, true, false, 0, -1.5, 1e21, 12_345_678_901_234, 'x'.repeat(1_000)],
  nested: { a: { b: { c: { d: [[[{ e: 'deep' }]], {}, []] } } } },
  z: 1,
  a: 2,
}

/** What every ledger keeps of the words of a booking. */
export function keepingText(open: OpenHarness): void {
  it('keeps notes and metadata to the letter', async () => {
    await using shop = await openShop(open)
    for (const [index, notes] of [null, ...TEXTS].entries()) {
      const metadata = index % 2 ? METADATA : { note: notes }
      const entry = bookingEntry(shop.offer, shop.customer.user.id, plusMinutes(TEN, index * 60), {
        notes,
        metadata,
      })
      const booking = accepted(await shop.ledger.book(entry, null))
      assert.deepEqual(booking, { ...entry.booking, number: booking.number })
      assert.deepEqual(await shop.archive.find(booking.id), booking)
    }
  })
}
