import type { Cursor, LoggedEvent } from '../domain/logged-event.ts'
import type { Bell } from './ports/bell.ts'
import type { EventLog } from './ports/event-log.ts'

/** Hears of events in the order of the log, from the place on at which it joined. */
export interface Follower {
  /** Called with one stretch of the log after the other; `end` is where the stretch ends. */
  onEvents(events: readonly LoggedEvent[], end: Cursor): void
}

/** Reads the log for all who listen on this node: once, however many they are. */
export interface EventHub extends AsyncDisposable {
  /** Joins at the place up to which everyone has been told; leaves by calling what is returned. */
  join(follower: Follower): Promise<{ readonly place: Cursor; readonly leave: () => void }>
}

export interface EventHubPorts {
  readonly log: EventLog
  readonly bell: Bell
  /** Told of a read that failed; it is tried again. */
  readonly onFailure: (error: unknown) => void
  /** Fulfils after so many milliseconds, or when it is rung before. */
  readonly wait: (milliseconds: number, ring: AbortSignal) => Promise<void>
}

/** How long a ring is lost for at most: the guarantee behind the bell. */
const LONGEST_WAIT_MILLISECONDS = 250
/** After a ring the event may be hidden for as long as an older transaction runs: looked for soon, then less often. */
const SHORTEST_WAIT_MILLISECONDS = 1
const STRETCH = 1_000

/** A loop that runs for as long as someone follows. */
export function eventHub({ log, bell, onFailure, wait }: EventHubPorts): EventHub {
  const followers = new Set<Follower>()
  let place: Cursor | undefined
  let running: Promise<void> | undefined
  let closed = false
  let pause = LONGEST_WAIT_MILLISECONDS
  let waiting = new AbortController()

  const wake = () => {
    pause = SHORTEST_WAIT_MILLISECONDS
    waiting.abort()
  }
  const stopListening = bell.onRing(wake)

  async function readOn(): Promise<boolean> {
    const page = await log.read(place ?? (await log.end()), STRETCH)
    // Nobody on this node read for longer than events are kept; those who follow find out by their own cursor.
    const { events, end, isLast } = page.ok ? page.value : { events: [], end: await log.end(), isLast: true }
    place = end
    if (events.length > 0) for (const follower of [...followers]) follower.onEvents(events, end)
    return isLast && events.length === 0
  }

  async function run(): Promise<void> {
    while (!closed && followers.size > 0) {
      const isIdle = await readOn().catch((error: unknown) => {
        onFailure(error)
        return true
      })
      if (!isIdle) {
        pause = SHORTEST_WAIT_MILLISECONDS
        continue
      }
      waiting = new AbortController()
      await wait(pause, waiting.signal)
      pause = Math.min(pause * 2, LONGEST_WAIT_MILLISECONDS)
    }
    running = undefined
    place = undefined
  }

  return {
    async join(follower) {
      const end = place ?? (await log.end())
      // Whoever was first meanwhile has set the place, and it may have gone on since.
      place ??= end
      followers.add(follower)
      running ??= run()
      return { place, leave: () => followers.delete(follower) }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      stopListening()
      wake()
      await running
    },
  }
}
