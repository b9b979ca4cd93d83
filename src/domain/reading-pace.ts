/** How much of the log is read at once for someone who catches up with it. */
export interface Pace {
  /** Events, at most. */
  readonly stretch: number
  /** Whether they wait for their turn: few read so much at a time. */
  readonly isInTurn: boolean
}

/** Events that are told before a listener is asked for room again. */
export const MOUTHFUL = 50

/** At first, and without a turn: whoever comes back after a moment has missed no more, and waits for nobody. */
export const FIRST_PACE: Pace = { stretch: MOUTHFUL, isInTurn: false }

const FULL_PACE: Pace = { stretch: 1_000, isInTurn: true }

/** What there is no room for is read once more: not much of it. */
const SHORT_PACE: Pace = { stretch: 4 * MOUTHFUL, isInTurn: true }

/** What a stretch came to: how many events were read, and how many of them there was room for. */
export interface Stretch {
  readonly read: number
  readonly told: number
}

/** Whether there was room for all that was read. */
export const isAllTold = ({ read, told }: Stretch): boolean => told === read

/** How much is read next: less for a listener who had no room for all of it. */
export const paceAfter = (stretch: Stretch): Pace => (isAllTold(stretch) ? FULL_PACE : SHORT_PACE)
