import type { Progress } from '../../../bench/support/progress.ts'
import type { Watcher } from '../checker/session.ts'
import { describeFindings } from '../common/findings.ts'
import { runProof } from '../common/run-proof.ts'
import { type Evidence, readEvidence, writeEvidence } from './evidence.ts'
import { judge } from './judge.ts'
import { help, type NoLossOptions, readOptions } from './options.ts'
import { holdSession } from './session.ts'
import { describeEvidence } from './summary.ts'

const STEP_MILLISECONDS = process.stdout.isTTY ? 0 : 15_000

async function prove(options: NoLossOptions, progress: Progress, signal: AbortSignal): Promise<number> {
  if (options.judgedFile !== null) return tell(await readEvidence(options.judgedFile), progress)
  const outcome = await holdSession(options, watching(options, progress), signal)
  const { evidence, seconds, kills, isDry, drySeconds } = outcome
  const { recordFile, seed, processes, clients } = options
  if (recordFile !== null) await writeEvidence(recordFile, evidence)
  progress.line(
    `Seed ${seed}, ${processes} API processes, ${clients} clients, ${seconds.toFixed(1)} s of changes`,
  )
  progress.line(`kills: PostgreSQL ${kills.postgres}, API processes ${kills.api}, Redis ${kills.redis}`)
  const who = isDry ? 'Everyone had' : 'Not everyone had'
  progress.line(`${who} heard everything ${drySeconds.toFixed(1)} s after the last change`)
  return tell(evidence, progress)
}

function tell(evidence: Evidence, progress: Progress): number {
  progress.step('Judging')
  const findings = judge(evidence)
  for (const line of [...describeEvidence(evidence), ...describeFindings(findings)]) progress.line(line)
  return findings.length === 0 ? 0 : 1
}

function watching({ changes }: NoLossOptions, progress: Progress): Watcher {
  let began = 0
  let told = 0
  return {
    step: (text) => progress.step(text),
    loading(load, { kills }) {
      const now = performance.now()
      began ||= now
      told ||= now
      if (now - told < STEP_MILLISECONDS) return
      told = now
      const done = load.attempts()
      progress.step(
        `${done} of ${changes} changes, ${Math.round(done / ((now - began) / 1_000))} a second, killed PostgreSQL ` +
          `${kills.postgres}, API processes ${kills.api} and Redis ${kills.redis} times`,
      )
    },
  }
}

await runProof({ help, read: readOptions, work: prove })
