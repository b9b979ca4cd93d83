import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { EventId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Cursor, LoggedEvent } from '../../src/domain/logged-event.ts'
import { accepted, addOfferOfNewProvider, cancellationOf, NOW, newId } from '../support/fixtures.ts'
import { moveOf } from '../support/ledger-entries.ts'
import { readOn } from './event-log-reading.ts'
import { type OpenHarness, times } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

const WRITERS = 12
const ROUNDS = 12
/** Of each round: made, moved, cancelled, and a hold placed and given back. */
const EVENTS_OF_A_ROUND = 5

/** What happens at one provider: bookings that live a whole life, and holds. */
async function live(shop: ContractShop): Promise<void> {
  const offer = await addOfferOfNewProvider(shop)
  for (const round of times(ROUNDS)) {
    const start = plusMinutes(TEN, round * 240)
    const booking = accepted(await shop.book(start, offer))
    const hold = accepted(await shop.hold(plusMinutes(start, 60), {}, offer))
    const moved = accepted(await shop.ledger.move(moveOf(booking, offer, plusMinutes(start, 120)), null))
    accepted(await shop.holds.release(hold.id, hold.holderId, newId() as EventId))
    accepted(await shop.ledger.change(cancellationOf(moved, null, NOW), null))
  }
}

/** Without what the writers have set up before. */
const ofSlots = (events: readonly LoggedEvent[]) =>
  events.filter(({ subject }) => subject.type === 'booking' || subject.type === 'hold')

/** Reads and reads until it is told to stop, and then what there is. */
async function listen(shop: ContractShop, limit: number, end: AbortSignal): Promise<LoggedEvent[]> {
  const heard: LoggedEvent[] = []
  let place: Cursor = await shop.log.start()
  while (!end.aborted) {
    const page = accepted(await shop.log.read(place, limit))
    heard.push(...ofSlots(page.events))
    place = page.end
    await new Promise((resolve) => setImmediate(resolve))
  }
  heard.push(...ofSlots(await readOn(shop, place)))
  return heard
}

/** The promise that everything else rests on. */
export function writingMeanwhile(open: OpenHarness): void {
  it('skips nothing and tells nothing twice while many write, and all readers hear the same', async () => {
    await using shop = await openShop(open)
    const end = new AbortController()
    const readers = [1, 3, 10, 1_000].map((limit) => listen(shop, limit, end.signal))
    await Promise.all(times(WRITERS).map(() => live(shop)))
    end.abort()
    const heard = await Promise.all(readers)
    const all = ofSlots(await readOn(shop))
    assert.equal(new Set(all.map(({ id }) => id)).size, WRITERS * ROUNDS * EVENTS_OF_A_ROUND)
    for (const events of heard) {
      assert.deepEqual(
        events.map(({ id }) => id),
        all.map(({ id }) => id),
      )
    }
  })

  it('tells of each booking and hold in the order of its versions, whoever wrote meanwhile', async () => {
    await using shop = await openShop(open)
    await Promise.all(times(WRITERS).map(() => live(shop)))
    const versions = new Map<string, unknown[]>()
    for (const { subject } of ofSlots(await readOn(shop))) {
      versions.set(subject.id, [...(versions.get(subject.id) ?? []), subject.version])
    }
    assert.equal(versions.size, WRITERS * ROUNDS * 2)
    for (const told of versions.values()) assert([`1,2,3`, `1,2`].includes(told.join()), `${told}`)
  })
}
