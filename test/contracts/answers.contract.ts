import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Booking } from '../../src/domain/booking.ts'
import { formatInstant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, addAccount, cancellationOf, rejectionOf } from '../support/fixtures.ts'
import { holdEntry, moveOf, recordingOf } from '../support/ledger-entries.ts'
import { keyedWrites } from './answers-of-writes.ts'
import { type OpenHarness, times } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

const OTHER = 'bb'.repeat(32)
const REUSED = { code: 'idempotency-key-reused' }
const answered = (answer: string) => ({ code: 'answered-before', answer })

const userOf = (shop: ContractShop) => shop.customer.user.id
const bookUnder = (shop: ContractShop, key: string, start = TEN) =>
  shop.ledger.book(shop.entryAt(start), recordingOf(userOf(shop), key))

/** What every implementation of the `Answers` port keeps, with the ports that write answers themselves. */
export function answersContract(name: string, open: OpenHarness): void {
  describe(`${name} answers`, () => {
    wording(open)
    telling(open)
    keeping(open)
    forgetting(open)
    keyedWrites(open)
  })
}

function wording(open: OpenHarness): void {
  it('has the number of a booking between what comes before and after it', async () => {
    await using shop = await openShop(open)
    accepted(await shop.book(plusMinutes(TEN, 60)))
    const { number } = accepted(await bookUnder(shop, 'a'))
    assert.deepEqual(rejectionOf(await bookUnder(shop, 'a')), answered(`done <${number}>`))
  })

  it('has the end of a hold there, as RFC 3339', async () => {
    await using shop = await openShop(open)
    const place = () =>
      shop.holds.place(holdEntry(shop.offer, userOf(shop), TEN), recordingOf(userOf(shop), 'a'))
    const { expiresAt } = accepted(await place())
    assert.deepEqual(rejectionOf(await place()), answered(`done <${formatInstant(expiresAt)}>`))
  })

  it('is worded from what is recorded, every character of it', async () => {
    await using shop = await openShop(open)
    const said = 'ä"\\\n{}$1 %s \u2028 💇'
    const booking = accepted(await shop.book(TEN))
    const change = cancellationOf(booking)
    const seen: Booking[] = []
    const recording = {
      ...recordingOf<Booking>(userOf(shop), 'key: ~'),
      answer: (value: Booking) => {
        seen.push(value)
        return { before: said, after: '' }
      },
    }
    const changed = accepted(await shop.ledger.change(change, recording))
    assert.deepEqual(seen, [changed])
    assert.deepEqual(rejectionOf(await shop.ledger.change(change, recording)), answered(said))
  })
}

function telling(open: OpenHarness): void {
  it('refuses a key under which something else was asked for, and writes nothing', async () => {
    await using shop = await openShop(open)
    accepted(await bookUnder(shop, 'a'))
    const before = await shop.probe.counts()
    const other = recordingOf<Booking>(userOf(shop), 'a', OTHER)
    const later = shop.entryAt(plusMinutes(TEN, 60))
    assert.deepEqual(rejectionOf(await shop.ledger.book(later, other)), REUSED)
    assert.deepEqual(rejectionOf(await shop.answers.keep(other.key, 'no')), REUSED)
    assert.deepEqual(await shop.probe.counts(), before)
  })

  it('keeps the keys of everyone apart, and the keys of one user', async () => {
    await using shop = await openShop(open)
    const { user } = await addAccount(shop.accounts, 'customer')
    const book = (userId: typeof user.id, key: string, hour: number) => {
      const entry = shop.entryAt(plusMinutes(TEN, hour * 60))
      const event = { ...entry.event, actorId: userId }
      return shop.ledger.book({ ...entry, event }, recordingOf(userId, key))
    }
    for (const [hour, [userId, key]] of [
      [userOf(shop), 'a'],
      [user.id, 'a'],
      [userOf(shop), 'A'],
      [userOf(shop), 'a '],
      [userOf(shop), 'x'.repeat(255)],
    ].entries() as ArrayIterator<[number, [typeof user.id, string]]>) {
      accepted(await book(userId, key, hour))
    }
    assert.equal(await shop.probe.keptAnswers(), 5)
  })

  it('leaves nothing of what was refused: the key is free for the same and for something else', async () => {
    await using shop = await openShop(open, { dailyLimit: 2 })
    const { id } = accepted(await shop.book(TEN))
    assert.deepEqual(rejectionOf(await bookUnder(shop, 'a')), { code: 'slot-taken' })
    assert.equal(await shop.probe.keptAnswers(), 0)
    const booking = accepted(await bookUnder(shop, 'a', plusMinutes(TEN, 60)))
    assert.equal((await shop.probe.counts()).bookings, 2)
    const recording = recordingOf<Booking>(userOf(shop), 'b')
    const stale = { ...booking, version: 7 }
    const mismatch = { code: 'version-mismatch', version: 1 }
    assert.deepEqual(rejectionOf(await shop.ledger.change(cancellationOf(stale), recording)), mismatch)
    const move = moveOf(booking, shop.offer, TEN)
    assert.deepEqual(rejectionOf(await shop.ledger.move(move, recording)), { code: 'slot-taken' })
    const limited = await shop.holds.place(
      holdEntry(shop.offer, userOf(shop), plusMinutes(TEN, 180)),
      recordingOf(userOf(shop), 'b'),
    )
    assert.equal(rejectionOf(limited).code, 'daily-limit-reached')
    assert.equal(await shop.probe.keptAnswers(), 1)
    assert.notEqual(id, booking.id)
  })
}

