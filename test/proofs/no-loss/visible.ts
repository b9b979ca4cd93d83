import { hash } from 'node:crypto'
import type { Listener, LogRow } from './evidence.ts'

/** An event as someone is to be told of it. */
export interface View {
  readonly cursor: string
  readonly id: string
  readonly type: string
  readonly content: string
}

/** All that an event says but its place, whose form is nobody's business. */
export interface Content {
  readonly id: string
  readonly type: string
  /** In milliseconds since 1970. */
  readonly occurred: number
  readonly subject: { readonly type: string; readonly id: string; readonly version: number | null }
  readonly data: unknown
}

export const contentOf = ({ id, type, occurred, subject, data }: Content): string =>
  hash(
    'sha1',
    JSON.stringify([id, type, occurred, subject.type, subject.id, subject.version, data]),
    'base64',
  )

export const OPEN_TYPE = 'availability.changed'

/** What takes or frees time: everyone may know of it, but not whose it is. */
const CHANGES_TIME: ReadonlySet<string> = new Set([
  'booking.created',
  'booking.declined',
  'booking.rescheduled',
  'booking.cancelled',
  'booking.completed',
  'booking.no_show',
  'hold.created',
  'hold.released',
  'hold.expired',
  'schedule.changed',
  'service.changed',
])

/** From the role alone: an admin hears everything, everyone else what is theirs, and a hold is its holder's alone. */
export function isTheirs({ role, user }: Pick<Listener, 'role' | 'user'>, row: LogRow): boolean {
  if (role === 'anyone') return false
  if (role === 'admin' || row.customer === user) return true
  return row.provider === user && row.subjectType !== 'hold'
}

const own = (row: LogRow): View => ({
  cursor: row.cursor,
  id: row.id,
  type: row.type,
  content: contentOf({ ...row, subject: { type: row.subjectType, id: row.subject, version: row.version } }),
})

function open(row: LogRow): View {
  const { data, provider } = row
  const given = (names: readonly string[]) =>
    names.map((name) => data[name]).filter((value) => typeof value === 'string')
  // All instants of the log are in UTC, with a fraction where it is not zero: numbers compare, texts might not.
  const inOrder = (texts: readonly string[]) => texts.toSorted((a, b) => Date.parse(a) - Date.parse(b))
  const told = {
    provider_id: provider,
    from: inOrder(given(['start', 'previous_start']))[0] ?? null,
    to: inOrder(given(['end', 'previous_end'])).at(-1) ?? null,
  }
  const subject = { type: 'provider', id: provider ?? '', version: null }
  const { cursor, id, occurred } = row
  return {
    cursor,
    id,
    type: OPEN_TYPE,
    content: contentOf({ id, type: OPEN_TYPE, occurred, subject, data: told }),
  }
}

/** What a listener is to be told of an event, in that order. */
export function viewsFor(listener: Listener, row: LogRow): readonly View[] {
  const views = new Map<string, View>()
  for (const topic of listener.topics) {
    const [kind, id] = topic.split(':')
    if (kind === 'availability') {
      if (row.provider === id && CHANGES_TIME.has(row.type)) views.set(OPEN_TYPE, openOf(row))
    } else if (isTheirs(listener, row) && (id === undefined || id === row.subject)) {
      views.set(row.type, ownOf(row))
    }
  }
  return [...views.values()]
}

const kept = (make: (row: LogRow) => View) => {
  const made = new WeakMap<LogRow, View>()
  return (row: LogRow): View => {
    const known = made.get(row) ?? make(row)
    made.set(row, known)
    return known
  }
}

/** Many listen to the same event: it is worded once. */
const ownOf = kept(own)
const openOf = kept(open)
