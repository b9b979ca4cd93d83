import { groupBy, type Judge } from './finding.ts'
import { type Call, isDone } from './record.ts'

interface Sight {
  readonly call: Call
  readonly id: string
  readonly version: number
}

/**
 * Nobody is shown an older version of a booking than someone else had been shown before the call began. An answer that
 * is given again tells of its own time, and so may be older.
 */
export const judgeVersions: Judge = ({ record }, find) => {
  const sights = record.calls
    .filter(isDone)
    .flatMap((call) => (call.seen ?? []).map(({ id, version }): Sight => ({ call, id, version })))
  for (const [id, all] of groupBy(sights, (sight) => sight.id)) {
    const known = newestByTime(all)
    for (const { call, version } of all) {
      if (call.replayed) continue
      const newest = known(call.began)
      if (newest <= version) continue
      find('answers contradict', `A ${call.kind} shows version ${version} of ${id} after version ${newest}`)
    }
  }
}

/** The newest version that had been shown before a moment. */
function newestByTime(sights: readonly Sight[]): (moment: number) => number {
  const ends: number[] = []
  const versions: number[] = []
  for (const { call, version } of sights.toSorted((a, b) => a.call.ended - b.call.ended)) {
    ends.push(call.ended)
    versions.push(Math.max(version, versions.at(-1) ?? 0))
  }
  return (moment) => {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ends[middle] as number) < moment) low = middle + 1
      else high = middle
    }
    return versions[low - 1] ?? 0
  }
}
