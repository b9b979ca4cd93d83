import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryMailbox } from '../../src/adapters/memory/mailbox.ts'
import { smtpMailer } from '../../src/adapters/smtp/mailer.ts'
import { times } from '../contracts/harness.ts'
import { type MailerHarness, mail, mailerContract } from '../contracts/mailer.contract.ts'
import { openSmtpServer } from '../support/smtp-server.ts'

const from = { name: 'Salon, Anna', address: 'salon@example.com' }

async function openMemory(): Promise<MailerHarness> {
  const mailbox = memoryMailbox()
  return {
    mailer: mailbox,
    handedOver: () =>
      mailbox
        .list()
        .toReversed()
        .map(({ to, ...message }) => ({ ...message, readers: [to.address], headers: [] })),
    [Symbol.asyncDispose]: async () => {},
  }
}

async function openSmtp(): Promise<MailerHarness> {
  const server = await openSmtpServer()
  const mailer = smtpMailer({ url: server.url, from })
  return {
    mailer,
    handedOver: () =>
      server.received.map(({ mime, ...message }) => ({
        ...message,
        id: (mime.headers.get('message-id')?.[0] ?? '').replace(/^<|>$/g, ''),
        headers: [...mime.headers.keys()],
      })),
    async [Symbol.asyncDispose]() {
      mailer[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

mailerContract('memory', openMemory)
mailerContract('SMTP', openSmtp)

describe('a mailbox', () => {
  it('keeps the newest mails, the newest first, and tells of each', async () => {
    const told: string[] = []
    const mailbox = memoryMailbox({ most: 3, onMail: ({ id }) => told.push(id) })
    for (const number of times(5)) await mailbox.send(mail({ id: `mail-${number}` }))
    const kept = mailbox.list().map(({ id }) => id)
    assert.deepEqual(kept, ['mail-4', 'mail-3', 'mail-2'])
    assert.deepEqual(told, ['mail-0', 'mail-1', 'mail-2', 'mail-3', 'mail-4'])
  })
})
