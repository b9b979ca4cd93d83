import { withClient } from '../../../bench/support/postgres.ts'
import { isAttempt, isDone } from '../checker/record.ts'
import { type Fire, loadUnderFire, openStage, type Stage, type Watcher } from '../checker/session.ts'
import { startCrashableRedis } from '../common/crashable-redis.ts'
import { randomOf } from '../common/random.ts'
import { gatherListeners, listenOf } from './audience.ts'
import type { Evidence, Heard } from './evidence.ts'
import { expectedOf } from './judge-listeners.ts'
import { lateCommits } from './late-commits.ts'
import { type Ear, earOf, fickle } from './listening.ts'
import { readLog } from './log-table.ts'
import type { NoLossOptions } from './options.ts'

/** Many slots: the more calls change something, the more there is to hear. */
const DAYS = 24
const LATE_EVERY_EVENTS = 150
const LONGEST_LATE_MILLISECONDS = 200
const LONGEST_STAY_MILLISECONDS = 60_000
/** Of the time that a run is given, so that in a short one, too, everyone comes and goes. */
const LONGEST_STAY_SHARE = 0.15
/** For whoever reads a page at a time and is far behind on a busy machine. */
const DRY_MILLISECONDS = 300_000
const LISTENER_STREAM = 2_000_000

export interface Outcome extends Fire {
  readonly evidence: Evidence
  /** Whether everyone has come to the end of the log; who has not is found to have missed the rest. */
  readonly isDry: boolean
  /** From the end of the load until everyone had heard everything, or the patience was over. */
  readonly drySeconds: number
}

function openEars({ shop, api }: Stage, { listeners, seed }: NoLossOptions, heard: Heard[]): readonly Ear[] {
  return gatherListeners(shop, listeners).map((listener, number) =>
    earOf({
      number,
      listener,
      listen: listenOf(listener, number),
      token: listener.user === null ? null : shop.tokenOf(listener.user),
      doors: api.doors,
      random: randomOf(seed, LISTENER_STREAM + number),
      heard,
    }),
  )
}

/** Lets everyone listen until they have been told the last of what they may know; then nothing is to come. */
export async function runDry(
  ears: readonly Ear[],
  read: Pick<Evidence, 'head' | 'log'>,
  milliseconds = DRY_MILLISECONDS,
): Promise<boolean> {
  const done = await Promise.all(
    ears.map((ear) => {
      const last = expectedOf(ear.listener, read).at(-1)?.cursor
      return ear.listenUntil(() => last === undefined || (ear.place() ?? '') >= last, milliseconds)
    }),
  )
  return done.every(Boolean)
}

/** Writes, listens and kills, lets everything run dry, and gathers all there is to judge by. */
export async function holdSession(
  options: NoLossOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Outcome> {
  const { changes, seconds, seed } = options
  watcher.step('Starting Redis')
  const redis = await startCrashableRedis()
  await using stage = await openStage({ ...options, days: DAYS, redis }, watcher, signal)
  const { url } = stage.postgres
  await withClient(url, (client) => client.query(lateCommits(LATE_EVERY_EVENTS, LONGEST_LATE_MILLISECONDS)))
  const heard: Heard[] = []
  const ears = openEars(stage, options, heard)
  const over = new AbortController()
  const longest = Math.min(LONGEST_STAY_MILLISECONDS, seconds * 1_000 * LONGEST_STAY_SHARE)
  const listening = Promise.all(
    ears.map((ear, number) =>
      ear.comeAndGo(fickle(randomOf(seed, LISTENER_STREAM - 1 - number), longest), over.signal),
    ),
  )
  // It is waited for in the end; until then a failure of it is nobody's.
  listening.catch(() => undefined)
  const fire = await loadUnderFire(
    stage,
    { ...options, attempts: changes, isCounted: (call) => isAttempt(call) && isDone(call) },
    watcher,
    signal,
  ).finally(() => over.abort())
  await listening
  signal.throwIfAborted()
  const began = performance.now()
  watcher.step('Letting everyone hear the rest')
  const read = await readLog(url)
  const isDry = await runDry(ears, read)
  const evidence = { ...read, listeners: ears.map(({ listener }) => listener), heard }
  return { evidence, ...fire, isDry, drySeconds: (performance.now() - began) / 1_000 }
}