function keeping(open: OpenHarness): void {
  it('keeps the first answer to what was refused, and gives it from then on', async () => {
    await using shop = await openShop(open)
    const { key } = recordingOf(userOf(shop), 'a')
    assert.equal(accepted(await shop.answers.keep(key, 'first')), null)
    assert.deepEqual(rejectionOf(await shop.answers.keep(key, 'second')), answered('first'))
    assert.deepEqual(rejectionOf(await bookUnder(shop, 'a')), answered('first'))
    assert.equal((await shop.probe.counts()).bookings, 0)
  })

  it('gives the answer to what was done to whoever comes to keep a refusal later', async () => {
    await using shop = await openShop(open)
    const { number } = accepted(await bookUnder(shop, 'a'))
    const { key } = recordingOf(userOf(shop), 'a')
    assert.deepEqual(rejectionOf(await shop.answers.keep(key, 'refused')), answered(`done <${number}>`))
  })

  it('is decided once by fifty who keep and book under one key at the same moment', async () => {
    await using shop = await openShop(open)
    for (const round of times(20)) {
      const recording = recordingOf(userOf(shop), `key ${round}`)
      const start = plusMinutes(TEN, round * 60)
      const results = await Promise.all(
        times(50).map((racer) =>
          racer % 2
            ? shop.answers.keep(recording.key, `refused ${racer}`)
            : bookUnder(shop, recording.key.key, start),
        ),
      )
      const first = results.filter(({ ok }) => ok)
      assert.equal(first.length, 1, `round ${round}`)
      const told = new Set(
        results.filter(({ ok }) => !ok).map((no) => JSON.stringify(rejectionOf<unknown, object>(no))),
      )
      assert.equal(told.size, 1, `round ${round}`)
      assert.match([...told][0] ?? '', /answered-before/)
    }
    assert.equal(await shop.probe.keptAnswers(), 20)
  })
}

function forgetting(open: OpenHarness): void {
  it('is good for 24 hours: after that the key is new', async () => {
    await using shop = await openShop(open)
    const first = accepted(await bookUnder(shop, 'a'))
    accepted(await shop.answers.keep(recordingOf(userOf(shop), 'b').key, 'first'))
    await shop.probe.ageAnswers(userOf(shop), 23)
    const later = plusMinutes(TEN, 60)
    assert.deepEqual(rejectionOf(await bookUnder(shop, 'a', later)), answered(`done <${first.number}>`))
    await shop.probe.ageAnswers(userOf(shop), 1)
    const second = accepted(await bookUnder(shop, 'a', later))
    assert.deepEqual(rejectionOf(await bookUnder(shop, 'a')), answered(`done <${second.number}>`))
    assert.equal(accepted(await shop.answers.keep(recordingOf(userOf(shop), 'b', OTHER).key, 'second')), null)
    assert.equal((await shop.probe.counts()).bookings, 2)
  })

  it('takes away what is older than 24 hours, no more at once than asked for', async () => {
    await using shop = await openShop(open)
    for (const index of times(7)) await shop.answers.keep(recordingOf(userOf(shop), `${index}`).key, 'old')
    assert.equal(await shop.answers.forgetOld(5), 0)
    await shop.probe.ageAnswers(userOf(shop), 25)
    await shop.answers.keep(recordingOf(userOf(shop), 'young').key, 'young')
    const done = []
    for (const limit of [5, 5, 5]) done.push(await shop.answers.forgetOld(limit))
    assert.deepEqual(done, [5, 2, 0])
    assert.equal(await shop.probe.keptAnswers(), 1)
    const { key } = recordingOf(userOf(shop), 'young')
    assert.deepEqual(rejectionOf(await shop.answers.keep(key, 'other')), answered('young'))
  })
}
