import type { Evidence, Heard, Judge, Listener, LogRow } from './evidence.ts'
import { type View, viewsFor } from './visible.ts'

/** Each listener got every event that it may see, once, in order, as the log has it, and nothing else. */
export const judgeListeners: Judge = (evidence, find) => {
  const rows = new Map(evidence.log.map((row) => [row.id, row]))
  const heard = evidence.listeners.map((): Heard[] => [])
  for (const one of evidence.heard) heard[one.listener]?.push(one)
  for (const [number, listener] of evidence.listeners.entries()) {
    judgeListener({ evidence, rows, listener, heard: heard[number] ?? [] }, find)
  }
}

interface Case {
  readonly evidence: Evidence
  readonly rows: ReadonlyMap<string, LogRow>
  readonly listener: Listener
  readonly heard: readonly Heard[]
}

/** An event and what everyone may know of it bear the same id. */
const nameOf = ({ id, type }: Pick<View, 'id' | 'type'>) => `${type} ${id}`

function judgeListener(one: Case, find: Parameters<Judge>[1]): void {
  const { evidence, rows, listener } = one
  const { name } = listener
  for (const words of listener.refusals) find('refused', `${name}: ${words}`)
  for (const { at, to } of listener.resets) {
    if (at >= evidence.head.trimmed) find('reset without need', `${name}: from ${at} to ${to}`)
  }
  // What happens after the end, such as the end of a hold, is heard by some and not by others.
  const heard = one.heard.filter(({ cursor }) => cursor <= evidence.head.until)
  const seen = new Set<string>()
  const versions = new Map<string, number>()
  let last: Heard | undefined
  for (const event of heard) {
    const words = `${name}: ${nameOf(event)}`
    const row = rows.get(event.id)
    if (last && (event.cursor < last.cursor || (event.cursor === last.cursor && event.id !== last.id))) {
      find('cursor falls', `${words} at ${event.cursor} after ${last.cursor}`)
    }
    last = event
    if (!row) {
      find('not in the log', words)
      continue
    }
    const view = viewsFor(listener, row).find(({ type }) => type === event.type)
    if (!view) find('not theirs', words)
    else if (view.content !== event.content) find('content differs', words)
    if (seen.has(nameOf(event))) find('delivered twice', words)
    seen.add(nameOf(event))
    const known = versions.get(`${row.subject} ${event.type === row.type}`) ?? 0
    if (row.version < known) find('out of order', `${words}: version ${row.version} after ${known}`)
    versions.set(`${row.subject} ${event.type === row.type}`, row.version)
  }
  for (const view of expectedOf(listener, evidence)) {
    if (!seen.has(nameOf(view))) find('missed', `${name}: ${nameOf(view)} at ${view.cursor}`)
  }
}

/** All that a listener has to be told, in order: what it was told to leave out is not asked of it. */
export function expectedOf(listener: Listener, { head, log }: Pick<Evidence, 'head' | 'log'>): View[] {
  const { from, resets } = listener
  if (from === null) return []
  return log
    .filter(({ cursor }) => cursor > from && cursor <= head.until)
    .filter(({ cursor }) => !resets.some(({ at, to }) => cursor > at && cursor <= to))
    .flatMap((row) => viewsFor(listener, row))
}
