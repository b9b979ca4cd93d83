import { type Finding, findingsOf } from '../common/findings.ts'
import type { Evidence, Judge, Rule } from './evidence.ts'
import { judgeListeners } from './judge-listeners.ts'

/** The log has each version of each booking, one after the other, up to the one that is recorded. */
const judgeLog: Judge = ({ log, bookings }, find) => {
  const versions = new Map<string, number>()
  for (const { subject, subjectType, type, version } of log) {
    if (subjectType !== 'booking') continue
    const before = versions.get(subject) ?? 0
    // A reminder is of the version that was there.
    const due = type === 'booking.reminder' ? before : before + 1
    if (version !== due)
      find('log incomplete', `Booking ${subject}: ${type} ${version} after version ${before}`)
    versions.set(subject, Math.max(before, version))
  }
  for (const { id, version } of bookings) {
    const known = versions.get(id) ?? 0
    if (known !== version) find('log incomplete', `Booking ${id} has version ${version}, the log ${known}`)
  }
}

/** Everything in the evidence that must never be. The same evidence is always judged alike. */
export const judge = (evidence: Evidence): readonly Finding<Rule>[] =>
  findingsOf([judgeLog, judgeListeners], evidence)
