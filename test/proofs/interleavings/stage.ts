import assert from 'node:assert/strict'
import { judgedBy } from '../../../src/application/claim-slot.ts'
import type { Booking } from '../../../src/domain/booking.ts'
import { holdTermsOf } from '../../../src/domain/hold.ts'
import type { EventId, HoldId, UserId } from '../../../src/domain/ids.ts'
import { formatInstant, type Instant, plusMinutes } from '../../../src/domain/instant.ts'
import { withBuffers } from '../../../src/domain/occupancy.ts'
import type { Offer } from '../../../src/domain/service.ts'
import { openBench } from '../../adapters/postgres-harness.ts'
import { TEN } from '../../contracts/shop.ts'
import { accepted, addAccount, addOffer, bookingEntry, newId } from '../../support/fixtures.ts'
import {
  MOST_HOLDS,
  type Person,
  type Side,
  STARTS,
  TERMS,
  type Terms,
  type WorldBooking,
  type WorldHold,
} from './actions.ts'
import { equipment, LINES, restored, saved } from './equipment.ts'
import { openSession, type Session } from './session.ts'
import { openWatcher, type Watcher } from './watcher.ts'

/** The clock of a case: one hold of the world is over by then, and when it is late so is the other. */
const EARLY_SECONDS = 60
const LATE_SECONDS = 7_200
const HOLD_SECONDS = { D: 30, L: 3_600 }

/** How a service of the world is offered, and what the world's bookings and holds are there. */
export interface Shop {
  readonly offer: Offer
  readonly bookings: Readonly<Record<WorldBooking, Booking>>
  readonly holds: Readonly<Record<WorldHold, HoldId>>
}

/** A real database in which each case begins in the same small world. */
export interface Stage extends AsyncDisposable {
  readonly sessions: Readonly<Record<Side, Session>>
  readonly watcher: Watcher
  readonly people: Readonly<Record<Person, UserId>>
  /** Sets up the world again, as it is under these terms. */
  reset(terms: Terms): Promise<Shop>
  /** Lets the time go by until the hold that lived has expired. */
  beLate(): Promise<void>
  /** What is recorded, a line for each row, sorted; ids by their names, those of the world and the given ones. */
  lines(shop: Shop, names: ReadonlyMap<string, string>): Promise<string[]>
  deadlocks(): Promise<number>
  /** Alters the text of a function of the database, until it is disposed of. */
  plant(name: string, from: string, to: string): Promise<AsyncDisposable>
}

export const startOf = (halfHours: number): Instant => plusMinutes(TEN, halfHours * 30)

/** A hold that goes over the port as any other. */
export function holdEntry(offer: Offer, holderId: UserId, at: number, ttlSeconds: number) {
  const { service } = offer
  const start = startOf(at)
  const end = plusMinutes(start, service.durationMinutes)
  const blocked = withBuffers({ start, end }, service)
  const { id: serviceId, providerId } = service
  const terms = holdTermsOf(service)
  const hold = { id: newId() as HoldId, holderId, serviceId, providerId, start, end, blocked, terms }
  const judged = judgedBy(offer, start)
  return { hold, judgedBy: judged, ttlSeconds, mostHolds: MOST_HOLDS, eventId: newId() as EventId }
}

async function furnish(session: Session, offer: Offer, ann: UserId): Promise<Shop> {
  const book = async (at: number, status: 'pending' | 'confirmed') =>
    accepted(await session.ledger.book(bookingEntry(offer, ann, startOf(at), { status }), null))
  const hold = async (name: WorldHold) =>
    accepted(await session.holds.place(holdEntry(offer, ann, STARTS[name], HOLD_SECONDS[name]), null)).id
  const bookings = { P: await book(STARTS.P, 'pending'), Q: await book(STARTS.Q, 'confirmed') }
  return { offer, bookings, holds: { D: await hold('D'), L: await hold('L') } }
}

const worldOf = ({ dailyLimit }: Terms) => `limit_${dailyLimit ?? 'none'}`

export async function openStage(): Promise<Stage> {
  await using resources = new AsyncDisposableStack()
  const bench = resources.use(await openBench())
  const { url, query } = bench.database
  const harness = await bench.open()
  const provider = await addAccount(harness.accounts, 'provider')
  const ann = (await addAccount(harness.accounts, 'customer')).user.id
  const ben = (await addAccount(harness.accounts, 'customer')).user.id
  await query(equipment(formatInstant(TEN)))
  const sessions = { A: resources.use(await openSession(url)), B: resources.use(await openSession(url)) }
  const watcher = resources.use(await openWatcher(url))
  const shops = new Map<string, Shop>()
  for (const dailyLimit of new Set(TERMS.map((terms) => terms.dailyLimit))) {
    const world = worldOf({ dailyLimit, keys: 'none' })
    const offer = await addOffer(harness, provider)
    const limited = { ...offer, service: { ...offer.service, dailyLimit } }
    await sessions.A.begin(null)
    shops.set(world, { ...(await furnish(sessions.A, offer, ann)), offer: limited })
    await sessions.A.end('commit')
    await query(saved(world))
    await query('delete from bookings; delete from claims; delete from events')
  }
  const owner = resources.move()
  return {
    sessions,
    watcher,
    people: { ann, ben },
    async reset(terms) {
      const world = worldOf(terms)
      await watcher.run(restored(world, EARLY_SECONDS))
      return shops.get(world) as Shop
    },
    beLate: () => watcher.setClock(LATE_SECONDS),
    async lines({ bookings, holds }, names) {
      const known = new Map<string, string>([
        [ann, 'ann'],
        [ben, 'ben'],
        ...Object.entries(bookings).map(([name, { id }]) => [id, name] as const),
        ...Object.entries(holds).map(([name, id]) => [id, name] as const),
        ...names,
      ])
      const lines = await watcher.lines(LINES)
      return lines.map((line) => line.replaceAll(/[0-9a-f-]{36}/g, (id) => known.get(id) ?? id)).sort()
    },
    async deadlocks() {
      const text = 'select deadlocks::integer from pg_stat_database where datname = current_database()'
      return (await query<{ deadlocks: number }>(text))[0]?.deadlocks ?? 0
    },
    async plant(name, from, to) {
      const text = 'select pg_get_functiondef($1::regproc) as definition'
      const [row] = await query<{ definition: string }>(text, [name])
      assert(row, `There is no ${name}`)
      const { definition } = row
      assert(definition.includes(from), `${name} has no ${from}`)
      await query(definition.replace(from, to))
      return { [Symbol.asyncDispose]: async () => void (await query(definition)) }
    },
    [Symbol.asyncDispose]: () => owner.disposeAsync(),
  }
}
