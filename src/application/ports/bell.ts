/**
 * Tells every node that there may be something new in the log. A ring may get lost: whoever waits for one looks by
 * themselves as well, only later.
 */
export interface Bell {
  ring(): void
  /** Calls the listener at every ring, of whichever node, until the returned function is called. */
  onRing(listener: () => void): () => void
}
