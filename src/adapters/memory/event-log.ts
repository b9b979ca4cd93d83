import type { EventLog } from '../../application/ports/event-log.ts'
import type { Cursor } from '../../domain/logged-event.ts'
import { ok, reject } from '../../domain/result.ts'
import type { MemoryDatabase } from './database.ts'

const DIGITS = 16
const CURSOR = /^([0-9]{16})([0-9a-f]{8})$/

/**
 * The log of one process. Whatever is written is written in one step, so that nothing can come in before what has been
 * read and there is no fence. A place is the number of events before and at it.
 */
export function memoryEventLog({ log }: MemoryDatabase): EventLog {
  /** Fixed width, so that texts are in the order of the places. */
  const cursorOf = (place: number) => `${String(place).padStart(DIGITS, '0')}${log.mark}` as Cursor
  const placeOf = (cursor: Cursor) => Number(CURSOR.exec(cursor)?.[1])

  return {
    async read(after, limit) {
      const from = placeOf(after) - log.trimmed
      if (from < 0) return reject({ code: 'cursor-expired', oldest: cursorOf(log.trimmed) })
      const page = log.events.slice(from, from + limit)
      const events = page.map(({ actorId: _actorId, ...event }, index) => ({
        ...event,
        cursor: cursorOf(log.trimmed + from + index + 1),
      }))
      return ok({ events, end: events.at(-1)?.cursor ?? after, isLast: events.length < limit })
    },

    async end() {
      return cursorOf(log.trimmed + log.events.length)
    },

    async start() {
      return cursorOf(log.trimmed)
    },

    async parse(text) {
      const cursor = text as Cursor
      const isOfThisLog = CURSOR.exec(text)?.[2] === log.mark
      return isOfThisLog && placeOf(cursor) <= log.trimmed + log.events.length ? cursor : undefined
    },

    async trim({ before, now }, limit) {
      const credible = log.events
        .map(({ occurredAt }, index) => ({ occurredAt, count: index + 1 }))
        .filter(({ occurredAt }) => occurredAt <= now)
      const young = credible.findIndex(({ occurredAt }) => occurredAt >= before)
      const old =
        credible.slice(0, Math.min(young === -1 ? credible.length : young, limit)).at(-1)?.count ?? 0
      log.events.splice(0, old)
      log.trimmed += old
      return old
    },
  }
}
