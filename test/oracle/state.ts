import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { emptyTally, type Tally } from './tally.ts'

/** A run as far as it has come: the cases from `from` up to `next` have been compared. */
export interface RunState {
  readonly seed: number
  readonly from: number
  readonly next: number
  /** Spent comparing, over all sittings. */
  readonly seconds: number
  readonly tally: Tally
}

interface StoredState extends Omit<RunState, 'tally'> {
  readonly fingerprint: string
  readonly tally: Omit<Tally, 'zones' | 'transitions'> & {
    readonly zones: readonly string[]
    readonly transitions: readonly number[]
  }
}

export const newRun = (seed: number, from: number): RunState => ({
  seed,
  from,
  next: from,
  seconds: 0,
  tally: emptyTally(),
})

/** Writes beside the file and renames, so that an interruption leaves the old state or the new one. */
export function writeState(file: string, state: RunState, fingerprint: string): void {
  const { zones, transitions } = state.tally
  const stored: StoredState = {
    fingerprint,
    ...state,
    tally: { ...state.tally, zones: [...zones], transitions: [...transitions] },
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(stored)}\n`)
  renameSync(`${file}.new`, file)
}

/**
 * The state of an earlier sitting: null where there is none, 'outdated' where it is of other rules.
 *
 * @throws where the file is no state or the state of another run
 */
export function readState(
  file: string,
  run: { readonly seed: number; readonly from: number },
  fingerprint: string,
): RunState | 'outdated' | null {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : null
  if (text === null) return null
  const { fingerprint: stored, tally, ...state } = parseState(file, text)
  if (state.seed !== run.seed || state.from !== run.from) {
    const other = `--seed ${state.seed} --from ${state.from}`
    throw new Error(`${file} belongs to a run with ${other}. Name another file with --state`)
  }
  if (stored !== fingerprint) return 'outdated'
  const sets = { zones: new Set(tally.zones), transitions: new Set(tally.transitions) }
  return { ...state, tally: { ...tally, ...sets } }
}

function parseState(file: string, text: string): StoredState {
  try {
    const stored: StoredState = JSON.parse(text)
    if (typeof stored.fingerprint === 'string' && typeof stored.next === 'number') return stored
  } catch {}
  throw new Error(`${file} is not the state of a run. Remove it, or name another with --state`)
}
