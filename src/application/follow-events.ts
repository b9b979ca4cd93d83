import type { Actor } from '../domain/actor.ts'
import { audiencesFor } from '../domain/audience.ts'
import { type Cursor, type LoggedEvent, viewsOf } from '../domain/logged-event.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { EventHub } from './event-hub.ts'
import { type EventPorts, type EventsQuery, type EventsRejection, openTopics } from './events.ts'
import type { CursorExpired } from './ports/event-log.ts'

export interface FollowEventsPorts extends EventPorts {
  readonly hub: EventHub
}

/** Whoever listens. */
export interface Listener {
  /** Takes an event. Must not wait: who is too slow for what happens now is cut off by the door. */
  deliver(event: LoggedEvent): void
  /** Fulfils when there is room for more of what happened before. */
  ready(): Promise<void>
}

export interface Following {
  /** Where the listener begins. */
  readonly cursor: Cursor
  /** Delivers what has happened since, and then whatever happens, until `stop`; fulfils when it has caught up. */
  start(listener: Listener): Promise<Result<null, CursorExpired>>
  stop(): void
}

export type FollowEvents = (
  actor: Actor | null,
  query: EventsQuery,
) => Promise<Result<Following, EventsRejection>>

/** Events of the log that are read at once to catch up. */
const STRETCH = 1_000

/**
 * Follows a topic from a cursor on, or from now: in the order of the log, without gaps, each event once, on whichever node.
 */
export const followEvents =
  (ports: FollowEventsPorts): FollowEvents =>
  async (actor, query) => {
    const { log, hub } = ports
    const allowed = await openTopics(ports, actor, query.topics)
    if (!allowed.ok) return allowed
    const cursor = query.after === null ? await log.end() : await log.parse(query.after)
    if (cursor === undefined) return reject({ code: 'unknown-cursor' })
    let stopped = false
    let leave = () => {}

    const start = async (listener: Listener): Promise<Result<null, CursorExpired>> => {
      let place = cursor
      const tell = (logged: LoggedEvent) => {
        if (stopped || logged.cursor <= place) return
        place = logged.cursor
        for (const event of viewsOf(logged, actor, query, cursor)) listener.deliver(event)
      }

      /** Reads on to a place, or to the end of the log where there is none. */
      const catchUp = async (until: Cursor | null): Promise<Result<null, CursorExpired>> => {
        let from = place
        for (;;) {
          await listener.ready()
          if (stopped || (until !== null && from >= until)) return ok(null)
          const page = await log.read(from, STRETCH)
          if (!page.ok) return page
          page.value.events.forEach(tell)
          from = page.value.end
          if (until === null && page.value.isLast) return ok(null)
        }
      }

      const caughtUp = await catchUp(null)
      if (!caughtUp.ok || stopped) return caughtUp
      // What happens while the gap to the hub is read waits until that has been told.
      let early: LoggedEvent[] | null = []
      const joined = await hub.join({
        audiences: audiencesFor(actor, query.topics),
        onEvents: (events) => {
          if (early) early.push(...events)
          else events.forEach(tell)
        },
      })
      leave = joined.leave
      if (stopped) leave()
      const closed = await catchUp(joined.place)
      early.forEach(tell)
      early = null
      return closed
    }

    return ok({
      cursor,
      start,
      stop: () => {
        stopped = true
        leave()
      },
    })
  }
