import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Evidence } from './finding.ts'
import type { CallRecord } from './record.ts'

const RECORD_LISTS = ['services', 'calls', 'lives', 'outages'] as const
const TABLES = ['bookings', 'claims', 'history', 'events', 'keys', 'reminders'] as const

type Line =
  | { readonly epoch: number; readonly deadlocks: number }
  | { readonly of: string; readonly row: unknown }

function* linesOf({ record, tables }: Evidence): Generator<Line> {
  yield { epoch: record.epoch, deadlocks: record.deadlocks }
  for (const of of RECORD_LISTS) for (const row of record[of]) yield { of, row }
  for (const of of TABLES) for (const row of tables[of]) yield { of, row }
}

/** Writes everything there is to judge by: one JSON value a line, each call and each row with the list it is of. */
export async function writeEvidence(file: string, evidence: Evidence): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const out = createWriteStream(file)
  for (const line of linesOf(evidence)) {
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

/** Reads what was written. @throws when the file is not there or is something else */
export async function readEvidence(file: string): Promise<Evidence> {
  const lists = Object.fromEntries([...RECORD_LISTS, ...TABLES].map((name) => [name, [] as unknown[]]))
  let head: Pick<CallRecord, 'epoch' | 'deadlocks'> | undefined
  const input = createReadStream(file)
  // Without a listener a file that is not there would end the process.
  const failure = once(input, 'error').then(([error]) => Promise.reject(error))
  const reading = (async () => {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = parse(file, text)
      if ('epoch' in line) head = line
      else lists[line.of]?.push(line.row)
    }
  })()
  await Promise.race([reading, failure])
  if (!head) throw new Error(`${file} is not the record of a run`)
  const { services, calls, lives, outages, ...tables } = lists
  return { record: { ...head, services, calls, lives, outages }, tables } as unknown as Evidence
}

function parse(file: string, text: string): Line {
  try {
    const line: Line = JSON.parse(text)
    if ('epoch' in line || 'of' in line) return line
  } catch {}
  throw new Error(`${file} is not the record of a run`)
}
