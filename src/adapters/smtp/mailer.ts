import { createTransport } from 'nodemailer'
import type { Mailer, MailMessage } from '../../application/ports/mailer.ts'
import type { MailAddress } from '../../domain/calendar-entry.ts'
import { ok, reject } from '../../domain/result.ts'
import { isRefused, SmtpFault, statusOf } from './smtp-faults.ts'

export interface SmtpOptions {
  /** `smtp://user:password@host:587` begins in the clear and goes over to TLS where the server can; `smtps://` begins with TLS. */
  readonly url: string
  readonly from: MailAddress
  /** The longest that one mail may take. */
  readonly timeoutMilliseconds?: number
}

/** So many mails are sent at once; others wait, which counts as silence of the server. */
export const MAIL_CONNECTIONS = 5
const MESSAGES_PER_CONNECTION = 100
/** The longest that a server may be silent. */
const SILENCE_MILLISECONDS = 15_000
const LONGEST_SENDING_MILLISECONDS = 40_000

/** Sends mail through an SMTP server, over a few connections that are kept. Disposing of it closes them. */
export function smtpMailer(options: SmtpOptions): Mailer & Disposable {
  const { url, from, timeoutMilliseconds = LONGEST_SENDING_MILLISECONDS } = options
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: MAIL_CONNECTIONS,
    maxMessages: MESSAGES_PER_CONNECTION,
    // For a connection that the server has closed meanwhile. More would send a mail again and again that ends each of them.
    maxRequeues: 1,
    dnsTimeout: SILENCE_MILLISECONDS,
    connectionTimeout: SILENCE_MILLISECONDS,
    greetingTimeout: SILENCE_MILLISECONDS,
    socketTimeout: SILENCE_MILLISECONDS,
    // Nothing in a mail is ever read from a file or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(message, signal) {
      if (!isPlain(message.to.address)) return reject({ code: 'mail-refused', status: null })
      try {
        // Whichever comes closes the connection that is at it.
        const ends = [AbortSignal.timeout(timeoutMilliseconds), ...(signal ? [signal] : [])]
        await transport.sendMail({ ...composed(message, from), signal: AbortSignal.any(ends) })
        return ok(null)
      } catch (error) {
        if (isRefused(error)) return reject({ code: 'mail-refused', status: statusOf(error) })
        throw new SmtpFault(error)
      }
    },
    // By now nobody waits for what is still under way.
    [Symbol.dispose]: () => transport.close({ force: true }),
  }
}

/**
 * Characters that separate addresses or parts of one. nodemailer reads an address as a list of them: it would send what is for
 * `a,b@example.com` to `b@example.com`.
 */
const isPlain = (address: string) => /^[^\s"(),:;<>@[\]\\\p{Cc}]+@[^\s"(),:;<>@\\\p{Cc}]+$/u.test(address)

const composed = ({ id, to, subject, text, html, calendar }: MailMessage, from: MailAddress) => ({
  messageId: `<${id}>`,
  from,
  to,
  subject,
  text,
  html,
  ...(calendar && {
    icalEvent: { method: calendar.method, filename: 'booking.ics', content: calendar.text },
  }),
  // Tells other machines not to answer with a note of absence (RFC 3834).
  headers: { 'Auto-Submitted': 'auto-generated' },
})
