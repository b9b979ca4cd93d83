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
  const painted = new Uint8Array(Math.max(0, Math.ceil(to / MINUTE) - first))
  const minutesOf = ({ start, end }: Stretch) => {
    if (start % MINUTE !== 0 || end % MINUTE !== 0) throw new RangeError('The picture is of whole minutes')
    return { from: Math.max(0, start / MINUTE - first), to: Math.max(0, end / MINUTE - first) }
  }
  const picture: Minutes = {
    paint(...stretches) {
      for (const stretch of stretches) {
        const { from, to } = minutesOf(stretch)
        painted.fill(1, from, to)
      }
      return picture
    },
    all(stretch) {
      if (stretch.start < first * MINUTE) return false
      const { from, to } = minutesOf(stretch)
      for (let minute = from; minute < to; minute++) if (painted[minute] !== 1) return false
      return true
    },
    any(stretch) {
      const { from, to } = minutesOf(stretch)
      for (let minute = from; minute < to; minute++) if (painted[minute] === 1) return true
      return false
    },
    has: (instant) => painted[Math.floor(instant / MINUTE) - first] === 1,
  }
  return picture
}
