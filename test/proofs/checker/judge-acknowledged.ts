import { groupBy, type Judge } from './finding.ts'
import { type Call, type CallKind, isDone, isRefused } from './record.ts'
import type { HistoryRow } from './tables.ts'

const CHANGES: Readonly<Partial<Record<CallKind, string>>> = {
  book: 'booking.created',
  cancel: 'booking.cancelled',
  confirm: 'booking.confirmed',
  decline: 'booking.declined',
  reschedule: 'booking.rescheduled',
}

/** Everything that was acknowledged is in the tables as it was acknowledged, and nothing is that was refused. */
export const judgeAcknowledged: Judge = ({ record, tables }, find) => {
  const history = new Map(tables.history.map((row) => [`${row.booking} ${row.version}`, row]))
  const noted = new Map(tables.bookings.map(({ id, notes }) => [id, notes]))
  const events = new Set(tables.events.map(({ type, subject }) => `${type} ${subject}`))
  const makers = new Map<string, string>()
  for (const call of record.calls) {
    if (!isDone(call)) continue
    if (call.held && !events.has(`hold.created ${call.held.id}`)) {
      find('acknowledged but lost', `Hold ${call.held.id} is nowhere`)
    }
    if (call.kind === 'release' && !events.has(`hold.released ${call.id}`)) {
      find('acknowledged but lost', `Hold ${call.id} was released, but not by the log`)
    }
    for (const booking of call.seen ?? []) {
      const { id, version, status, start } = booking
      const name = `${id} ${version}`
      const row = history.get(name)
      const change = CHANGES[call.kind]
      if (!row) {
        const told = change ? 'acknowledged but lost' : 'answers contradict'
        find(told, `Version ${version} of booking ${id}, told by a ${call.kind}, is nowhere`)
        continue
      }
      if (row.status !== status || row.starts !== start) {
        const kept = `${row.status} at ${row.starts}`
        find(
          'answers contradict',
          `Version ${name} is ${status} at ${start} by a ${call.kind}, ${kept} by the tables`,
        )
      }
      if (!change) continue
      if (!isOwnChange(call, row, change, noted)) {
        find(
          'acknowledged but lost',
          `Version ${name} was acknowledged to ${call.tag}, but is of another call`,
        )
      }
      const maker = makers.get(name)
      if (maker !== undefined && maker !== call.tag) {
        find('answers contradict', `Both ${maker} and ${call.tag} were told to have made version ${name}`)
      }
      makers.set(name, call.tag)
      if (call.version !== undefined && version !== call.version + 1) {
        find(
          'answers contradict',
          `${call.tag} asked for version ${call.version} and made version ${version}`,
        )
      }
    }
  }
  judgeRefused(record.calls, tables, find)
}

function isOwnChange(
  { kind, tag, user }: Call,
  row: HistoryRow,
  change: string,
  noted: ReadonlyMap<string, string | null>,
): boolean {
  if (row.change !== change || row.actor !== user) return false
  if (kind === 'book') return noted.get(row.booking) === tag
  return kind === 'reschedule' || row.reason === tag
}

/** A call that was refused every time it was made, or that nobody has made, leaves nothing. */
const judgeRefused = (
  calls: readonly Call[],
  { bookings, history }: Parameters<Judge>[0]['tables'],
  find: Parameters<Judge>[1],
) => {
  const byTag = groupBy(
    calls.filter(({ kind, reuse }) => CHANGES[kind] && !reuse),
    ({ tag }) => tag,
  )
  const look = (tag: string, what: string) => {
    const made = byTag.get(tag)
    if (!made) find('answers contradict', `${what}, which nobody has asked for`)
    else if (made.every(isRefused)) find('answers contradict', `${what}, though ${tag} was refused`)
  }
  for (const { id, notes } of bookings) look(notes ?? '', `There is booking ${id}`)
  for (const { booking, version, reason } of history) {
    if (reason !== null) look(reason, `Booking ${booking} has a version ${version}`)
  }
}
