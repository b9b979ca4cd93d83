import { type Audience, audienceIndex } from '../domain/audience.ts'
import type { Cursor, LoggedEvent } from '../domain/logged-event.ts'
import { heedBell } from './heed-bell.ts'
import type { Bell } from './ports/bell.ts'
import type { EventLog } from './ports/event-log.ts'

/** Hears of events in the order of the log, from the place on at which it joined. */
export interface Follower {
  /** Events are for it that are for one of these; it is told of others never. */
  readonly audiences: readonly Audience[]
  /** Called with the next events, as they are found; some may be known already from reading up to the place of joining. */
  onEvents(events: readonly LoggedEvent[]): void
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

const LONGEST_PAUSE_MILLISECONDS = 250
/** Events that are read, and told, at once. */
const STRETCH = 200

/** A loop that runs for as long as someone follows. */
export function eventHub({ log, bell, onFailure, wait }: EventHubPorts): EventHub {
  const followers = audienceIndex<Follower>()
  let place: Cursor | undefined

  async function readOn(): Promise<boolean> {
    const page = await log.read(place ?? (await log.end()), STRETCH)
    // Nobody on this node read for longer than events are kept; those who follow find out by their own cursor.
    const { events, end } = page.ok ? page.value : { events: [], end: await log.end() }
    place = end
    for (const [follower, told] of followers.share(events)) follower.onEvents(told)
    return events.length > 0
  }

  const heeding = heedBell({
    bell,
    work: readOn,
    isNeeded: () => followers.size() > 0,
    onFailure,
    wait,
    rest: 0,
    longestPause: LONGEST_PAUSE_MILLISECONDS,
  })

  return {
    async join(follower) {
      // What happened while nobody followed is nobody's news.
      if (followers.size() === 0) place = undefined
      const end = place ?? (await log.end())
      // Whoever was first meanwhile has set the place, and it may have gone on since.
      place ??= end
      const leave = followers.add(follower, follower.audiences)
      heeding.begin()
      return { place, leave }
    },
    [Symbol.asyncDispose]: () => heeding[Symbol.asyncDispose](),
  }
}
