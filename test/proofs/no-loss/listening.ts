import { setTimeout as delay } from 'node:timers/promises'
import type { Door } from '../common/api-processes.ts'
import type { Random } from '../common/random.ts'
import type { Heard, Listener } from './evidence.ts'
import { hashOf, isLoss, type Listen, type Told } from './line.ts'

/** How a listener comes and goes. */
export interface Manner {
  /** How long it stays, and with how many events it leaves at once, in the middle of others as it may be. */
  stay(): { readonly milliseconds: number; readonly events: number }
  awayMilliseconds(): number
}

/** What a listener needs to go on for as long as it is asked to. */
export interface Seat {
  readonly number: number
  readonly listener: Listener
  readonly listen: Listen
  readonly token: string | null
  readonly doors: readonly Door[]
  readonly random: Random
  /** Where all that anyone gets is noted. */
  readonly heard: Heard[]
}

const LOOK_MILLISECONDS = 20

/** A person who listens, and where it is in the log. */
export interface Ear {
  readonly listener: Listener
  /** The place from which it goes on; null as long as it was given none. */
  place(): string | null
  /** Comes and goes until it is over. */
  comeAndGo(manner: Manner, over: AbortSignal): Promise<void>
  /** Stays until `isDone`, and comes back where it is cut off; false when the patience was not enough. */
  listenUntil(isDone: () => boolean, milliseconds: number): Promise<boolean>
}

export function earOf(seat: Seat): Ear {
  const { listener, number, heard, random, doors } = seat
  let cursor: string | null = null

  function note(told: Told): void {
    if (told.kind === 'refused') {
      listener.refusals.push(told.words)
      return
    }
    if (told.kind === 'event') {
      const { event } = told
      // A list that is asked for without a cursor begins where the log does.
      listener.from ??= ''
      heard.push({
        listener: number,
        cursor: event.cursor,
        id: event.id,
        type: event.type,
        content: hashOf(event),
      })
      cursor = event.cursor
      return
    }
    if (told.kind === 'reset' && cursor !== null) listener.resets.push({ at: cursor, to: told.cursor })
    listener.from ??= told.cursor
    cursor = told.cursor
  }

  /** One connection to a node that is up. */
  async function connect(signal: AbortSignal, onEvent: () => void): Promise<void> {
    const door = random.pick(doors.filter(({ url }) => url !== null))
    if (!door?.url) return
    listener.connections++
    const hear = (told: Told) => {
      // Who has left hears no more, whatever is still on its way.
      if (signal.aborted) return
      note(told)
      if (told.kind === 'event') onEvent()
    }
    const { topics } = listener
    await seat
      .listen({ url: door.url, token: seat.token, topics, after: cursor, signal, hear })
      .catch((error) => {
        if (!isLoss(error)) throw error
      })
  }

  return {
    listener,
    place: () => cursor,
    async comeAndGo(manner, over) {
      while (!over.aborted) {
        const { milliseconds, events } = manner.stay()
        const leaving = new AbortController()
        let left = events
        await connect(AbortSignal.any([leaving.signal, over, AbortSignal.timeout(milliseconds)]), () => {
          if (--left === 0) leaving.abort()
        })
        await delay(manner.awayMilliseconds(), undefined, { signal: over }).catch(() => undefined)
      }
    },
    async listenUntil(isDone, milliseconds) {
      const patience = performance.now() + milliseconds
      while (!isDone() && performance.now() < patience) {
        const leaving = new AbortController()
        const look = setInterval(() => {
          if (isDone() || performance.now() > patience) leaving.abort()
        }, LOOK_MILLISECONDS)
        await connect(leaving.signal, () => undefined).finally(() => clearInterval(look))
        if (!isDone()) await delay(LOOK_MILLISECONDS)
      }
      return isDone()
    },
  }
}

const SHORTEST_MILLISECONDS = 2
const EVENTS_PERCENT = 40
const MOST_EVENTS = 30

/** From a moment to `longest`, short as often as long; now and then away in the middle of what happens. */
export function fickle(random: Random, longestMilliseconds: number): Manner {
  const some = () => SHORTEST_MILLISECONDS * (longestMilliseconds / SHORTEST_MILLISECONDS) ** random.next()
  return {
    stay: () => ({
      milliseconds: Math.ceil(some()),
      events: random.percent(EVENTS_PERCENT) ? 1 + random.below(MOST_EVENTS) : Number.POSITIVE_INFINITY,
    }),
    awayMilliseconds: () => Math.ceil(some()),
  }
}
