import { Unavailable } from './ports/unavailable.ts'

interface Line {
  active: number
  /** Whose turn comes next, in the order in which they came. */
  readonly waiting: (() => void)[]
  /** Whether those who wait do so although there is room. */
  isResting: boolean
}

/**
 * Does work of one key only so many at a time, in the order in which it came.
 *
 * @throws Unavailable when no turn has come for long, and nothing has been done
 */
export type TakeTurns = <T>(key: string, work: () => Promise<T>) => Promise<T>

export interface Pace {
  /** How many times as long as a turn took, by these milliseconds, a line rests before the next ones; not at all by default. */
  readonly rest?: { readonly times: number; readonly now: () => number }
  /** Null for however long it takes; ten seconds by default. */
  readonly longestWaitMilliseconds?: number | null
}

/** Behind something that is stuck a line grows of those whom nobody waits for any more. */
const LONGEST_WAIT_MILLISECONDS = 10_000

/** What takes longer waits for something, and takes no room from others meanwhile. */
const LONGEST_REST_MILLISECONDS = 10

/** Behind a longer line the last ones would wait in vain. */
const LONGEST_LINE_THAT_RESTS = 1_000

/**
 * Keeps what everyone wants at once from taking all the room there is for what others want: by how many have their turn at
 * a time, and by a rest between them. After a rest all who have room begin together, and so can share what they read.
 */
export function takeTurns(
  mostAtOnce: number,
  { rest, longestWaitMilliseconds = LONGEST_WAIT_MILLISECONDS }: Pace = {},
): TakeTurns {
  const lines = new Map<string, Line>()

  const goOn = (key: string, line: Line) => {
    line.isResting = false
    while (line.active < mostAtOnce && line.waiting.length > 0) {
      line.active++
      line.waiting.shift()?.()
    }
    if (line.active === 0) lines.delete(key)
  }

  const end = (key: string, line: Line, began: number) => {
    line.active--
    if (line.isResting) return
    const { length } = line.waiting
    if (rest === undefined || length === 0 || length > LONGEST_LINE_THAT_RESTS) return goOn(key, line)
    line.isResting = true
    const pause = Math.min(LONGEST_REST_MILLISECONDS, rest.times * (rest.now() - began))
    setTimeout(goOn, pause, key, line)
  }

  return async (key, work) => {
    const line = lines.get(key) ?? { active: 0, waiting: [], isResting: false }
    lines.set(key, line)
    if (line.isResting || line.active >= mostAtOnce) await turnIn(line, longestWaitMilliseconds)
    else line.active++
    const began = rest?.now() ?? 0
    try {
      return await work()
    } finally {
      end(key, line, began)
    }
  }
}

function turnIn({ waiting }: Line, longestWait: number | null): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  if (longestWait === null) {
    waiting.push(resolve)
    return promise
  }
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
