import type { Actor } from '../domain/actor.ts'
import { maySeeBooking } from '../domain/booking.ts'
import { type Cursor, type Interest, type LoggedEvent, type Topic, viewsOf } from '../domain/logged-event.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { BookingArchive } from './ports/booking-ledger.ts'
import type { CursorExpired, EventLog } from './ports/event-log.ts'
import type { ProviderDirectory } from './ports/provider-directory.ts'

/** There is nothing to follow under this name, or it is not for this listener. */
export interface TopicNotFound {
  readonly code: 'topic-not-found'
}

/** The text is no cursor of this log. */
export interface UnknownCursor {
  readonly code: 'unknown-cursor'
}

export interface EventPorts {
  readonly log: EventLog
  readonly archive: BookingArchive
  readonly directory: ProviderDirectory
}

/** What is asked of the log, and where to go on from. */
export interface EventsQuery extends Interest {
  /** As it was given; null for the beginning of the log. */
  readonly after: string | null
}

export type EventsRejection = TopicNotFound | UnknownCursor | CursorExpired

export interface EventsPage {
  readonly events: readonly LoggedEvent[]
  readonly next: Cursor
}

export type ListEvents = (
  actor: Actor | null,
  query: EventsQuery,
  limit: number,
) => Promise<Result<EventsPage, EventsRejection>>

/** Events of the log that one request looks at, whoever they are for. */
const STRETCH = 1_000
const MOST_STRETCHES = 10

/**
 * The next events for a listener, about `limit` of them: all that is told of one moment comes together. There may be none although there are some further on: a request looks
 * only so far, and says where to go on.
 */
export const listEvents =
  (ports: EventPorts): ListEvents =>
  async (actor, query, limit) => {
    const { log } = ports
    const allowed = await openTopics(ports, actor, query.topics)
    if (!allowed.ok) return allowed
    const from = query.after === null ? await log.start() : await log.parse(query.after)
    if (from === undefined) return reject({ code: 'unknown-cursor' })
    const found: LoggedEvent[] = []
    let next = from
    for (let stretch = 0; stretch < MOST_STRETCHES; stretch++) {
      // Most of what there is may be for whoever asks: then the first look is enough.
      const page = await log.read(next, stretch === 0 ? limit : STRETCH)
      if (!page.ok) return page
      for (const logged of page.value.events) {
        found.push(...viewsOf(logged, actor, query, from))
        if (found.length >= limit) return ok({ events: found, next: logged.cursor })
      }
      next = page.value.end
      if (page.value.isLast) break
    }
    return ok({ events: found, next })
  }

/** Whether there are such topics for this listener. */
export async function openTopics(
  { archive, directory }: Omit<EventPorts, 'log'>,
  actor: Actor | null,
  topics: readonly Topic[],
): Promise<Result<null, TopicNotFound>> {
  const open = await Promise.all(topics.map(isOpenTo))
  return open.every(Boolean) ? ok(null) : reject({ code: 'topic-not-found' })

  async function isOpenTo(followed: Topic): Promise<boolean> {
    switch (followed.kind) {
      case 'availability':
        return (await directory.find(followed.providerId)) !== undefined
      case 'bookings':
        return actor !== null
      case 'booking': {
        const booking = actor && (await archive.find(followed.id))
        return booking ? actor !== null && maySeeBooking(actor, booking) : false
      }
    }
  }
}
