import { readRecord, writeRecord } from '../common/record-file.ts'
import type { Evidence } from './finding.ts'
import type { CallRecord } from './record.ts'

const RECORD_LISTS = ['services', 'calls', 'lives', 'outages'] as const
const TABLES = ['bookings', 'claims', 'history', 'events', 'keys', 'reminders'] as const

/** Writes everything there is to judge by: each call and each row with the list it is of. */
export function writeEvidence(file: string, { record, tables }: Evidence): Promise<void> {
  const { epoch, deadlocks, ...lists } = record
  return writeRecord(file, { head: { epoch, deadlocks }, lists: { ...lists, ...tables } })
}

/** Reads what was written. @throws when the file is not there or is something else */
export async function readEvidence(file: string): Promise<Evidence> {
  type Head = Pick<CallRecord, 'epoch' | 'deadlocks'>
  const { head, lists } = await readRecord<Head>(file, [...RECORD_LISTS, ...TABLES])
  const { services, calls, lives, outages, ...tables } = lists
  return { record: { ...head, services, calls, lives, outages }, tables } as unknown as Evidence
}
