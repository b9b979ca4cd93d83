import type { Progress } from '../../../bench/support/progress.ts'
import { counted, describeFindings } from '../common/findings.ts'
import { runProof } from '../common/run-proof.ts'
import { type Evidence, readEvidence, writeEvidence } from './evidence.ts'
import { judge, latenessOf } from './judge.ts'
import { help, type ReminderOptions, readOptions } from './options.ts'
import { holdSession } from './session.ts'

async function prove(options: ReminderOptions, progress: Progress, signal: AbortSignal): Promise<number> {
  if (options.judgedFile !== null) return tell(await readEvidence(options.judgedFile), progress)
  const { recordFile, seed, nodes, clients } = options
  const { evidence, kills, answers } = await holdSession(options, (text) => progress.step(text), signal)
  if (recordFile !== null) await writeEvidence(recordFile, evidence)
  progress.line(`Seed ${seed}, ${nodes} nodes killed ${kills.api} times, ${clients} clients`)
  progress.line(`answers: ${counted(answers.map((status) => String(status || 'none'))).join(', ')}`)
  return tell(evidence, progress)
}

function tell(evidence: Evidence, progress: Progress): number {
  progress.step('Judging')
  const { planned, log, left } = evidence
  const { count, p50, p99, max, excused } = latenessOf(evidence)
  progress.line(`${planned.length} reminders planned, ${log.length} events, ${left.length} reminders to come`)
  progress.line(`events: ${counted(log.map(({ type }) => type)).join(', ')}`)
  progress.line(
    `${count} fired late by p50 ${p50} ms, p99 ${p99} ms, at most ${max} ms; ${excused} were due while PostgreSQL was away`,
  )
  const findings = judge(evidence)
  for (const line of describeFindings(findings)) progress.line(line)
  return findings.length === 0 ? 0 : 1
}

await runProof({ help, read: readOptions, work: prove })
