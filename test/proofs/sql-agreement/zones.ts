import type { Instant } from '../../../src/domain/instant.ts'
import { offsetAt, type Zone, zoneOf } from '../../../src/domain/zone.ts'
import type { TestDatabase } from '../../support/database.ts'

type Query = TestDatabase['query']

/** A stretch of time, [start, end), in which a zone's clock shows something else to PostgreSQL than to Node. */
export interface ZoneDifference {
  readonly zone: string
  readonly start: number
  readonly end: number
}

/**
 * PostgreSQL and Node bring their own time zone data, of different age. Tells where they differ.
 *
 * @param zones names that Node knows
 */
export type FindDifferences = (zones: Iterable<string>) => Promise<readonly ZoneDifference[]>

const FROM = Date.UTC(2010, 0, 1)
const UNTIL = Date.UTC(2042, 0, 1)
const SECOND = 1_000
const HALF_HOUR = 1_800 * SECOND
const FORTNIGHT = 14 * 48 * HALF_HOUR

const REGULAR = Array.from(
  { length: Math.ceil((UNTIL - FROM) / FORTNIGHT) },
  (_, place) => FROM + place * FORTNIGHT,
)

const CLOCKS = `
  select extract(epoch from to_timestamp(moment) at time zone $1)::bigint * 1000 as clock
  from unnest($2::bigint[]) with ordinality as asked (moment, place)
  order by place
`

/** Looks at every change of a zone that Node knows from 2010 to 2041, and every fortnight; each zone once. */
export function differenceFinder(query: Query): FindDifferences {
  const found = new Map<string, readonly ZoneDifference[]>()
  let known: ReadonlySet<string> | null = null

  async function look(name: string): Promise<readonly ZoneDifference[]> {
    known ??= new Set(
      (await query<{ name: string }>('select name from pg_timezone_names')).map(({ name }) => name),
    )
    if (!known.has(name)) return [{ zone: name, start: FROM, end: UNTIL }]
    const zone = zoneOf(name)
    const moments = [...new Set([...REGULAR, ...changesOf(zone)])].sort((a, b) => a - b)
    const seconds = moments.map((moment) => moment / SECOND)
    const rows = await query<{ clock: string }>(CLOCKS, [name, seconds])
    return runsOf(
      zone,
      moments.filter(
        (moment, index) => Number(rows[index]?.clock) !== moment + offsetAt(zone, moment as Instant),
      ),
    )
  }

  return async (zones) => {
    const differences: ZoneDifference[] = []
    for (const name of new Set(zones)) {
      const known = found.get(name) ?? (await look(name))
      found.set(name, known)
      differences.push(...known)
    }
    return differences
  }
}

/** The instants around each change: right before, at, and half an hour after. */
const changesOf = ({ since }: Zone) =>
  since
    .filter((moment) => moment >= FROM && moment < UNTIL)
    .flatMap((moment) => [moment - SECOND, moment, moment + HALF_HOUR])

/** One difference from the first to the last of the moments that are not more than a year apart, and a fortnight around. */
function runsOf({ name }: Zone, moments: readonly number[]): ZoneDifference[] {
  const runs: ZoneDifference[] = []
  for (const moment of moments) {
    const last = runs.at(-1)
    const end = moment + FORTNIGHT
    if (last && moment - last.end < 26 * FORTNIGHT) runs[runs.length - 1] = { ...last, end }
    else runs.push({ zone: name, start: moment - FORTNIGHT, end })
  }
  return runs
}
