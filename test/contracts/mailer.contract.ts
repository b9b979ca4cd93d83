import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Mailer, MailMessage } from '../../src/application/ports/mailer.ts'
import { accepted } from '../support/fixtures.ts'
import { times } from './harness.ts'

/** A mail as whoever delivers it has it. */
export interface HandedOver {
  /** Without the brackets of the header. */
  readonly id: string
  /** The addresses of all who get it. */
  readonly readers: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly calendar: MailMessage['calendar']
  /** The names of its headers; none where a mail is kept as it is. */
  readonly headers: readonly string[]
}

export interface MailerHarness extends AsyncDisposable {
  readonly mailer: Mailer
  /** In the order in which they were handed over. */
  handedOver(): readonly HandedOver[]
}

const CALENDAR = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:CANCEL\r\nEND:VCALENDAR'

export const mail = (changes: Partial<MailMessage> = {}): MailMessage => ({
  id: 'event-1.customer@booking.example.com',
  to: { name: 'Ben Cole', address: 'ben@example.com' },
  subject: 'Confirmed: Haircut',
  text: 'Hello Ben,\n\nYou have booked Haircut.\n',
  html: '<!doctype html>\n<p>You have booked Haircut.</p>\n',
  calendar: { method: 'CANCEL', text: CALENDAR },
  ...changes,
})

/** Lines end in one way on the wire, and in another in a text. */
const lines = (text: string) => text.replaceAll('\r\n', '\n').replace(/\n+$/, '')

const HOSTILE = [
  'Ben\r\nBcc: all@example.com',
  'Ben\nX-Injected: yes\n\nA body of its own',
  '"Ben" <other@example.com>, <third@example.com>',
  'Ben\u2028Bcc: all@example.com',
  '=?utf-8?q?Ben=0D=0ABcc:_all@example.com?=',
  `\${process.env.SECRET} {{constructor}} <%= 1 %> <script>alert(1)</script>`,
  '👩‍👩‍👧 מספרה \u202eevil صالون 美容室',
  `${'Ä'.repeat(2_000)} ${'x'.repeat(2_000)}`,
  '.\r\n.\r\nQUIT\r\n',
]

/** What every implementation of the `Mailer` port keeps. */
export function mailerContract(name: string, open: () => Promise<MailerHarness>): void {
  describe(`${name} mailer`, () => {
    it('hands a mail over as it is, to its reader alone', async () => {
      await using harness = await open()
      accepted(await harness.mailer.send(mail()))
      const [handed, ...more] = harness.handedOver()
      assert(handed && more.length === 0)
      const { id, readers, subject, text, html, calendar } = handed
      assert.deepEqual([id, readers, subject], [mail().id, ['ben@example.com'], mail().subject])
      assert.equal(lines(text), lines(mail().text))
      assert.equal(lines(html), lines(mail().html))
      assert.equal(calendar?.method, 'CANCEL')
      assert.equal(lines(calendar.text), lines(CALENDAR))
    })

    it('sends one without an entry for the calendar without any', async () => {
      await using harness = await open()
      accepted(await harness.mailer.send(mail({ calendar: null })))
      assert.equal(harness.handedOver()[0]?.calendar, null)
    })

    for (const hostile of HOSTILE) {
      it(`makes no header, reader or mail of ${JSON.stringify(hostile.slice(0, 50))}`, async () => {
        await using harness = await open()
        accepted(await harness.mailer.send(mail()))
        const sent = mail({
          to: { name: hostile, address: 'ben@example.com' },
          subject: hostile,
          text: `${hostile}\nThe end.`,
          html: `<p>${hostile}</p>`,
        })
        accepted(await harness.mailer.send(sent))
        const [plain, handed, ...more] = harness.handedOver()
        assert(plain && handed && more.length === 0)
        assert.deepEqual(handed.headers.toSorted(), plain.headers.toSorted())
        assert.deepEqual(handed.readers, ['ben@example.com'])
        assert.equal(lines(handed.text), lines(sent.text))
        assert.equal(lines(handed.html), lines(sent.html))
        assert.equal(handed.id, sent.id)
      })
    }

    it('keeps a subject of any script', async () => {
      await using harness = await open()
      const subject = 'Confirmed: Frisör 👩‍👩‍👧 מספרה 美容室, '.repeat(5).trim()
      accepted(await harness.mailer.send(mail({ subject })))
      assert.equal(harness.handedOver()[0]?.subject, subject)
    })

    it('gives a mail that is sent twice one id', async () => {
      await using harness = await open()
      for (const sent of [mail(), mail()]) accepted(await harness.mailer.send(sent))
      const ids = harness.handedOver().map(({ id }) => id)
      assert.deepEqual(ids, [mail().id, mail().id])
    })

    it('never takes a part of an odd address for another reader', async () => {
      for (const address of [
        'a,b@example.com',
        'a;b@example.com',
        '<a@example.com',
        '"a,b"@example.com',
        'a>,<b@x.y',
      ]) {
        await using harness = await open()
        const outcome = await harness.mailer.send(mail({ to: { name: 'Ben', address } }))
        if (!outcome.ok) assert.equal(outcome.rejection.code, 'mail-refused')
        const readers = harness.handedOver().flatMap((handed) => handed.readers)
        assert.deepEqual(readers, outcome.ok ? [address] : [], address)
      }
    })

    it('takes many at once, each once', async () => {
      await using harness = await open()
      const ids = times(40).map((number) => `event-${number}.customer@booking.example.com`)
      await Promise.all(ids.map(async (id) => accepted(await harness.mailer.send(mail({ id })))))
      const handed = harness.handedOver().map(({ id }) => id)
      assert.deepEqual(handed.toSorted(), ids.toSorted())
    })
  })
}
