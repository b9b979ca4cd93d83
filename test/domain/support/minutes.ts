const MINUTE = 60_000

interface Stretch {
  readonly start: number
  readonly end: number
}

/** A set of minutes, each of them painted or not: the plainest picture of intervals there is. */
export interface Minutes {
  readonly paint: (...stretches: Stretch[]) => Minutes
  /** Is every minute of the stretch painted? */
  readonly all: (stretch: Stretch) => boolean
  /** Is any? */
  readonly any: (stretch: Stretch) => boolean
  readonly has: (instant: number) => boolean
}

/** A blank picture. It holds whole minutes only and ends where it ends: what is beyond is not painted. */
export function minutesBetween(from: number, to: number): Minutes {
  const first = Math.floor(from / MINUTE)
  const painted = new Uint8Array(Math.ceil(to / MINUTE) - first)
  const has = (minute: number) => painted[minute - first] === 1
  const minutesOf = ({ start, end }: Stretch) => {
    if (start % MINUTE !== 0 || end % MINUTE !== 0) throw new RangeError('The picture is of whole minutes')
    return [start / MINUTE, end / MINUTE] as const
  }
  const picture: Minutes = {
    paint(...stretches) {
      for (const stretch of stretches) {
        const [start, end] = minutesOf(stretch)
        for (let minute = start; minute < end; minute++) painted[minute - first] = 1
      }
      return picture
    },
    all(stretch) {
      const [start, end] = minutesOf(stretch)
      for (let minute = start; minute < end; minute++) if (!has(minute)) return false
      return true
    },
    any(stretch) {
      const [start, end] = minutesOf(stretch)
      for (let minute = start; minute < end; minute++) if (has(minute)) return true
      return false
    },
    has: (instant) => has(Math.floor(instant / MINUTE)),
  }
  return picture
}
