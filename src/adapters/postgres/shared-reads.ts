interface Gathering<Wish, T> {
  readonly wishes: Wish[]
  readonly result: Promise<T>
}

/**
 * Lets all who read share. One who comes while a read is under way waits for it to end; the next one then begins with
 * the wishes of everyone who has come meanwhile. So nobody gets what was read before they asked, reads never overlap,
 * and of however many at once, two are made.
 */
export function sharedReads<Wish, T>(
  read: (wishes: readonly Wish[]) => Promise<T>,
): (wish: Wish) => Promise<T> {
  /** Fulfils when the read under way has ended, however it ended. */
  let underWay: Promise<unknown> | undefined
  let next: Gathering<Wish, T> | undefined

  const begin = (wishes: readonly Wish[]): Promise<T> => {
    const result = read(wishes)
    const ended = result.catch(() => undefined)
    underWay = ended
    ended.then(() => {
      if (next === undefined) underWay = undefined
    })
    return result
  }

  const gather = (ended: Promise<unknown>): Gathering<Wish, T> => {
    const wishes: Wish[] = []
    const result = ended.then(() => {
      next = undefined
      return begin(wishes)
    })
    return { wishes, result }
  }

  return (wish) => {
    if (!underWay) return begin([wish])
    next ??= gather(underWay)
    next.wishes.push(wish)
    return next.result
  }
}
