import { at, blockedBy, groupBy, isStanding, type Judge, servicesOf } from './finding.ts'
import type { BookingRow, ClaimRow, HistoryRow } from './tables.ts'

/** What the tables say of each other. */
export const judgeTables: Judge = (evidence, find) => {
  judgeClaims(evidence, find)
  judgeHistory(evidence, find)
  judgeReminders(evidence, find)
}

const judgeClaims: Judge = ({ tables }, find) => {
  for (const claims of groupBy(tables.claims, ({ provider }) => provider).values()) {
    let last: ClaimRow | undefined
    for (const claim of claims.toSorted((a, b) => a.from - b.from)) {
      if (last && claim.from < last.to) find('sold twice', `Two claims overlap at ${at(claim.from)}`)
      if (!last || claim.to > last.to) last = claim
    }
  }
  const bookings = new Map(tables.bookings.map((booking) => [booking.id, booking]))
  for (const { booking, from } of tables.claims) {
    // The time of a booking that took place is spent: its claim stays for its buffer and its day.
    const status = bookings.get(booking ?? '')?.status
    if (booking === null || (status !== undefined && status !== 'cancelled')) continue
    find('tables contradict', `A stray claim on ${at(from)}: booking ${booking} does not stand`)
  }
  const claimed = groupBy(
    tables.claims.filter(({ booking }) => booking !== null),
    ({ booking }) => booking ?? '',
  )
  for (const booking of tables.bookings.filter(({ status }) => isStanding(status))) {
    const claims = claimed.get(booking.id) ?? []
    if (claims.length === 1 && claims[0]?.starts === booking.starts && claims[0].ends === booking.ends)
      continue
    find(
      'tables contradict',
      `Booking ${booking.id} at ${at(booking.starts)} has ${claims.length} fitting claims`,
    )
  }
}

/** Which change leads from which states to which. */
const LEGAL: Readonly<Record<string, { readonly from: RegExp; readonly to: RegExp }>> = {
  'booking.created': { from: /^$/, to: /^(pending|confirmed)$/ },
  'booking.confirmed': { from: /^pending$/, to: /^confirmed$/ },
  'booking.declined': { from: /^pending$/, to: /^cancelled$/ },
  'booking.cancelled': { from: /^(pending|confirmed)$/, to: /^cancelled$/ },
  'booking.rescheduled': { from: /^(pending|confirmed)$/, to: /^(pending|confirmed)$/ },
}

const judgeHistory: Judge = (evidence, find) => {
  const { tables } = evidence
  const services = servicesOf(evidence)
  const histories = groupBy(tables.history, ({ booking }) => booking)
  const events = groupBy(
    tables.events.filter(({ type }) => type.startsWith('booking.')),
    ({ subject }) => subject,
  )
  for (const booking of tables.bookings) {
    const rows = histories.get(booking.id) ?? []
    const ownEvents = (events.get(booking.id) ?? []).toSorted((a, b) => a.version - b.version)
    const told = historyFault(booking, rows)
    if (told) find('tables contradict', `Booking ${booking.id}: ${told}`)
    const isLogged =
      ownEvents.length === rows.length &&
      rows.every((row, index) => {
        const event = ownEvents[index]
        return event?.version === row.version && event.type === row.change && event.starts === row.starts
      })
    if (!isLogged) find('tables contradict', `Booking ${booking.id}: its events are not those of its history`)
    const { from, to } = blockedBy(services, booking.service, booking.starts)
    const isKept =
      from === booking.starts - booking.before * 60_000 && to === booking.ends + booking.after * 60_000
    if (!isKept) find('tables contradict', `Booking ${booking.id}: its times are not those of its service`)
    events.delete(booking.id)
  }
  for (const id of events.keys())
    find('acknowledged but lost', `Booking ${id} is in the log and nowhere else`)
}

function historyFault(booking: BookingRow, rows: readonly HistoryRow[]): string | undefined {
  if (rows.length !== booking.version)
    return `version ${booking.version} with ${rows.length} lines of history`
  let before = ''
  for (const [index, { version, change, status }] of rows.entries()) {
    if (version !== index + 1) return `no line of history for version ${index + 1}`
    const legal = LEGAL[change]
    if (!legal?.from.test(before) || !legal.to.test(status)) return `${change} from ${before} to ${status}`
    before = status
  }
  const last = rows.at(-1)
  const isLast =
    last?.status === booking.status && last.starts === booking.starts && last.ends === booking.ends
  return isLast ? undefined : 'the last line of its history is not its state'
}

const judgeReminders: Judge = (evidence, find) => {
  const { tables } = evidence
  const services = servicesOf(evidence)
  const reminders = groupBy(tables.reminders, ({ booking }) => booking)
  for (const { id, status, service, starts } of tables.bookings) {
    const due = (reminders.get(id) ?? []).map((row) => row.due).sort((a, b) => b - a)
    const minutes = isStanding(status) ? (services.get(service)?.reminders ?? []) : []
    const expected = minutes.map((one) => starts - one * 60_000)
    if (due.join() !== expected.join()) {
      find(
        'tables contradict',
        `Booking ${id}, ${status}, has reminders for ${due.map(at).join(', ') || 'nothing'}`,
      )
    }
    reminders.delete(id)
  }
  for (const id of reminders.keys())
    find('tables contradict', `There are reminders of ${id}, which is no booking`)
}
