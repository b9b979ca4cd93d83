import { type Finding, findingsOf } from '../common/findings.ts'
import { RECOVERY_MILLISECONDS } from '../common/killer.ts'
import type { Evidence, Judge, LoggedEvent, Reminder, Rule } from './evidence.ts'

const MINUTE = 60_000
/** A chore that has just begun may still be about to read what was due at the end. */
const GRACE_MILLISECONDS = 3_000

/** A booking as the log has it so far. */
interface Known {
  version: number
  status: string
  start: number
  /** By minutes before the start: when each reminder that has not fired is due. */
  due: Map<number, number>
}

/** How late a reminder was. */
interface Fired {
  readonly due: number
  readonly lateMilliseconds: number
}

/** Goes through the log as its readers do: a reminder has to be true of the booking as it was just before. */
const judgeLog: Judge = (evidence, find) => {
  const { bookings } = replay(evidence, find)
  const left = new Map(evidence.left.map((row) => [nameOf(row), row.due]))
  for (const [booking, { due }] of bookings) {
    for (const [minutes, instant] of due) {
      const name = nameOf({ booking, minutes })
      if (instant <= evidence.head.ended - GRACE_MILLISECONDS)
        find('never fired', `${name}, due ${at(instant)}`)
      else if (left.get(name) !== instant) find('row astray', `${name}, due ${at(instant)}, has no such row`)
      left.delete(name)
    }
  }
  for (const [name, instant] of left)
    find('row astray', `${name}, due ${at(instant)}, has a row that nobody needs`)
}

const judgeLateness: Judge = (evidence, find) => {
  const { mostLateMilliseconds } = evidence.head
  const { count, p99 } = latenessOf(evidence)
  if (count > 0 && p99 > mostLateMilliseconds) {
    find('fired late', `One in a hundred of ${count} was more than ${p99} ms late`)
  }
}

const nameOf = ({ booking, minutes }: Pick<Reminder, 'booking' | 'minutes'>) =>
  `${booking} ${minutes} minutes before`

const at = (instant: number) => new Date(instant).toISOString()

function replay({ head, planned, log }: Evidence, find: Parameters<Judge>[1]) {
  const bookings = new Map<string, Known>()
  const fired: Fired[] = []
  const before = Map.groupBy(planned, ({ booking }) => booking)
  for (const event of log) {
    const known = bookings.get(event.booking)
    if (event.type === 'booking.reminder') {
      const late = judgeReminder(event, known, find)
      if (late) fired.push(late)
      continue
    }
    if (event.version !== (known?.version ?? 0) + 1) {
      find(
        'log out of order',
        `${event.booking}: ${event.type} ${event.version} after ${known?.version ?? 0}`,
      )
    }
    const { version, status, start } = event
    bookings.set(event.booking, {
      version,
      status,
      start,
      due: dueAfter(event, known, before, head.serviceMinutes),
    })
  }
  return { bookings, fired }
}

/** What is due of a booking once something has happened to it. */
function dueAfter(
  { type, booking, status, start, occurred }: LoggedEvent,
  known: Known | undefined,
  planned: ReadonlyMap<string, readonly Reminder[]>,
  serviceMinutes: readonly number[],
): Map<number, number> {
  if (!known) return new Map(planned.get(booking)?.map(({ minutes, due }) => [minutes, due]))
  if (status !== 'pending' && status !== 'confirmed') return new Map()
  if (type !== 'booking.rescheduled') return known.due
  const moved = serviceMinutes.map((minutes) => [minutes, start - minutes * MINUTE] as const)
  return new Map(moved.filter(([, instant]) => instant > occurred))
}

function judgeReminder(
  event: LoggedEvent,
  known: Known | undefined,
  find: Parameters<Judge>[1],
): Fired | undefined {
  const { booking, version, status, start, occurred } = event
  const minutes = event.minutes ?? 0
  const words = `${nameOf({ booking, minutes })} at ${at(occurred)}`
  const isTrue =
    known?.version === version && known.status === status && known.start === start && occurred < start
  const isStanding = status === 'pending' || status === 'confirmed'
  if (!isTrue || !isStanding) {
    const was = known ? `version ${known.version}, ${known.status}` : 'nothing'
    find('fired stale', `${words} of version ${version}, ${status}: by then it was ${was}`)
    known?.due.delete(minutes)
    return undefined
  }
  const due = known.due.get(minutes)
  if (due === undefined) {
    const isOfThisStart = start - minutes * MINUTE <= occurred
    find(isOfThisStart ? 'fired twice' : 'fired stale', words)
    return undefined
  }
  known.due.delete(minutes)
  if (due > occurred) find('fired early', `${words}, due ${at(due)}`)
  return { due, lateMilliseconds: occurred - due }
}

export interface Lateness {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Those that were due while the database was away, or not long back. */
  readonly excused: number
}

/** By how many milliseconds reminders were late, other than those that were due while PostgreSQL was down. */
export function latenessOf(evidence: Evidence): Lateness {
  const { fired } = replay(evidence, () => undefined)
  const counted = fired.filter(
    ({ due }) =>
      !evidence.outages.some(({ from, until }) => due >= from && due <= until + RECOVERY_MILLISECONDS),
  )
  const sorted = counted.map(({ lateMilliseconds }) => lateMilliseconds).sort((a, b) => a - b)
  const quantile = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0
  const excused = fired.length - counted.length
  return { count: sorted.length, p50: quantile(0.5), p99: quantile(0.99), max: quantile(1), excused }
}

/** Everything in the evidence that must never be. The same evidence is always judged alike. */
export const judge = (evidence: Evidence): readonly Finding<Rule>[] =>
  findingsOf([judgeLog, judgeLateness], evidence)
