import type { Mailbox } from '../../application/ports/mailer.ts'
import type { App } from './app-types.ts'
import { Answer } from './schemas/common.ts'
import { KeptMails } from './schemas/mailbox.ts'
import { problemResponses } from './schemas/problem-responses.ts'

export interface MailboxOptions {
  readonly mailbox: Mailbox
}

/** What would have been mailed. It is there for those who develop: whoever runs this in production does not have it. */
export async function mailboxRoute(app: App, { mailbox }: MailboxOptions): Promise<void> {
  const schema = {
    operationId: 'readMailbox',
    tags: ['Operations'],
    summary: 'Read the mail that was not sent',
    description:
      'Only in development and without `SMTP_URL`: mail is kept here instead of being sent, for anyone to read.',
    response: { 200: Answer('The mails.', KeptMails, 'Cache-Control'), ...problemResponses({}) },
  }
  app.get('/v1/dev/mailbox', { config: { access: 'public' }, schema }, async (_request, reply) => {
    const data = mailbox.list().map(({ to, calendar, ...mail }) => ({
      ...mail,
      to: { ...to },
      calendar: calendar && { ...calendar },
    }))
    return reply.header('cache-control', 'no-store').send({ data })
  })
}
