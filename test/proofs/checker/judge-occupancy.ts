import {
  at,
  type Blocked,
  blockedBy,
  collide,
  type Evidence,
  type Judge,
  type Services,
  servicesOf,
} from './finding.ts'
import { type Call, isDone, isRefused } from './record.ts'

/** A time in which a slot was certainly occupied: acknowledged, and nothing had begun that could have freed it. */
interface Occupied {
  readonly by: string
  readonly blocked: Blocked
  readonly since: number
  readonly until: number
}

/** The clock by which a hold expires is the database's, on the same machine. */
const CLOCK_SLACK = 1_000

/**
 * From the answers alone: no two were told of the same time as theirs, and no search showed as free what was certainly
 * taken from before it began until after it had ended.
 */
export const judgeOccupancy: Judge = (evidence, find) => {
  const services = servicesOf(evidence)
  const occupied = certainlyOccupied(evidence, services)
  const searches = evidence.record.calls.filter(({ free }) => free !== undefined)
  sweep(occupied, searches, (live, next) => {
    if (next.kind === 'occupied') {
      const { by, blocked } = next.occupied
      for (const other of live) {
        if (other.by !== by && collide(other.blocked, blocked)) {
          find('sold twice', `${at(blocked.from)}: acknowledged to ${other.by} and to ${by} at once`)
        }
      }
      return
    }
    const { service, free = [], ended } = next.search
    for (const start of free) {
      const slot = blockedBy(services, service, start)
      const other = live.find(({ blocked, until }) => until >= ended && collide(blocked, slot))
      if (other) {
        find('answers contradict', `A search shows ${at(start)} as free while ${other.by} had it: ${service}`)
      }
    }
  })
}

type Step = { readonly time: number } & (
  | { readonly kind: 'occupied'; readonly occupied: Occupied }
  | { readonly kind: 'search'; readonly search: Call }
)

/** Goes through everything in order of time, with what is occupied at each step. */
function sweep(
  occupied: readonly Occupied[],
  searches: readonly Call[],
  look: (live: readonly Occupied[], step: Step) => void,
): void {
  const steps: Step[] = [
    ...occupied.map((one): Step => ({ kind: 'occupied', time: one.since, occupied: one })),
    ...searches.map((search): Step => ({ kind: 'search', time: search.began, search })),
  ]
  steps.sort((a, b) => a.time - b.time)
  let live: Occupied[] = []
  for (const step of steps) {
    live = live.filter(({ until }) => until > step.time)
    look(live, step)
    if (step.kind === 'occupied') live.push(step.occupied)
  }
}

/** A call that may free what a booking or hold occupies, and the version it has made of it, if it is known. */
interface Freeing {
  readonly began: number
  readonly version: number | null
}

function certainlyOccupied({ record }: Evidence, services: Services): Occupied[] {
  const serviceOf = new Map<string, string>()
  const freeing = new Map<string, Freeing[]>()
  for (const call of record.calls) {
    if (call.kind === 'book' && isDone(call)) serviceOf.set(call.seen?.[0]?.id ?? '', call.service ?? '')
    const freed = freedBy(call)
    if (freed === undefined || isRefused(call)) continue
    const version = isDone(call) && call.hold === undefined ? (call.seen?.[0]?.version ?? null) : null
    const known = freeing.get(freed)
    if (known) known.push({ began: call.began, version })
    else freeing.set(freed, [{ began: call.began, version }])
  }
  const end = (id: string, version: number) =>
    (freeing.get(id) ?? [])
      .filter((one) => one.version === null || one.version > version)
      .reduce((least, { began }) => Math.min(least, began), Number.POSITIVE_INFINITY)

  const occupied = new Map<string, Occupied>()
  for (const call of record.calls) {
    if (!isDone(call)) continue
    const taken = takenBy(call)
    if (!taken) continue
    const { id, version, start, expires } = taken
    const service = serviceOf.get(id) ?? call.service
    if (service === undefined) continue
    const until = Math.min(end(id, version), expires - record.epoch - CLOCK_SLACK)
    const name = `${id} ${version}`
    const since = Math.min(call.ended, occupied.get(name)?.since ?? call.ended)
    if (until <= since) continue
    occupied.set(name, { by: id, blocked: blockedBy(services, service, start), since, until })
  }
  return [...occupied.values()]
}

const freedBy = ({ kind, id, hold }: Call) => {
  if (kind === 'book') return hold
  return kind === 'cancel' || kind === 'decline' || kind === 'reschedule' || kind === 'release'
    ? id
    : undefined
}

function takenBy({ kind, held, seen }: Call) {
  if (held) return { id: held.id, version: 0, start: held.start, expires: held.expires }
  const [booking] = seen ?? []
  return (kind === 'book' || kind === 'reschedule') && booking
    ? { ...booking, expires: Number.POSITIVE_INFINITY }
    : undefined
}
