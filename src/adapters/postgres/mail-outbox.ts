import { z } from 'zod'
import type { EventLog } from '../../application/ports/event-log.ts'
import type { Outbox } from '../../application/ports/outbox.ts'
import type { BookingId, EventId } from '../../domain/ids.ts'
import { ADDRESSEES, MAIL_EVENT_TYPES, type MailOrder, mailsOf } from '../../domain/mail.ts'
import type { PostgresDatabase } from './database.ts'
import { type EventReader, handOnEvents } from './event-reader.ts'
import { addJobs, type Job } from './jobs.ts'
import { branded } from './values.ts'

/** The task that does the jobs of this outbox. */
export const MAIL_TASK = 'mail'
/** One by one the queue would be busier with finding jobs than with sending mail. */
const MAILS_OF_A_JOB = 10

/**
 * Makes jobs of the mails of events, a few in each, with what is needed to write them and nothing of what they say. Where there is no
 * mail, events are passed over, so that the mails of the past do not go out when there is some again.
 */
export const postgresMailOutbox = (
  database: Pick<PostgresDatabase, 'pool'>,
  log: EventLog,
  { hasMail }: { readonly hasMail: boolean },
): Outbox => ({
  name: 'mail',
  handOn: (limit) =>
    handOnEvents(database, log, { name: 'mail', prepare: hasMail ? prepareMails : nobody }, limit),
})

const prepareMails: EventReader['prepare'] = async (events) => {
  const orders = events.flatMap(mailsOf)
  const jobs: Job[] = []
  for (let first = 0; first < orders.length; first += MAILS_OF_A_JOB) {
    jobs.push(jobOf(orders.slice(first, first + MAILS_OF_A_JOB)))
  }
  return jobs.length === 0 ? null : (tx) => addJobs(tx, jobs)
}

const nobody: EventReader['prepare'] = async () => null

const jobOf = (orders: readonly MailOrder[]): Job => ({
  task: MAIL_TASK,
  payload: orders.map(({ eventId, about, bookingId, version, to }) => ({
    event_id: eventId,
    about,
    booking_id: bookingId,
    version,
    to,
  })),
  key: null,
  runAt: null,
})

const payload = z
  .object({
    event_id: branded<EventId>(),
    about: z.enum(MAIL_EVENT_TYPES),
    booking_id: branded<BookingId>(),
    version: z.number(),
    to: z.enum(ADDRESSEES),
  })
  .transform(({ event_id, booking_id, ...rest }) => ({ eventId: event_id, bookingId: booking_id, ...rest }))

/** Reads one of what a job of this outbox asks for; throws when it is something else. */
export const readMailOrder = (given: unknown): MailOrder => payload.parse(given)
