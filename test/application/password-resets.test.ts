import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryMailbox } from '../../src/adapters/memory/mailbox.ts'
import { requestPasswordReset, sendPasswordResets } from '../../src/application/password-resets.ts'
import type { MailMessage } from '../../src/application/ports/mailer.ts'
import { RESETS_AN_HOUR } from '../../src/domain/password-reset.ts'
import { reject } from '../../src/domain/result.ts'
import { addAccount, NOW } from '../support/fixtures.ts'
import { openStage } from './stage.ts'

const PAGE = 'https://salon.example.com/new-password'

async function openDesk(resetUrl: string | null = null) {
  const stage = openStage()
  const mailbox = memoryMailbox({ onMail: () => undefined })
  await addAccount(stage.accounts, 'customer', { email: 'Ada@example.com' })
  const ports = { ...stage, mailer: mailbox, host: 'salon.example.com', resetUrl }
  const request = requestPasswordReset(ports)
  return { ...ports, mailbox, request, send: sendPasswordResets(ports) }
}

const tokenIn = ({ text }: MailMessage) => /(?:Token: |#token=)([\w-]{43})/.exec(text)?.[1] ?? ''

describe('Asking for a new password', () => {
  it('sends a token that is good to the address of an account, in whatever case it was asked for', async () => {
    const desk = await openDesk()
    await desk.request('ADA@EXAMPLE.COM')
    assert.equal(await desk.send(), 1)
    const [mail, ...others] = desk.mailbox.list()
    assert(mail && others.length === 0)
    assert.deepEqual(mail.to, { name: 'Ada Byron', address: 'Ada@example.com' })
    assert.equal(await desk.resets.isGood(tokenIn(mail)), true)
    assert(mail.html.includes(tokenIn(mail)))
    assert.equal(await desk.send(), 0)
  })

  it('links to the page that was set, with the token where a browser sends it to nobody', async () => {
    const desk = await openDesk(`${PAGE}?from=mail#top`)
    await desk.request('ada@example.com')
    await desk.send()
    const [mail] = desk.mailbox.list()
    assert(mail)
    assert(mail.text.includes(`${PAGE}?from=mail#token=${tokenIn(mail)}`))
    assert.equal(tokenIn(mail).length, 43)
  })

  it('fills nobody’s mailbox, however often somebody asks', async () => {
    const desk = await openDesk()
    for (let asked = 0; asked < RESETS_AN_HOUR + 5; asked++) {
      await desk.request('ada@example.com')
      assert.equal(await desk.send(), 1)
    }
    assert.equal(desk.mailbox.list().length, RESETS_AN_HOUR)
    assert.equal(desk.database.resetRequests.size, 0)
  })

  it('sends nothing to an address without an account, nor to a deactivated one', async () => {
    const desk = await openDesk()
    const { user } = await addAccount(desk.accounts, 'customer', { email: 'off@example.com' })
    const recorded = desk.database.accounts.get(user.id)
    assert(recorded)
    const account = { ...recorded.account, user: { ...user, deactivatedAt: NOW } }
    desk.database.accounts.set(user.id, { ...recorded, account })
    for (const email of ['nobody@example.com', 'off@example.com']) await desk.request(email)
    assert.equal(await desk.send(), 2)
    assert.deepEqual(desk.mailbox.list(), [])
    assert.equal(desk.database.resets.size, 0)
    assert.equal(desk.database.resetRequests.size, 0)
  })

  it('keeps a request whose mail could not be handed over, and ends one whose mail is refused for good', async () => {
    const desk = await openDesk()
    await desk.request('ada@example.com')
    const down = { send: () => Promise.reject(new Error('no mail server')) }
    await assert.rejects(sendPasswordResets({ ...desk, mailer: down })(), /no mail server/)
    assert.equal(desk.database.resetRequests.size, 1)
    desk.database.resetRequests.clear()
    await desk.request('ada@example.com')
    const refusing = { send: async () => reject({ code: 'mail-refused', status: 550 } as const) }
    await sendPasswordResets({ ...desk, mailer: refusing })()
    assert.equal(desk.database.resetRequests.size, 0)
  })

  it('makes no token where there is no mail', async () => {
    const desk = await openDesk()
    await desk.request('ada@example.com')
    await sendPasswordResets({ ...desk, mailer: null })()
    assert.deepEqual([desk.database.resetRequests.size, desk.database.resets.size], [0, 0])
  })
})
