interface Line {
  active: number
  /** Whose turn comes next, in the order in which they came. */
  readonly waiting: (() => void)[]
}

/** Does work of one key only so many at a time, in the order in which it came. */
export type TakeTurns = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Keeps what everyone wants at once from taking all the room there is for what others want. */
export function takeTurns(mostAtOnce: number): TakeTurns {
  const lines = new Map<string, Line>()
  return async (key, work) => {
    const line = lines.get(key) ?? { active: 0, waiting: [] }
    lines.set(key, line)
    if (line.active >= mostAtOnce) await new Promise<void>((resolve) => line.waiting.push(resolve))
    else line.active++
    try {
      return await work()
    } finally {
      const next = line.waiting.shift()
      if (next) next()
      else if (--line.active === 0) lines.delete(key)
    }
  }
}
