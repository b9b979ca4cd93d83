import type { Case } from './cases.ts'
import { perform } from './perform.ts'
import type { Stage } from './stage.ts'

export interface Played {
  readonly answers: { readonly A: string; readonly B: string }
  readonly lines: readonly string[]
}

/**
 * Plays a case on the real database; null where it cannot be: the first is never at the point at which it should stop, or the
 * second waits for the first and so cannot end before it.
 */
export async function play(stage: Stage, played: Case): Promise<Played | null> {
  const { sessions, watcher } = stage
  const shop = await stage.reset(played.terms)
  const names = new Map<string, string>()
  const common = { stage, shop, terms: played.terms, names }
  if (played.pause) await watcher.closeGate()
  await Promise.all([sessions.A.begin(played.pause), sessions.B.begin(null)])
  const first = perform({ ...common, side: 'A', action: played.first })
  const callSecond = () => perform({ ...common, side: 'B', action: played.second })
  const second = await stepwise(stage, played, first, callSecond)
  if (second === null) return null
  return { answers: { A: await first, B: await second.answer }, lines: await stage.lines(shop, names) }
}

/** In an object, because an async function would wait for a bare promise. */
type Second = { readonly answer: Promise<string> } | null

async function stepwise(
  stage: Stage,
  { order, pause, late, ends }: Case,
  first: Promise<string>,
  callSecond: () => Promise<string>,
): Promise<Second> {
  const { sessions, watcher } = stage
  const { A, B } = sessions
  const isStopped = pause === null || (await watcher.isWaiting(A.pid, watcher.pid, first))
  if (pause === null) await first
  if (!isStopped) {
    await endInTurn(stage, first, first, ['rollback', 'rollback'])
    return null
  }
  if (order === 'one by one') await A.end(ends[0])
  if (late === 'before') await stage.beLate()
  const answer = callSecond()
  if (order === 'one by one') {
    await answer
    await B.end(ends[1])
    return { answer }
  }
  const isBlocked = await watcher.isWaiting(B.pid, A.pid, answer)
  if (late === 'after') await stage.beLate()
  if (order === 'second ends first' && isBlocked) {
    await endInTurn(stage, first, answer, ['rollback', 'rollback'])
    return null
  }
  if (order === 'second ends first') await B.end(ends[1])
  await endInTurn(stage, first, answer, ends)
  return { answer }
}

/** Lets the first go on and end, and then the second; but where the first waits for the second, that one ends before. */
async function endInTurn(
  { sessions: { A, B }, watcher }: Stage,
  first: Promise<string>,
  second: Promise<string>,
  ends: Case['ends'],
): Promise<void> {
  await watcher.openGate()
  // Either may be through and keep the other waiting, because each may need several transactions.
  await Promise.race([first, second])
  if (await watcher.isWaiting(A.pid, B.pid, first)) {
    await second
    await B.end(ends[1])
  }
  await first
  await A.end(ends[0])
  await second
  await B.end(ends[1])
}
