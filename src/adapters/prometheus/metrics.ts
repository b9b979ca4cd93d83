import { Counter, Gauge, Registry } from 'prom-client'
import { type Answered, answeredIn } from './answered.ts'
import { addProcessMetrics } from './process-metrics.ts'

/** What is measured at the moment at which someone asks. */
export interface Samples {
  /** How long the transaction has been running that holds events back; 0 where none does. */
  readonly fenceAgeSeconds: number
  /** How late the most overdue reminder is; 0 where none is due. */
  readonly reminderLatenessSeconds: number
}

export interface MetricsOptions {
  /** Never throws; undefined while the database cannot be asked. */
  readonly sample: () => Promise<Samples | undefined>
  readonly statementsInFlight: () => number
}

export interface Metrics extends Disposable {
  readonly answered: Answered
  listens(transport: string): () => void
  delivered(transport: string, events: number): void
  closed(code: string): void
  /** What became of a booking: `booked`, or the code of the refusal. */
  booked(outcome: string): void
  remindersSent(count: number): void
  choreFailed(chore: string): void
  /** All of it, in the text format of Prometheus. */
  text(): Promise<string>
}

/** The metrics of one application, in a registry of its own: several may live in one process. */
export function openMetrics({ sample, statementsInFlight }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const stopProcess = addProcessMetrics(registers)
  const answered = answeredIn(registers)
  const listeners = new Gauge({
    name: 'slotwright_listeners',
    help: 'Who is listening on this node, by transport.',
    labelNames: ['transport'],
    registers,
  })
  const count = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers })
  const delivered = addDelivered(registers)
  const closed = count('slotwright_sockets_closed_total', 'Sockets closed, by close code.', 'code')
  const booked = count(
    'slotwright_bookings_total',
    'Attempts to book: booked, or why not, by the code of the refusal.',
    'outcome',
  )
  const reminders = count('slotwright_reminders_sent_total', 'Reminders whose event was written.')
  const failed = count('slotwright_chore_failures_total', 'Chores that failed, by chore.', 'chore')
  addSamples(registers, sample)
  addStatements(registers, statementsInFlight)
  for (const transport of ['websocket', 'stream', 'socket.io']) listeners.set({ transport }, 0)
  return {
    answered,
    listens(transport) {
      listeners.inc({ transport })
      return () => listeners.dec({ transport })
    },
    delivered,
    closed: (code) => closed.inc({ code }),
    booked: (outcome) => booked.inc({ outcome }),
    remindersSent: (sent) => reminders.inc(sent),
    choreFailed: (chore) => failed.inc({ chore }),
    text: () => registry.metrics(),
    [Symbol.dispose]: stopProcess,
  }
}

/** An event is told to thousands at once: what is added up here for each costs a tenth of what a counter does. */
function addDelivered(registers: Registry[]): Metrics['delivered'] {
  const told = new Map<string, number>()
  new Counter({
    name: 'slotwright_events_delivered_total',
    help: 'Events told, by transport.',
    labelNames: ['transport'],
    registers,
    collect() {
      this.reset()
      for (const [transport, events] of told) this.inc({ transport }, events)
    },
  })
  return (transport, events) => {
    told.set(transport, (told.get(transport) ?? 0) + events)
  }
}

function addStatements(registers: Registry[], statementsInFlight: () => number): void {
  new Gauge({
    name: 'slotwright_database_statements_in_flight',
    help: 'Statements of the hot path that PostgreSQL has not answered yet.',
    registers,
    collect() {
      this.set(statementsInFlight())
    },
  })
}

/** While the database cannot be asked, there is no value at all: nought would say that all is well. */
function addSamples(registers: Registry[], sample: MetricsOptions['sample']): void {
  let asked: ReturnType<typeof sample> | undefined
  const askOnce = () => {
    asked ??= sample().finally(() => {
      asked = undefined
    })
    return asked
  }
  const gauge = (name: string, help: string, read: (samples: Samples) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const samples = await askOnce()
        if (samples) this.set(read(samples))
        else this.remove()
      },
    })
  gauge(
    'slotwright_event_fence_age_seconds',
    'For how long the transaction has been running that holds back what was written after it; 0 where none does.',
    ({ fenceAgeSeconds }) => fenceAgeSeconds,
  )
  gauge(
    'slotwright_reminder_lateness_seconds',
    'How late the most overdue reminder is that has not been sent yet; 0 where none is due.',
    ({ reminderLatenessSeconds }) => reminderLatenessSeconds,
  )
}
