import { z } from 'zod'
import type { SessionId } from '../../domain/ids.ts'
import { branded } from './values.ts'

const endedRows = z.array(z.tuple([branded<SessionId>(), z.number()]))

/** The sessions that have ended while an access token of theirs is good, as far as a node has read of them. */
export interface EndedSessions {
  /** The number up to which they are known. */
  place(): string
  /** Takes in those up to a number, as JSON, and lets go of those that need not be known any more. */
  add(place: string, rows: string | null): void
  has(id: SessionId): boolean
}

export function endedSessions(now: () => number = Date.now): EndedSessions {
  /** When each may be forgotten; they come about in that order. */
  const ended = new Map<SessionId, number>()
  let known = '0'

  return {
    place: () => known,
    add(place, rows) {
      known = place
      if (rows === null) return
      for (const [id, forgottenAt] of ended) {
        if (forgottenAt > now()) break
        ended.delete(id)
      }
      for (const [id, forgottenAt] of endedRows.parse(JSON.parse(rows))) ended.set(id, forgottenAt)
    },
    has: (id) => ended.has(id),
  }
}
