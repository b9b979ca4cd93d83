interface Turn<T> {
  /** Fulfils when the read of this turn has ended, however it ended. */
  readonly ended: Promise<unknown>
  /** The read that begins then, for everyone who has come meanwhile. */
  next: Promise<T> | undefined
}

/**
 * Lets reads of the same thing share. One that comes while another is under way waits for it to end and then begins,
 * together with all that have come by then: so nobody gets what was read before they asked, and of however many at
 * once, two are made.
 */
export function sharedReads<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, Turn<T>>()
  const begin = (key: string, read: () => Promise<T>): Promise<T> => {
    const result = read()
    const turn: Turn<T> = { ended: result.catch(() => undefined), next: undefined }
    turns.set(key, turn)
    turn.ended.then(() => {
      if (turn.next === undefined) turns.delete(key)
    })
    return result
  }
  return (key, read) => {
    const turn = turns.get(key)
    if (!turn) return begin(key, read)
    turn.next ??= turn.ended.then(() => begin(key, read))
    return turn.next
  }
}
