import type { Progress } from '../../../bench/support/progress.ts'
import { describeFindings } from '../common/findings.ts'
import { runProof } from '../common/run-proof.ts'
import { readEvidence, writeEvidence } from './evidence-file.ts'
import type { Evidence } from './finding.ts'
import { judge } from './judge.ts'
import { type CheckerOptions, help, readOptions } from './options.ts'
import { holdSession, type Watcher } from './session.ts'
import { describeEvidence } from './summary.ts'

const STEP_MILLISECONDS = process.stdout.isTTY ? 0 : 15_000

async function check(options: CheckerOptions, progress: Progress, signal: AbortSignal): Promise<number> {
  if (options.judgedFile !== null) return tell(await readEvidence(options.judgedFile), progress)
  const { evidence, seconds } = await holdSession(options, watching(options, progress), signal)
  const { recordFile, seed, processes, clients } = options
  if (recordFile !== null) await writeEvidence(recordFile, evidence)
  const rate = Math.round(evidence.record.calls.length / seconds)
  progress.line(
    `Seed ${seed}, ${processes} API processes, ${clients} clients, ${seconds.toFixed(1)} s, ${rate} calls a second`,
  )
  return tell(evidence, progress)
}

function tell(evidence: Evidence, progress: Progress): number {
  progress.step('Judging')
  const findings = judge(evidence)
  for (const line of [...describeEvidence(evidence), ...describeFindings(findings)]) progress.line(line)
  return findings.length === 0 ? 0 : 1
}

function watching({ attempts, seconds }: CheckerOptions, progress: Progress): Watcher {
  let began = 0
  let told = 0
  return {
    step: (text) => progress.step(text),
    loading(load, { kills }) {
      const now = performance.now()
      // Not before there is load: how long the start took says nothing about the rate.
      began ||= now
      told ||= now
      if (now - told < STEP_MILLISECONDS) return
      told = now
      const done = load.attempts()
      const passed = (now - began) / 1_000
      const perSecond = done / passed
      const left = Math.ceil(Math.min((attempts - done) / perSecond, seconds - passed))
      progress.step(
        `${done} of ${attempts} attempts, ${Math.round(perSecond)} a second, killed PostgreSQL ${kills.postgres} and ` +
          `API processes ${kills.api} times, ${left} s left at most`,
      )
    },
  }
}

await runProof({ help, read: readOptions, work: check })
