import type { Actor } from '../domain/actor.ts'
import { audiencesFor } from '../domain/audience.ts'
import { type Cursor, type LoggedEvent, viewsOf } from '../domain/logged-event.ts'
import { MOUTHFUL } from '../domain/reading-pace.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { type CatchUpPorts, catchUpOf, type Listener } from './catch-up.ts'
import type { EventHub } from './event-hub.ts'
import { type EventPorts, type EventsQuery, type EventsRejection, openTopics } from './events.ts'
import type { CursorExpired, EventLog } from './ports/event-log.ts'

export interface FollowEventsPorts extends EventPorts, CatchUpPorts {
  readonly log: EventLog
  readonly hub: EventHub
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

/** Events that wait at most while the gap to the present is read; beyond them the log is read on. */
const MOST_EARLY = 5_000

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

      const catchUp = catchUpOf(ports, { listener, tell, isStopped: () => stopped })

      /** Joins those who are told at once; false when more has happened meanwhile than can wait. */
      const join = async (): Promise<Result<boolean, CursorExpired>> => {
        // What happens while the gap to the hub is read waits until that has been told.
        let early: LoggedEvent[] | null = []
        const joined = await hub.join({
          audiences: audiencesFor(actor, query.topics),
          onEvents: (events) => {
            if (early === null) return events.forEach(tell)
            early.push(...events)
            if (early.length > MOST_EARLY) joined.leave()
          },
        })
        leave = joined.leave
        if (stopped) leave()
        const closed = await catchUp(place, joined.place)
        while (closed.ok && !stopped && early.length > 0 && early.length <= MOST_EARLY) {
          await listener.ready()
          early.splice(0, MOUTHFUL).forEach(tell)
        }
        const isLive = early.length <= MOST_EARLY
        early = null
        return closed.ok ? ok(isLive) : closed
      }

      for (;;) {
        const caughtUp = await catchUp(place, null)
        if (!caughtUp.ok || stopped) return caughtUp
        const live = await join()
        if (!live.ok) return live
        if (live.value || stopped) return ok(null)
      }
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
