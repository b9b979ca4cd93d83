import { closeSync, openSync, writeSync } from 'node:fs'
import type { TableProgress } from '../../application/moving-in/move-in.ts'
import type { Outcome } from '../../application/moving-in/step.ts'
import { OBSTACLES, REMARKS } from '../../domain/moving-in/obstacle.ts'

/** Why how many rows of a table cannot come along, or come along changed. */
export interface Reason {
  readonly table: string
  readonly outcome: 'refused' | 'changed'
  readonly reason: string
  readonly field: string | null
  readonly explanation: string
  readonly count: number
}

/** Everything but rows that came along as they were, counted by reason and, on demand, one by one in a file. */
export interface Report extends Disposable {
  note(table: string, outcome: Outcome): void
  reasons(): readonly Reason[]
  /** Ends the file with how each table went. */
  finish(tables: readonly TableProgress[], isDryRun: boolean): void
}

const BUFFER_CHARACTERS = 65_536

/** @throws when the file cannot be written */
export function openReport(file: string | null): Report {
  const descriptor = file === null ? null : openSync(file, 'w')
  const counted = new Map<string, Reason>()
  let buffer = ''
  const flush = () => {
    if (descriptor !== null) writeSync(descriptor, buffer)
    buffer = ''
  }
  const line = (value: unknown) => {
    if (descriptor === null) return
    buffer += `${JSON.stringify(value)}\n`
    if (buffer.length > BUFFER_CHARACTERS) flush()
  }
  return {
    note(table, outcome) {
      for (const reason of reasonsOf(table, outcome)) {
        const key = [table, reason.reason, reason.field].join(' ')
        counted.set(key, { ...reason, count: (counted.get(key)?.count ?? 0) + 1 })
        const { count: _, ...said } = reason
        line({ ...said, id: outcome.sourceId })
      }
    },
    reasons: () => [...counted.values()],
    finish(tables, isDryRun) {
      line({ summary: { dry_run: isDryRun, tables, reasons: [...counted.values()] } })
    },
    [Symbol.dispose]() {
      flush()
      if (descriptor !== null) closeSync(descriptor)
    },
  }
}

function reasonsOf(table: string, outcome: Outcome): Reason[] {
  if (outcome.kind === 'refused') {
    const { code, field } = outcome.obstacle
    return [{ table, outcome: 'refused', reason: code, field, explanation: OBSTACLES[code], count: 1 }]
  }
  return outcome.remarks.map((code) => ({
    table,
    outcome: 'changed',
    reason: code,
    field: null,
    explanation: REMARKS[code],
    count: 1,
  }))
}
