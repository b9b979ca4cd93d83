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
      return CURSOR.exec(text)?.[2] === log.mark ? (text as Cursor) : undefined
    },

    async trim(before, limit) {
      const young = log.events.findIndex(({ occurredAt }) => occurredAt >= before)
      const old = Math.min(young === -1 ? log.events.length : young, limit)
      log.events.splice(0, old)
      log.trimmed += old
      return old
    },
  }
}
