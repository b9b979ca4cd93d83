import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import type { Service } from '../../src/domain/service.ts'
import { addAccount, addOfferOfNewProvider, bookingEntry, NOW } from '../support/fixtures.ts'
import { type HoldChanges, holdEntry } from '../support/ledger-entries.ts'
import type { OpenHarness } from './harness.ts'

/** Ten in the morning, tomorrow. */
export const TEN = plusMinutes(NOW, 26 * 60)

/** A ledger with one service on sale and someone to book it. */
export async function openShop(open: OpenHarness, terms: Partial<Service> = {}) {
  const harness = await open()
  const offer = await addOfferOfNewProvider(harness, terms)
  const customer = await addAccount(harness.accounts, 'customer')
  await harness.probe.forgetEvents()
  const entryAt = (start: Instant, other = offer) => bookingEntry(other, customer.user.id, start)
  const book = async (start: Instant, other = offer) => harness.ledger.book(entryAt(start, other), null)
  const hold = async (start: Instant, changes: HoldChanges = {}, other = offer) =>
    harness.holds.place(holdEntry(other, customer.user.id, start, changes), null)
  const dispose = () => harness[Symbol.asyncDispose]()
  return { ...harness, offer, customer, entryAt, book, hold, [Symbol.asyncDispose]: dispose }
}

export type ContractShop = Awaited<ReturnType<typeof openShop>>
