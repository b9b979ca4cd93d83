import type { Progress } from '../../bench/support/progress.ts'
import { TRANSITIONS, ZONES } from './anchors.ts'
import type { OracleOptions } from './options.ts'
import { newRun, type RunState, readState, writeState } from './state.ts'
import { addTally, slotsOf, type Tally } from './tally.ts'

const SAVE_MILLISECONDS = 3_000
const STEP_MILLISECONDS = process.stdout.isTTY ? 500 : 15_000
const MOST_SHOWN = 20

/** One start of the command: it goes on with the run of an earlier one if there is such a run. */
export interface Sitting {
  state: RunState
  /** Adds the cases up to `next`, tells of them and, every few seconds, keeps them. */
  take(next: number, tally: Tally): void
  keep(): void
}

export function sit(options: OracleOptions, fingerprint: string, progress: Progress): Sitting {
  const earlier = startingState(options, fingerprint, progress)
  const started = performance.now()
  let kept = started
  let told = started
  const sitting: Sitting = {
    state: earlier,
    take(next, tally) {
      showDisagreements(sitting.state.tally.disagreements.length, tally, progress)
      addTally(sitting.state.tally, tally)
      const now = performance.now()
      const seconds = (now - started) / 1_000
      sitting.state = { ...sitting.state, next, seconds: earlier.seconds + seconds }
      if (now - told > STEP_MILLISECONDS) {
        told = now
        progress.step(stepText(sitting.state, options, (next - earlier.next) / seconds))
      }
      if (now - kept < SAVE_MILLISECONDS) return
      kept = now
      sitting.keep()
    },
    keep() {
      if (options.stateFile !== null) writeState(options.stateFile, sitting.state, fingerprint)
    },
  }
  return sitting
}

function startingState(options: OracleOptions, fingerprint: string, progress: Progress): RunState {
  const { stateFile, seed, from } = options
  const earlier = stateFile === null ? null : readState(stateFile, options, fingerprint)
  if (earlier === 'outdated') progress.line(`${stateFile} is of other rules, zones or cases: starting anew.`)
  if (earlier === 'outdated' || earlier === null) return newRun(seed, from)
  progress.line(`Going on with case ${earlier.next}, from ${stateFile}.`)
  showDisagreements(0, earlier.tally, progress)
  return earlier
}

function showDisagreements(before: number, { disagreements }: Tally, progress: Progress): void {
  const room = Math.max(0, MOST_SHOWN - before)
  for (const { text } of disagreements.slice(0, room)) progress.line(text)
  if (room > 0 && disagreements.length > room) progress.line('More disagreements are only counted.')
}

function stepText({ next, from }: RunState, { cases }: OracleOptions, perSecond: number): string {
  const done = next - from
  const left = Math.ceil((cases - done) / perSecond)
  const share = Math.floor((done / cases) * 100)
  return `${done} of ${cases} cases (${share} %), ${Math.round(perSecond)} a second, ${left} s left`
}

/** What a run has met so far, in two lines. */
export function summaryOf({ seed, seconds, tally }: RunState): string {
  const answers = Object.entries(tally.answers).map(([answer, count]) => `${answer} ${count}`)
  const covered = [
    `${tally.cases} cases`,
    `${tally.zones.size} of ${ZONES.length} zones`,
    `${tally.transitions.size} of ${TRANSITIONS} changes of the clocks`,
    `seed ${seed}`,
    `${seconds.toFixed(1)} s`,
  ]
  return [
    `${slotsOf(tally)} slots: ${answers.join(', ')}`,
    `${covered.join(', ')}: ${tally.disagreements.length} disagreements`,
  ].join('\n')
}
