import { hash } from 'node:crypto'
import { groupBy, type Judge } from './finding.ts'
import { type Call, isRefused, isUncertain } from './record.ts'
import type { KeyRow } from './tables.ts'

/** A key, like any call without one, has one effect, and all its answers are the same to the last byte. */
export const judgeKeys: Judge = (evidence, find) => {
  const { record, tables } = evidence
  const kept = new Map(tables.keys.map((row) => [`${row.user} ${row.key}`, row]))
  const keyed = record.calls.filter((call) => call.key !== undefined && !isUncertain(call))
  for (const [name, calls] of groupBy(keyed, ({ user, key }) => `${user} ${key}`)) {
    const reused = calls.filter(({ reuse }) => reuse)
    if (reused.some(({ code }) => code !== 'idempotency-key-reused')) {
      find('key executed twice', `${name} was taken again with another request`)
    }
    judgeKey(
      name,
      // What says when to come again (429) is not kept.
      calls.filter(({ reuse, status }) => !reuse && status !== 429),
      kept.get(name),
      find,
    )
  }
  for (const { user, key, answer } of tables.keys) {
    if (answer === null) find('tables contradict', `Key ${user} ${key} has no answer`)
  }
  judgeEffects(evidence, find)
}

function judgeKey(
  name: string,
  calls: readonly Call[],
  kept: KeyRow | undefined,
  find: Parameters<Judge>[1],
): void {
  const [first] = calls
  if (!first) return
  if (calls.some(({ bytes }) => bytes !== first.bytes)) {
    find('key executed twice', `${name} was answered with ${wordsOf(calls)}`)
  }
  if (calls.filter(({ replayed }) => !replayed).length > 1) {
    find('key executed twice', `${name} was answered anew more than once: ${wordsOf(calls)}`)
  }
  if (!kept?.answer) find('key executed twice', `The answer to ${name} was not kept`)
  else if (bytesOf(kept.answer) !== first.bytes) {
    find(
      'key executed twice',
      `The answer that is kept to ${name} is another than was given: ${wordsOf(calls)}`,
    )
  }
}

const wordsOf = (calls: readonly Call[]) =>
  [...new Set(calls.map(({ status, code, seen }) => `${status} ${code ?? seen?.[0]?.id ?? ''}`.trim()))].join(
    ', ',
  )

/** As the calls have hashed what they were answered. */
const bytesOf = (answer: string) => {
  const end = answer.indexOf('\n')
  const { status } = JSON.parse(answer.slice(0, end)) as { status: number }
  return hash('sha1', `${status}\n${answer.slice(end + 1)}`, 'base64')
}

/** Counts what the tables have of each tag: bookings and changes bear it, and of moves there is their number. */
const judgeEffects: Judge = ({ record, tables }, find) => {
  const many = (tags: readonly (string | null)[], what: string) => {
    const groups = groupBy(
      tags.filter((tag) => tag !== null),
      (tag) => tag,
    )
    for (const [tag, all] of groups) {
      if (all.length > 1) find('key executed twice', `${tag} has made ${all.length} ${what}`)
    }
  }
  many(
    tables.bookings.map(({ notes }) => notes),
    'bookings',
  )
  many(
    tables.history.map(({ reason }) => reason),
    'changes',
  )
  const asked = groupBy(
    record.calls.filter((call) => call.kind === 'reschedule' && !isRefused(call)),
    ({ id }) => id ?? '',
  )
  const moves = tables.history.filter(({ change }) => change === 'booking.rescheduled')
  for (const [id, rows] of groupBy(moves, ({ booking }) => booking)) {
    const tags = new Set((asked.get(id) ?? []).map(({ tag }) => tag))
    if (rows.length > tags.size) {
      find('key executed twice', `Booking ${id} was moved ${rows.length} times by ${tags.size} calls`)
    }
  }
}
