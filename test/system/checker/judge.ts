import type { Evidence, Finding, Rule } from './finding.ts'
import { judgeAcknowledged } from './judge-acknowledged.ts'
import { judgeAnswers } from './judge-answers.ts'
import { judgeKeys } from './judge-keys.ts'
import { judgeOccupancy } from './judge-occupancy.ts'
import { judgeSequence } from './judge-sequence.ts'
import { judgeTables } from './judge-tables.ts'
import { judgeVersions } from './judge-versions.ts'

const judges = [
  judgeOccupancy,
  judgeSequence,
  judgeAcknowledged,
  judgeVersions,
  judgeKeys,
  judgeTables,
  judgeAnswers,
]

/** What one judge says of one rule; more of the same would say nothing new. */
const MOST_OF_A_KIND = 1_000

/** Everything in the evidence that must never be, up to a thousand of a kind. The same evidence is always judged alike. */
export function judge(evidence: Evidence): readonly Finding[] {
  return judges.flatMap((one) => {
    const findings: Finding[] = []
    const counts = new Map<Rule, number>()
    one(evidence, (rule, text) => {
      const count = (counts.get(rule) ?? 0) + 1
      counts.set(rule, count)
      if (count <= MOST_OF_A_KIND) findings.push({ rule, text })
    })
    return findings
  })
}
