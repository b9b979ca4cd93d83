import type { CalendarEntry, MailAddress } from '../../domain/calendar-entry.ts'
import type { Result } from '../../domain/result.ts'

/** A calendar file (RFC 5545) and what a calendar is to do with it. */
export interface CalendarFile {
  readonly method: CalendarEntry['method']
  readonly text: string
}

/** Writes an entry as a calendar file. */
export type WriteCalendar = (entry: CalendarEntry) => CalendarFile

/** A mail to one reader. */
export interface MailMessage {
  /** `something@host`, the same each time this mail is sent, so that a double can be told. */
  readonly id: string
  readonly to: MailAddress
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly calendar: CalendarFile | null
}

/** The mail will never be taken, however often it is sent: there is no such mailbox, or it wants none of it. */
export interface MailRefused {
  readonly code: 'mail-refused'
  /** The answer of the mail server (RFC 5321, section 4.2); null where it was not even asked. */
  readonly status: number | null
}

/** The way out for mail. */
export interface Mailer {
  /**
   * Hands a mail over to whoever delivers it, as it is: nothing in a name or a subject makes a header, a second reader or a
   * line of its own. Rejects with an error when it cannot be handed over now and may be later, at once when the signal
   * comes, and never waits longer than a minute. One that is sent twice may arrive twice, under one id.
   */
  send(message: MailMessage, signal?: AbortSignal): Promise<Result<null, MailRefused>>
}

/** Where mail ends that is not delivered to anyone, for those who develop. */
export interface Mailbox {
  /** The newest first, and only so many. */
  list(): readonly MailMessage[]
}
