import type { Mailbox, Mailer, MailMessage } from '../../application/ports/mailer.ts'
import { ok } from '../../domain/result.ts'

export interface MailboxOptions {
  /** How many mails are kept; the oldest goes first. */
  readonly most?: number
  /** Told of every mail that comes in. */
  readonly onMail?: (message: MailMessage) => void
}

/** Keeps mail instead of delivering it, for as long as the process lives. */
export function memoryMailbox({ most = 100, onMail }: MailboxOptions = {}): Mailer & Mailbox {
  const kept: MailMessage[] = []
  return {
    async send(message) {
      kept.unshift(message)
      if (kept.length > most) kept.pop()
      onMail?.(message)
      return ok(null)
    },
    list: () => [...kept],
  }
}
