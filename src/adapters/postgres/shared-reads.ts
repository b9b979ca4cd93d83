interface Gathering<Wish, T> {
  readonly wishes: Wish[]
  readonly result: Promise<T>
}

/**
 * Lets all who read share. One who comes while a read is under way waits for it to end; the next one then begins with
 * the wishes of everyone who has come meanwhile. So nobody gets what was read before they asked, reads never overlap,
 * and those who ask at the same time ask once.
 */
export function sharedReads<Wish, T>(
  read: (wishes: readonly Wish[]) => Promise<T>,
): (wish: Wish) => Promise<T> {
  /** Fulfils when the read under way has ended, however it ended; at once when there is none. */
  let underWay: Promise<unknown> = Promise.resolve()
  let next: Gathering<Wish, T> | undefined

  const begin = (wishes: readonly Wish[]): Promise<T> => {
    next = undefined
    const result = read(wishes)
    // Without what it found, which is nobody's to keep.
    underWay = result.then(ignore, ignore)
    return result
  }

  const gather = (): Gathering<Wish, T> => {
    const wishes: Wish[] = []
    return { wishes, result: underWay.then(() => begin(wishes)) }
  }

  return (wish) => {
    next ??= gather()
    next.wishes.push(wish)
    return next.result
  }
}

const ignore = () => undefined
