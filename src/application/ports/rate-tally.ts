/** How often something was done since its window opened. */
export interface Count {
  readonly count: number
  /** Until the window closes, and counting begins anew. */
  readonly millisecondsLeft: number
}

/**
 * Counts what is done under a key, in windows that open with the first time. It answers at once from what this node knows
 * and waits for nobody: where nodes count together they hear of each other a moment later, and while they cannot, each
 * goes on alone. Keys are few enough to keep, and the one longest unused goes first.
 */
export interface RateTally {
  /** Counts one more; the first opens a window of so many seconds. */
  add(key: string, windowSeconds: number): Count
  /** What is counted, without counting; null where no window is open. */
  read(key: string): Count | null
  /** Closes the window on this node. */
  forget(key: string): void
}

/** The tally of one node, which can be told what others have counted as well. */
export interface LocalTally extends RateTally {
  /** Takes over a count and the end of its window, where the count is higher than the one known. */
  raise(key: string, count: Count): void
}
