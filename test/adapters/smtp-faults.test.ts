import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import type { SMTPServerOptions } from 'smtp-server'
import { smtpMailer } from '../../src/adapters/smtp/mailer.ts'
import { mail } from '../contracts/mailer.contract.ts'
import { accepted, rejectionOf } from '../support/fixtures.ts'
import { openSmtpServer, refusal } from '../support/smtp-server.ts'

const from = { name: 'Salon', address: 'salon@example.com' }

async function openWith(t: TestContext, options: SMTPServerOptions, credentials = '') {
  const server = await openSmtpServer(options)
  const mailer = smtpMailer({ url: server.url.replace('//', `//${credentials}`), from })
  t.after(async () => {
    mailer[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
  })
  return { server, mailer }
}

const never = (status: number) => ({ code: 'mail-refused', status })

describe('a mail that the server does not take', () => {
  it('is given up when there is no such reader, and the next one goes', async (t) => {
    const { mailer, server } = await openWith(t, {
      onRcptTo: ({ address }, _session, callback) =>
        address.startsWith('gone') ? callback(refusal(550, `No ${address} here`)) : callback(),
    })
    const gone = mail({ to: { name: 'Gone', address: 'gone@example.com' } })
    assert.deepEqual(rejectionOf(await mailer.send(gone)), never(550))
    accepted(await mailer.send(mail()))
    assert.deepEqual(
      server.received.map(({ readers, from: sender }) => [sender, ...readers]),
      [['salon@example.com', 'ben@example.com']],
    )
  })

  it('is given up when the server wants none of what it says', async (t) => {
    const { mailer } = await openWith(t, {
      onData: (stream, _session, callback) => {
        stream.resume()
        stream.once('end', () => callback(refusal(554)))
      },
    })
    assert.deepEqual(rejectionOf(await mailer.send(mail())), never(554))
  })

  it('is given up when its address is none', async (t) => {
    const { mailer, server } = await openWith(t, {})
    const odd = mail({ to: { name: 'Odd', address: '<a@example.com' } })
    assert.deepEqual(rejectionOf(await mailer.send(odd)), { code: 'mail-refused', status: null })
    assert.equal(server.received.length, 0)
  })

  const later: readonly (readonly [string, SMTPServerOptions, RegExp, string?])[] = [
    [
      'the reader is busy',
      { onRcptTo: (_to, _session, done) => done(refusal(451)) },
      /RCPT TO, answered 451$/,
    ],
    ['the server is full', { onMailFrom: (_from, _session, done) => done(refusal(452)) }, /answered 452$/],
    // What follows is wrong in the settings: someone will mend it, and no mail is lost till then.
    [
      'the sender is refused',
      { onMailFrom: (_from, _session, done) => done(refusal(550)) },
      /MAIL FROM, answered 550$/,
    ],
    [
      'the password is wrong',
      { onAuth: (_auth, _session, done) => done(refusal(535)), allowInsecureAuth: true },
      /^The mail server took no mail now: EAUTH at AUTH PLAIN, answered 535$/,
      'salon:hunter2@',
    ],
  ]
  for (const [why, options, message, credentials] of later) {
    it(`is tried again later when ${why}`, async (t) => {
      const { mailer } = await openWith(t, options, credentials)
      await assert.rejects(mailer.send(mail()), { name: 'SmtpFault', message })
    })
  }

  it('waits while the server is away, and goes when it is back', async (t) => {
    const server = await openSmtpServer()
    const { port, url } = server
    const mailer = smtpMailer({ url, from })
    t.after(() => mailer[Symbol.dispose]())
    accepted(await mailer.send(mail()))
    await server[Symbol.asyncDispose]()
    await assert.rejects(mailer.send(mail()), { name: 'SmtpFault' })
    await using again = await openSmtpServer({ port })
    accepted(await mailer.send(mail()))
    assert.equal(again.received.length, 1)
  })

  it('is tried again later when the server says nothing at all', async (t) => {
    const sockets: Socket[] = []
    const mute = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as AddressInfo
    const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from, timeoutMilliseconds: 200 })
    t.after(() => {
      mailer[Symbol.dispose]()
      for (const socket of sockets) socket.destroy()
      mute.close()
    })
    const begin = performance.now()
    await assert.rejects(mailer.send(mail()), { name: 'SmtpFault' })
    assert(performance.now() - begin < 2_000)
  })

  it('is called off by the signal, to be tried again', async (t) => {
    const { mailer } = await openWith(t, { onMailFrom: () => undefined })
    const begin = performance.now()
    await assert.rejects(mailer.send(mail(), AbortSignal.timeout(100)), { name: 'SmtpFault' })
    await assert.rejects(mailer.send(mail(), AbortSignal.abort()), { name: 'SmtpFault' })
    assert(performance.now() - begin < 2_000)
  })

  it('tells of itself without the address of its reader, which the server repeats', async (t) => {
    const onRcptTo: SMTPServerOptions['onRcptTo'] = ({ address }, _session, done) =>
      done(refusal(450, `${address} is greylisted`))
    const { mailer } = await openWith(t, { onRcptTo })
    const error = await mailer.send(mail()).catch((thrown: unknown) => thrown)
    assert(error instanceof Error)
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`, /ben@/)
  })
})

describe('a server that begins with TLS', () => {
  it('is taken by its certificate, and not without', async (t) => {
    await using server = await openSmtpServer({ secure: true })
    const url = server.url.replace('smtp:', 'smtps:')
    const strict = smtpMailer({ url, from })
    const lenient = smtpMailer({ url: `${url}?tls.rejectUnauthorized=false`, from })
    t.after(() => {
      strict[Symbol.dispose]()
      lenient[Symbol.dispose]()
    })
    await assert.rejects(strict.send(mail()), { name: 'SmtpFault' })
    accepted(await lenient.send(mail()))
    assert.equal(server.received.length, 1)
  })
})
