import { heedBell } from './heed-bell.ts'
import type { Bell } from './ports/bell.ts'
import type { Outbox } from './ports/outbox.ts'

export interface RelayEventsPorts {
  readonly outboxes: readonly Outbox[]
  readonly bell: Bell
  /** Told of an outbox that failed; it is tried again. */
  readonly onFailure: (outbox: string, error: unknown) => void
  /** Fulfils after so many milliseconds, or when it is rung before. */
  readonly wait: (milliseconds: number, ring: AbortSignal) => Promise<void>
}

/** The transaction of a batch holds back the readers of the log for as long as it takes: many short ones. */
const HANDED_ON_AT_ONCE = 200
/** Between turns, so that events of a busy moment leave together. */
const REST_MILLISECONDS = 100
const LONGEST_PAUSE_MILLISECONDS = 1_000

/** Hands what happens on to every outbox until it is disposed of, which waits for what is being written. */
export function relayEvents({ outboxes, bell, onFailure, wait }: RelayEventsPorts): AsyncDisposable {
  const relay = (outbox: Outbox): Promise<boolean> =>
    handOnAll(outbox).catch((error: unknown) => {
      onFailure(outbox.name, error)
      return false
    })
  const heeding = heedBell({
    bell,
    work: async () => (await Promise.all(outboxes.map(relay))).some((wasThere) => wasThere),
    isNeeded: () => outboxes.length > 0,
    onFailure: (error) => onFailure('relay', error),
    wait,
    rest: REST_MILLISECONDS,
    longestPause: LONGEST_PAUSE_MILLISECONDS,
  })
  heeding.begin()
  return heeding
}

/**
 * Whether there was anything to hand on. What another node is at is left to it, with all that follows: to be quicker next
 * time would be to prepare the same events as the one that hands them on.
 */
async function handOnAll({ handOn }: Outbox): Promise<boolean> {
  let total = 0
  for (;;) {
    const handedOn = await handOn(HANDED_ON_AT_ONCE)
    if (handedOn === null) return true
    total += handedOn
    if (handedOn < HANDED_ON_AT_ONCE) return total > 0
  }
}
