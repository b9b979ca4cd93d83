import type { Cursor, LoggedEvent } from '../domain/logged-event.ts'
import { FIRST_PACE, isAllTold, MOUTHFUL, type Pace, paceAfter } from '../domain/reading-pace.ts'
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
  /** Few read at a time, and nobody is sent away: whoever comes back waits for as long as they stay. */
  readonly readInTurn: TakeTurns
}

export interface Catching {
  readonly listener: Pick<Listener, 'ready'>
  readonly tell: (event: LoggedEvent) => void
  readonly isStopped: () => boolean
}

/** Reads on from a place to another one, or to the end of the log where that is null. */
export type CatchUp = (from: Cursor, until: Cursor | null) => Promise<Result<null, CursorExpired>>

const TURNS = 'reading the log'

/**
 * Tells a listener what happened before. Few do so at once on a node, however many come back at the same moment; each reads
 * a stretch and goes to the end of the line. Nobody keeps a turn, or what was read in it, while their listener has no room:
 * what has not been told is read anew.
 */
export function catchUpOf(
  { log, readInTurn }: CatchUpPorts,
  { listener, tell, isStopped }: Catching,
): CatchUp {
  return async (begin, until) => {
    let from = begin
    let pace: Pace = FIRST_PACE
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
      const page = await log.read(from, pace.stretch)
      if (!page.ok) return page
      const { events, end, isLast } = page.value
      const stretch = { read: events.length, told: await tellSome(events) }
      from = isAllTold(stretch) ? end : (events[stretch.told - 1]?.cursor ?? from)
      pace = paceAfter(stretch)
      return ok(isAllTold(stretch) && isLast && until === null)
    }

    for (;;) {
      if (isStopped() || (until !== null && from >= until)) return ok(null)
      room ??= listener.ready()
      await room
      const read = pace.isInTurn ? await readInTurn(TURNS, readOn) : await readOn()
      if (!read.ok) return read
      if (read.value) return ok(null)
    }
  }
}

/** Of the two, the one that is fulfilled already comes first. */
const isFulfilled = (promise: Promise<void>): Promise<boolean> =>
  Promise.race([promise.then(() => true), Promise.resolve().then(() => false)])
