import { Unavailable } from './ports/unavailable.ts'

interface Line {
  active: number
  /** Whose turn comes next, in the order in which they came. */
  readonly waiting: (() => void)[]
}

/**
 * Does work of one key only so many at a time, in the order in which it came.
 *
 * @throws Unavailable when no turn has come for long, and nothing has been done
 */
export type TakeTurns = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Behind something that is stuck a line grows of those whom nobody waits for any more. */
const LONGEST_WAIT_MILLISECONDS = 10_000

/** Keeps what everyone wants at once from taking all the room there is for what others want. */
export function takeTurns(mostAtOnce: number, longestWait = LONGEST_WAIT_MILLISECONDS): TakeTurns {
  const lines = new Map<string, Line>()
  return async (key, work) => {
    const line = lines.get(key) ?? { active: 0, waiting: [] }
    lines.set(key, line)
    if (line.active >= mostAtOnce) await turnIn(line, longestWait)
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

function turnIn({ waiting }: Line, longestWait: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const begin = () => {
    clearTimeout(patience)
    resolve()
  }
  const patience = setTimeout(() => {
    waiting.splice(waiting.indexOf(begin), 1)
    reject(new Unavailable('Too many want the same, and it takes too long'))
  }, longestWait)
  waiting.push(begin)
  return promise
}
