import type { WebhookId } from './ids.ts'

/** How many requests an endpoint may have to answer at once: one for each lane. */
export const LANES = 4

/**
 * In how many lanes there may be work at once for one owner, whatever the number of endpoints and of nodes: receivers that
 * hang keep the others of their owner waiting, and nobody else's.
 */
export const MOST_LANES_OF_OWNER = 8

/** One of the ways to an endpoint. Each takes one request at a time. */
export interface Lane {
  readonly endpointId: WebhookId
  /** From 0 up to LANES. */
  readonly lane: number
}

/** Everything about one subject takes one lane, and so goes out in order. */
export const laneOf = (subjectId: string) =>
  [...subjectId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7) % LANES

/** Whoever works in a lane: a name of one's own for each time. */
export type Holder = string

/** How long a lane is held by whoever takes from it: longer than any attempt. */
export const HELD_SECONDS = 30

/** A lane with something to do that nobody has done for so long has been forgotten. */
export const FORGOTTEN_SECONDS = 5

/** How many attempts are made in a lane before others have their turn. */
const MOST_IN_A_TURN = 50
const LONGEST_TURN_MILLISECONDS = 5_000

/** Whether it is others' turn: a lane that has much to do, or whose receiver is slow, goes to the end of the queue. */
export const isTurnOver = (attempts: number, spentMilliseconds: number) =>
  attempts >= MOST_IN_A_TURN || spentMilliseconds > LONGEST_TURN_MILLISECONDS
