import { randomUUID } from 'node:crypto'
import { type PgbenchResult, runPgbench } from '../support/pgbench.ts'
import { scripts } from './direct-script.ts'
import { metadata, type Sample } from './sample.ts'
import { shop } from './shop.ts'
import { type BookingBench, CONNECTIONS } from './site.ts'
import type { Write } from './write-script.ts'

export interface DirectLoad {
  readonly databaseUrl: string
  readonly write: Write
  readonly seconds: number
  /** Of slot 0, in seconds since 1970. */
  readonly firstStart: number
  /** The first slot to book. */
  readonly firstIndex: number
  readonly sample: Sample
}

/** Does for some seconds by pgbench what the server does on the database. */
export function runDirectLoad(bench: BookingBench, load: DirectLoad): Promise<PgbenchResult> {
  const { databaseUrl, write, seconds, firstStart, firstIndex, sample } = load
  return runPgbench(bench, {
    databaseUrl,
    script: scripts[write],
    clients: CONNECTIONS,
    seconds,
    variables: {
      first_index: firstIndex,
      first_start: firstStart,
      price: shop.price,
      currency: shop.currency,
      metadata,
      now: new Date().toISOString(),
      reminders: `{${shop.reminderMinutes}}`,
      reason: 'I am ill.',
      data: sample.eventData,
      keys: randomUUID().slice(0, 24),
      hold_keys: randomUUID().slice(0, 24),
      request_hash: `\\x${'5a'.repeat(32)}`,
      answer_before: sample.bookingAnswer.before,
      answer_after: sample.bookingAnswer.after,
      hold_before: sample.holdAnswer.before,
      hold_after: sample.holdAnswer.after,
    },
  })
}
