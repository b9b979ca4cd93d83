import { RECOVERY_MILLISECONDS } from '../common/killer.ts'
import type { Outage } from '../common/lives.ts'
import type { Judge } from './finding.ts'
import { type Call, type CallKind, isDone } from './record.ts'

const SLOT = ['slot-taken', 'daily-limit-reached', 'idempotency-key-reused'] as const
const CHANGE = ['invalid-transition', 'version-mismatch', 'idempotency-key-reused'] as const

/** What each call may be refused with, as everyone asks for what is theirs in the right form. */
const REFUSALS: Readonly<Record<CallKind, readonly string[]>> = {
  book: [...SLOT, 'hold-not-found', 'hold-expired'],
  hold: [...SLOT, 'too-many-holds'],
  release: ['hold-not-found'],
  cancel: CHANGE,
  confirm: CHANGE,
  decline: CHANGE,
  reschedule: [...SLOT, ...CHANGE],
  read: [],
  list: [],
  search: [],
}

/** No answer but those that the contract has for what was asked, and none that is lost without a kill. */
export const judgeAnswers: Judge = ({ record }, find) => {
  const { calls, lives, outages, deadlocks } = record
  const kills = new Map(lives.map(({ process, life, killed }) => [`${process} ${life}`, killed]))
  for (const call of calls) {
    const { kind, tag, status, code = '', ended } = call
    const words = `${kind} ${tag}: ${status} ${code}`
    if (status === null) {
      const killed = kills.get(`${call.process} ${call.life}`) ?? Number.POSITIVE_INFINITY
      if (killed > ended) find('connection lost', `${kind} ${tag}: ${call.lost}, but nothing was killed`)
    } else if (status === 503) {
      if (!isExcused(outages, ended)) find('unavailable too long', `${words} with the database up`)
    } else if (!isDone(call)) {
      if (status >= 500 || !REFUSALS[kind].includes(code)) find('unexpected answer', words)
      else if (code === 'idempotency-key-reused' && !call.reuse) find('unexpected answer', words)
    }
  }
  for (const { process, died } of lives) {
    if (died !== null) find('connection lost', `API process ${process} ended by itself: ${died}`)
  }
  for (const { words, milliseconds } of recoveries(record)) {
    if (milliseconds > RECOVERY_MILLISECONDS) {
      find('unavailable too long', `${words}: nothing was done for ${Math.round(milliseconds)} ms`)
    }
  }
  if (deadlocks > 0) find('deadlock', `PostgreSQL has met ${deadlocks} deadlocks`)
}

function isExcused(outages: readonly Outage[], moment: number): boolean {
  const last = outages.findLast(({ from }) => from <= moment)
  return last !== undefined && moment <= last.until + RECOVERY_MILLISECONDS
}

export interface Recovery {
  readonly words: string
  /** From the return of the database until an API process had done something again. */
  readonly milliseconds: number
}

/** How long each API process that lived through an outage took to go on. */
export function recoveries({ calls, lives, outages }: Parameters<Judge>[0]['record']): Recovery[] {
  const done = calls.filter(isDone).sort((a, b) => a.ended - b.ended)
  return outages.flatMap(({ from, until }, number) => {
    const next = Math.min(outages[number + 1]?.from ?? Number.POSITIVE_INFINITY, done.at(-1)?.ended ?? 0)
    const survivors = lives.filter(
      ({ up, killed }) => up < from && (killed ?? Number.POSITIVE_INFINITY) > next,
    )
    const first = firstAfter(done, until)
    return survivors.flatMap(({ process, life }) => {
      const answer = answerFrom(done, first, process, life)
      const isAnswered = answer !== undefined && answer.ended <= next
      // Where something was killed again soon, there was no time to show anything.
      if (!isAnswered && next - until <= RECOVERY_MILLISECONDS) return []
      const milliseconds = (isAnswered ? answer.ended : next) - until
      return [{ words: `Outage ${number + 1}, process ${process}`, milliseconds }]
    })
  })
}

function answerFrom(calls: readonly Call[], first: number, process: number, life: number): Call | undefined {
  for (let place = first; place < calls.length; place++) {
    const call = calls[place] as Call
    if (call.process === process && call.life === life) return call
  }
  return undefined
}

function firstAfter(calls: readonly Call[], moment: number): number {
  let low = 0
  let high = calls.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((calls[middle] as Call).ended < moment) low = middle + 1
    else high = middle
  }
  return low
}
