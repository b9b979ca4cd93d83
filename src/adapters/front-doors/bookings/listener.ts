import { setTimeout as delay } from 'node:timers/promises'
import type { ReadBooking } from '../../../application/bookings.ts'
import type { FollowEvents } from '../../../application/follow-events.ts'
import type { StandingWatch } from '../../../application/watch-standings.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { LoggedEvent } from '../../../domain/logged-event.ts'
import type { DoorApp } from '../door.ts'
import type { Admitted, AnySocket } from './admission.ts'
import { wordsOfEvents } from './event-words.ts'
import { countUnsent } from './unsent.ts'

export interface ListenerUseCases {
  readonly followEvents: FollowEvents
  readonly readBooking: ReadBooking
  readonly standingWatch: Pick<StandingWatch, 'watch'>
}

/** A listener that is this far behind is cut off, and resumes by its cursor. */
const MOST_UNSENT_CHARACTERS = 1024 * 1024
/** Up to here a listener who catches up is told more. */
const CATCH_UP_CHARACTERS = 64 * 1024
const CATCH_UP_PAUSE_MILLISECONDS = 5
/** Events that wait for their words; beyond them whoever listens is cut off, too. */
const MOST_WAITING = 5_000
const CATCH_UP_WAITING = 50

/** Tells one client what happens to the bookings that it may see, in the order of the log, each with its cursor. */
export function serveListener(
  socket: AnySocket,
  { log, observer }: Pick<DoorApp, 'log' | 'observer'>,
  useCases: ListenerUseCases,
): void {
  const { actor, sessionId, expires, following } = socket.data as Admitted
  const { standingWatch } = useCases
  const unsent = countUnsent(socket.conn)
  const wordsOf = wordsOfEvents(useCases)
  let waiting = 0
  let isJudged = false
  let last: Promise<void> = Promise.resolve()

  // The connection is lost for the client, which comes back by itself; after a disconnect it would not.
  const cutOff = () => void socket.conn.close(true)
  const fail = (error: unknown) => {
    log.warn({ err: error }, 'listener of bookings failed')
    cutOff()
  }

  /** Whether it is too slow is judged a turn later, when what was said has had the chance to leave. */
  function judge(): void {
    if (isJudged) return
    isJudged = true
    setImmediate(() => {
      isJudged = false
      if (unsent() > MOST_UNSENT_CHARACTERS) cutOff()
    })
  }

  async function tell(event: LoggedEvent): Promise<void> {
    const words = await wordsOf(event, actor)
    waiting--
    if (!socket.connected) return
    socket.emit(event.type, words, event.cursor)
    observer.delivered('socket.io', 1)
    judge()
  }

  async function ready(): Promise<void> {
    while (socket.connected && (waiting > CATCH_UP_WAITING || unsent() > CATCH_UP_CHARACTERS)) {
      await delay(CATCH_UP_PAUSE_MILLISECONDS)
    }
  }

  function deliver(event: LoggedEvent): void {
    if (++waiting > MOST_WAITING) cutOff()
    else last = last.then(() => tell(event)).catch(fail)
  }

  async function listen(): Promise<void> {
    const outcome = await following.start({ deliver, ready })
    if (outcome.ok) return
    socket.emit('reset', { reason: outcome.rejection.code }, outcome.rejection.oldest)
    socket.disconnect(true)
  }

  const leave = observer.listens('socket.io')
  const unwatch = standingWatch.watch({ actor, sessionId }, () => void socket.disconnect(true))
  const forgetExpiry = at(expires, () => void socket.disconnect(true))
  socket.on('disconnect', () => {
    following.stop()
    leave()
    unwatch()
    forgetExpiry()
  })
  listen().catch(fail)
}

/** The longest that a timer can be set for. */
const MOST_TIMER_MILLISECONDS = 2 ** 31 - 1

/** Calls back at an instant, however far away; not after the returned function has been called. */
function at(instant: Instant, act: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = () => {
    const remaining = Math.max(0, instant - Date.now())
    timer =
      remaining > MOST_TIMER_MILLISECONDS
        ? setTimeout(wait, MOST_TIMER_MILLISECONDS)
        : setTimeout(act, remaining)
  }
  wait()
  return () => clearTimeout(timer)
}
