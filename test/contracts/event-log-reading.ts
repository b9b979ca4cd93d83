import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import type { Cursor, LoggedEvent } from '../../src/domain/logged-event.ts'
import { accepted, bookingEntry, NOW } from '../support/fixtures.ts'
import { times } from './harness.ts'
import { type ContractShop, TEN } from './shop.ts'

/** Reads from a place, or from the beginning, to the end of what has been written by now. */
export async function readOn(
  { log, probe }: Pick<ContractShop, 'log' | 'probe'>,
  after: Cursor | null = null,
  limit = 100,
): Promise<LoggedEvent[]> {
  await probe.everythingIsReadable()
  const events: LoggedEvent[] = []
  let place = after ?? (await log.start())
  for (;;) {
    const page = accepted(await log.read(place, limit))
    events.push(...page.events)
    if (page.isLast) return events
    place = page.end
  }
}

/** Writes as many events, each of a booking of its own, one after the other. */
export async function fillLog(shop: ContractShop, count: number, occurredAt = NOW): Promise<void> {
  for (const index of times(count)) await writeAt(shop, occurredAt, plusMinutes(TEN, index * 60))
}

/** Writes the event of a booking that was made at some time. */
export async function writeAt(shop: ContractShop, createdAt: Instant, start: Instant): Promise<void> {
  const entry = bookingEntry(shop.offer, shop.customer.user.id, start, { createdAt })
  accepted(await shop.ledger.book(entry, null))
}
