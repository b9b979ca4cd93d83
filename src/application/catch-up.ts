import type { Cursor, LoggedEvent } from '../domain/logged-event.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CursorExpired, EventLog } from './ports/event-log.ts'
import type { TakeTurns } from './turns.ts'

/** Whoever listens. */
export interface Listener {
  /** Takes an event. Must not wait: who is too slow for what happens now is cut off by the door. */
  deliver(event: LoggedEvent): void
  /** Fulfils when there is room for more of what happened before; at once where there is some. */
  ready(): Promise<void>
}

export interface CatchUpPorts {
  readonly log: Pick<EventLog, 'read'>
  readonly inTurn: TakeTurns
}

export interface Catching {
  readonly listener: Pick<Listener, 'ready'>
  readonly tell: (event: LoggedEvent) => void
  readonly isStopped: () => boolean
}

/** Reads on from a place to another one, or to the end of the log where that is null. */
export type CatchUp = (from: Cursor, until: Cursor | null) => Promise<Result<null, CursorExpired>>

/** Looked at first, and without a turn: whoever comes back after a moment has missed no more, and waits for nobody. */
const GLIMPSE = 50
/** Events that are read in one turn. */
const STRETCH = 1_000
/** In one turn for a listener who had no room for all that was read in the last. */
const SHORT_STRETCH = 200
/** Events that are told before the listener is asked for room again. */
export const MOUTHFUL = 50
const TURNS = 'reading the log'

/**
 * Tells a listener what happened before. Few do so at once on a node, however many come back at the same moment; each reads
 * a stretch and goes to the end of the line. Nobody keeps a turn, or what was read in it, while their listener has no room:
 * what has not been told is read anew.
 */
export function catchUpOf({ log, inTurn }: CatchUpPorts, { listener, tell, isStopped }: Catching): CatchUp {
  return async (begin, until) => {
    let from = begin
    let stretch = GLIMPSE
    let room: Promise<void> | null = null

    /** Tells events for as long as there is room at once; how many. */
    const tellSome = async (events: readonly LoggedEvent[]): Promise<number> => {
      let told = 0
      while (told < events.length && !isStopped()) {
        room ??= listener.ready()
        if (told > 0 && !(await isFulfilled(room))) break
        room = null
        events.slice(told, told + MOUTHFUL).forEach(tell)
        told += MOUTHFUL
      }
      return Math.min(told, events.length)
    }

    /** Whether that was the end. */
    const readOn = async (): Promise<Result<boolean, CursorExpired>> => {
      if (isStopped()) return ok(true)
      const page = await log.read(from, stretch)
      if (!page.ok) return page
      const { events, end, isLast } = page.value
      const told = await tellSome(events)
      const isAll = told === events.length
      from = isAll ? end : (events[told - 1]?.cursor ?? from)
      stretch = isAll ? STRETCH : SHORT_STRETCH
      return ok(isAll && isLast && until === null)
    }

    for (let look = 0; ; look++) {
      if (isStopped() || (until !== null && from >= until)) return ok(null)
      room ??= listener.ready()
      await room
      const read = look === 0 ? await readOn() : await inTurn(TURNS, readOn)
      if (!read.ok) return read
      if (read.value) return ok(null)
    }
  }
}

/** Of the two, the one that is fulfilled already comes first. */
const isFulfilled = (promise: Promise<void>): Promise<boolean> =>
  Promise.race([promise.then(() => true), Promise.resolve().then(() => false)])
