import type { UserNumber } from '../../domain/ids.ts'

/** What of a provider can change: what is taken, or what is offered when. */
export type Aspect = 'claims' | 'offer'

export interface ChangeMarks {
  /** Says that a reading has found a provider changed. */
  mark(aspect: Aspect, provider: UserNumber, reading: number): void
  /** Says that a reading cannot tell who has changed. */
  markEveryone(reading: number): void
  /** Whether what was known as of one reading still holds as of the last one. */
  isUnchanged(aspect: Aspect, provider: UserNumber, since: number): boolean
}

/**
 * Remembers by which reading of the log each provider was last found changed, for at most so many providers. Whose
 * mark has left to make room counts as changed ever since.
 */
export function changeMarks(most: number): ChangeMarks {
  const marks = { claims: new Map<UserNumber, number>(), offer: new Map<UserNumber, number>() }
  let everyone = 0
  return {
    mark(aspect, provider, reading) {
      const marked = marks[aspect]
      // Taken out first, so that the map stays in the order of the readings.
      marked.delete(provider)
      marked.set(provider, reading)
      if (marked.size <= most) return
      const [oldest] = marked
      if (!oldest) return
      marked.delete(oldest[0])
      everyone = Math.max(everyone, oldest[1])
    },

    markEveryone(reading) {
      everyone = reading
      marks.claims.clear()
      marks.offer.clear()
    },

    isUnchanged: (aspect, provider, since) =>
      since >= everyone && since >= (marks[aspect].get(provider) ?? 0),
  }
}
