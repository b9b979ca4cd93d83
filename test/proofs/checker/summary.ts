import { counted } from '../common/findings.ts'
import type { Evidence } from './finding.ts'
import { recoveries } from './judge-answers.ts'
import { type Call, isAttempt } from './record.ts'

const answerOf = ({ status, code }: Call) => (status === null ? 'lost' : (code ?? String(status)))

/** What has been done and met, in a few lines: without its answers, that nothing was found says little. */
export function describeEvidence({ record, tables }: Evidence): readonly string[] {
  const { calls, lives, outages } = record
  const attempts = calls.filter(isAttempt)
  const slowest = Math.max(0, ...recoveries(record).map(({ milliseconds }) => milliseconds))
  const down = Math.max(0, ...outages.map(({ from, until }) => until - from))
  const apiKills = lives.filter(({ killed }) => killed !== null).length
  return [
    `${attempts.length} attempts: ${counted(attempts.map(answerOf)).join(', ')}`,
    `asked for: ${counted(calls.map(({ kind }) => kind)).join(', ')}`,
    `under keys: ${calls.filter(({ key }) => key !== undefined).length} calls, ${tables.keys.length} keys, ` +
      `${calls.filter(({ replayed }) => replayed).length} answers given again`,
    `tables: ${tables.bookings.length} bookings, ${tables.history.length} versions, ${tables.events.length} events`,
    `kills: PostgreSQL ${outages.length}, API processes ${apiKills}; down for at most ${Math.round(down)} ms, ` +
      `the first success at most ${Math.round(slowest)} ms after its return`,
  ]
}
