import { type Finding, findingsOf } from '../common/findings.ts'
import type { Evidence, Rule } from './finding.ts'
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

/** Everything in the evidence that must never be. The same evidence is always judged alike. */
export const judge = (evidence: Evidence): readonly Finding<Rule>[] => findingsOf(judges, evidence)
