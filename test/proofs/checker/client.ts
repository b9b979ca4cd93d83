import { setTimeout as delay } from 'node:timers/promises'
import type { Door } from '../common/api-processes.ts'
import type { Random } from '../common/random.ts'
import type { Send, Wire } from './caller.ts'
import type { BookingPool } from './pool.ts'
import { type Asked, type Call, isUncertain } from './record.ts'
import type { Shop } from './shop.ts'

/** What all clients of a load share. */
export interface Floor {
  readonly shop: Shop
  readonly doors: readonly Door[]
  readonly pool: BookingPool
  readonly send: Send
  /** Ends everything at once; a client that is only to finish is told by `isOver`. */
  readonly signal: AbortSignal
  isOver(): boolean
}

/** A client with its own choices and its own names for what it asks. */
export interface Client {
  readonly floor: Floor
  readonly random: Random
  /** A name that nothing else has. */
  tag(): string
  /** Asks once. What comes of a lost connection stays open, as it does for anyone without a key. */
  ask(asked: Asked, wire: Wire): Promise<Call>
  /** Asks under a key, several times at once and again later as it happens, and until there is an answer. */
  askOnce(asked: Asked, wire: Wire): Promise<Call>
}

const PAUSE_MILLISECONDS = 50
const PATIENCE_MILLISECONDS = 60_000
const TWINS_PERCENT = 30
const LATER_PERCENT = 10

export function clientOf(floor: Floor, number: number, random: Random): Client {
  let asked = 0

  async function openDoor(): Promise<Door> {
    for (;;) {
      const door = random.pick(floor.doors.filter(({ url }) => url !== null))
      if (door) return door
      await pause()
    }
  }

  const pause = () =>
    delay(PAUSE_MILLISECONDS * (1 + random.next()), undefined, { signal: floor.signal, ref: true })

  async function ask(what: Asked, wire: Wire): Promise<Call> {
    const call = await floor.send(await openDoor(), what, wire)
    floor.pool.learn(call, (id) => floor.shop.services.find((one) => one.id === id)?.provider ?? '')
    if (isUncertain(call)) await pause()
    return call
  }

  async function insist(what: Asked, wire: Wire): Promise<Call> {
    const patience = performance.now() + PATIENCE_MILLISECONDS
    for (;;) {
      const call = await ask(what, wire)
      const isPassing = call.status === null || call.status === 503
      if (!isPassing || performance.now() > patience) return call
    }
  }

  return {
    floor,
    random,
    tag: () => `${number}-${asked++}`,
    ask,
    async askOnce(what, wire) {
      const keyed = { ...what, key: `key-${what.tag}` }
      const copies = random.percent(TWINS_PERCENT) ? 2 + random.below(2) : 1
      const [first] = await Promise.all(Array.from({ length: copies }, () => insist(keyed, wire)))
      if (random.percent(LATER_PERCENT)) await insist(keyed, wire)
      return first as Call
    },
  }
}
