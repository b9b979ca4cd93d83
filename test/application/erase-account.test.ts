import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryErasures } from '../../src/adapters/memory/erasures.ts'
import { eraseAccount, finishErasures } from '../../src/application/erase-account.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import {
  accepted,
  actorOf,
  addAccount,
  addOffer,
  bookingEntry,
  NOW,
  rejectionOf,
} from '../support/fixtures.ts'
import { openStage } from './stage.ts'

const IN_AN_HOUR = plusMinutes(NOW, 60)

async function openShop() {
  const stage = openStage()
  const erasures = memoryErasures(stage.database)
  const provider = await addAccount(stage.accounts, 'provider')
  const customer = await addAccount(stage.accounts, 'customer')
  const offer = await addOffer(stage, provider)
  const book = async (start: typeof NOW) =>
    accepted(await stage.ledger.book(bookingEntry(offer, customer.user.id, start, { notes: 'Ada' }), null))
  return { ...stage, erasures, provider, customer, book }
}

describe('Erasing a person', () => {
  it('cancels what is to come and leaves what has begun, without a word', async () => {
    const shop = await openShop()
    const begun = await shop.book(NOW)
    const coming = await shop.book(IN_AN_HOUR)
    accepted(await eraseAccount(shop)(actorOf(shop.customer), null))
    const [left, gone] = await shop.archive.findMany([begun.id, coming.id])
    assert.deepEqual([left?.status, left?.notes], ['confirmed', null])
    assert.deepEqual([gone?.status, gone?.notes, gone?.version], ['cancelled', null, 2])
    const [, cancelled] = await shop.archive.history(coming.id)
    assert.deepEqual([cancelled?.change, cancelled?.actorId], ['booking.cancelled', shop.customer.user.id])
    assert.deepEqual(await shop.erasures.unfinished(10), [])
  })

  it('is ended by the chore where it was cut off', async () => {
    const shop = await openShop()
    const { id } = await shop.book(IN_AN_HOUR)
    const ledger = { ...shop.ledger, change: () => Promise.reject(new Error('the database is down')) }
    await assert.rejects(eraseAccount({ ...shop, ledger })(actorOf(shop.customer), null), /down/)
    assert.equal(await shop.accounts.find(shop.customer.user.id), undefined)
    assert.equal((await shop.archive.find(id))?.notes, 'Ada')
    assert.equal(await finishErasures(shop)(), 1)
    assert.deepEqual((await shop.archive.find(id))?.notes, null)
    assert.equal((await shop.archive.find(id))?.status, 'cancelled')
    assert.equal(await finishErasures(shop)(), 0)
  })

  it('tries again where somebody else changes a booking meanwhile', async () => {
    const shop = await openShop()
    const booking = await shop.book(IN_AN_HOUR)
    let tries = 0
    const change: typeof shop.ledger.change = async (event, recording) => {
      if (tries++ > 0) return shop.ledger.change(event, recording)
      shop.database.bookings.set(booking.id, { ...booking, version: 2 })
      return shop.ledger.change(event, recording)
    }
    accepted(
      await eraseAccount({ ...shop, ledger: { ...shop.ledger, change } })(actorOf(shop.provider), null),
    )
    assert.equal((await shop.archive.find(booking.id))?.status, 'cancelled')
    assert.equal((await shop.archive.find(booking.id))?.version, 3)
  })

  it('says so of an account that is there no more', async () => {
    const shop = await openShop()
    accepted(await eraseAccount(shop)(actorOf(shop.customer), null))
    assert.deepEqual(rejectionOf(await eraseAccount(shop)(actorOf(shop.customer), null)), {
      code: 'user-not-found',
    })
  })
})
