import type { Logger } from 'pino'
import type { Task } from '../adapters/graphile/queue.ts'
import { writeCalendar } from '../adapters/ical/calendar-file.ts'
import { memoryMailbox } from '../adapters/memory/mailbox.ts'
import { MAIL_TASK, postgresMailOutbox, readMailOrder } from '../adapters/postgres/mail-outbox.ts'
import { MAIL_CONNECTIONS, smtpMailer } from '../adapters/smtp/mailer.ts'
import type { Mailbox, Mailer } from '../application/ports/mailer.ts'
import { type SendMail, sendMail } from '../application/send-mail.ts'
import type { MailAddress } from '../domain/calendar-entry.ts'
import type { MailSettings } from './config.ts'
import type { Ports } from './ports.ts'

export interface MailOptions extends MailSettings {
  readonly production: boolean
  /** Where clients reach the server, or a path where that is not known. */
  readonly publicUrl: string
}

/** The way out for mail, as it was set. */
export interface MailExit {
  /** Null where there is no mail. */
  readonly mailer: Mailer | null
  /** Null but in development without a mail server. */
  readonly mailbox: Mailbox | null
  readonly sender: MailAddress
  readonly host: string
  /** The page on which a new password is set; null where nobody has named one. */
  readonly resetUrl: string | null
}

/** A server where there is one; a mailbox to look into in development; nothing in production, which says so. */
export function openMail(
  { smtpUrl, from: sender, resetUrl, production, publicUrl }: MailOptions,
  logger: Logger,
  stack: AsyncDisposableStack,
): MailExit {
  const host = hostOf(publicUrl, sender)
  if (smtpUrl !== null) {
    const mailer = stack.use(smtpMailer({ url: smtpUrl, from: sender }))
    return { mailer, mailbox: null, sender, host, resetUrl }
  }
  if (production) {
    logger.warn('SMTP_URL is not set: there is no mail')
    return { mailer: null, mailbox: null, sender, host, resetUrl }
  }
  const mailbox = memoryMailbox({
    onMail: ({ id, to, subject }) => logger.info({ id, to: to.address, subject }, 'mail kept'),
  })
  return { mailer: mailbox, mailbox, sender, host, resetUrl }
}

/** The name by which this Slotwright is known; where nobody has said one, that of its sender. */
const hostOf = (publicUrl: string, { address }: MailAddress): string =>
  URL.canParse(publicUrl) ? new URL(publicUrl).hostname : address.slice(address.lastIndexOf('@') + 1)

/** One for each connection to the mail server, which is given no mail that would have to wait there. */
const JOBS_AT_ONCE = MAIL_CONNECTIONS
/** Of ten mails, the more the server dawdles the fewer are begun. */
const SECONDS = { call: 45, job: 110 }
/** A mail that is called off in the middle may have been taken by the server, and would be sent again. */
const PATIENCE_MILLISECONDS = 2_000

/** Events leave as mail. */
export function mailWayOut(ports: Ports, { mailer, sender, host }: MailExit, logger: Logger) {
  const outbox = postgresMailOutbox(ports.database, ports.log, { hasMail: mailer !== null })
  const tasks = mailer ? [mailTask(sendMail({ ...ports, mailer, writeCalendar, sender, host }), logger)] : []
  return { outbox, tasks, jobsAtOnce: JOBS_AT_ONCE, patience: PATIENCE_MILLISECONDS }
}

const mailTask = (send: SendMail, logger: Logger): Task => ({
  name: MAIL_TASK,
  seconds: SECONDS,
  work: async (payload, signal) => {
    const order = readMailOrder(payload)
    const outcome = await send(order, signal)
    if (outcome.ok) return
    const { rejection } = outcome
    const level = rejection.code === 'mail-refused' ? 'warn' : 'debug'
    logger[level]({ event: order.eventId, to: order.to, ...rejection }, 'mail not sent')
  },
})
