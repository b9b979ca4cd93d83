import type { Chore } from '../adapters/cron/chores.ts'
import { readEventDelays } from '../adapters/postgres/event-delays.ts'
import { type Metrics, openMetrics } from '../adapters/prometheus/metrics.ts'
import type { ReminderLedger } from '../application/ports/reminder-ledger.ts'
import type { Result } from '../domain/result.ts'
import type { Ports } from './ports.ts'

/** The metrics of an application, with what they ask of the database when someone looks at them. */
export const metricsOf = ({ database }: Ports): Metrics =>
  openMetrics({
    sample: () => readEventDelays(database).catch(() => undefined),
    statementsInFlight: () => database.pipeline.inFlight(),
  })

/** The same use case of booking, whose outcomes are counted. */
export const countedBookings =
  <Asked extends unknown[], Outcome extends Result<unknown, { readonly code: string }>>(
    book: (...asked: Asked) => Promise<Outcome>,
    { booked }: Pick<Metrics, 'booked'>,
  ) =>
  async (...asked: Asked): Promise<Outcome> => {
    const outcome = await book(...asked)
    booked(outcome.ok ? 'booked' : outcome.rejection.code)
    return outcome
  }

/** The same ledger, whose reminders are counted. */
export const countedReminders = (
  reminders: ReminderLedger,
  { remindersSent }: Pick<Metrics, 'remindersSent'>,
): ReminderLedger => ({
  async send(...asked) {
    const outcome = await reminders.send(...asked)
    remindersSent(outcome.sent)
    return outcome
  },
})

/** The same chore, whose failures are counted. */
export const countedChore = (chore: Chore, { choreFailed }: Pick<Metrics, 'choreFailed'>): Chore => ({
  ...chore,
  work: (signal) =>
    chore.work(signal).catch((error: unknown) => {
      choreFailed(chore.name)
      throw error
    }),
})
