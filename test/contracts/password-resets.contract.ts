import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PasswordResets } from '../../src/application/ports/password-resets.ts'
import { userEvent } from '../../src/domain/account-changes.ts'
import type { EventId, UserId } from '../../src/domain/ids.ts'
import {
  RESET_HOURS,
  RESET_RETRY_SECONDS,
  RESET_TRIES,
  RESETS_AN_HOUR,
} from '../../src/domain/password-reset.ts'
import {
  accepted,
  addAccount,
  beginSession,
  issueReset,
  NOW,
  newId,
  rejectionOf,
} from '../support/fixtures.ts'
import { type OpenHarness, times } from './harness.ts'

const REFUSED = { code: 'invalid-reset-token' }

const redeem = (resets: PasswordResets, token: string, hash: string) =>
  resets.redeem(token, hash, ({ id, version }) =>
    userEvent(newId() as EventId, 'user.password_reset', { user: { id }, version }, id, NOW),
  )

/** What every implementation of the `PasswordResets` port keeps. */
export function passwordResetsContract(name: string, open: OpenHarness): void {
  describe(`${name} password resets`, () => {
    requesting(open)
    redeeming(open)
    expiring(open)
  })
}

const emailsOf = (requests: readonly { email: string }[]) => requests.map(({ email }) => email).sort()

function requesting(open: OpenHarness): void {
  it('gives each request to one of many who ask, whether there is an account or not', async () => {
    await using harness = await open()
    await addAccount(harness.accounts, 'customer', { email: 'known@example.com' })
    const emails = ['known@example.com', ...times(9).map((place) => `nobody-${place}@example.com`)]
    for (const email of emails) await harness.resets.request(email)
    const taken = await Promise.all(
      times(6).map((place) => (place % 2 ? harness : harness.otherNode).resets.take(2)),
    )
    const rest = await harness.resets.take(10)
    assert.deepEqual(emailsOf([...taken.flat(), ...rest]), emails.sort())
    assert(taken.every((some) => some.length <= 2))
    assert.deepEqual(await harness.resets.take(10), [])
  })

  it('takes many requests for one address for one, until it is dealt with', async () => {
    await using harness = await open()
    const asked = ['Ada@example.com', 'ada@EXAMPLE.com', 'Ada@example.com']
    await Promise.all(asked.map((email) => harness.resets.request(email)))
    const [request, ...others] = await harness.resets.take(10)
    assert(request && others.length === 0)
    await harness.resets.request('ada@example.com')
    assert.deepEqual(await harness.resets.take(10), [])
    await harness.resets.end(request.id)
    await harness.resets.request('ada@example.com')
    assert.equal((await harness.resets.take(10)).length, 1)
  })

  it('gives a request again that nobody has ended, and only so often', async () => {
    await using harness = await open()
    await harness.resets.request('ada@example.com')
    for (const _try of times(RESET_TRIES)) {
      assert.equal((await harness.resets.take(10)).length, 1)
      await harness.probe.ageResets(RESET_RETRY_SECONDS - 5)
      assert.equal((await harness.resets.take(10)).length, 0)
      await harness.probe.ageResets(5)
    }
    assert.equal((await harness.resets.take(10)).length, 0)
  })
}

function redeeming(open: OpenHarness): void {
  it('gives a user so many tokens in an hour, of which each stays good, and others as many', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    const given = []
    for (const _ of times(RESETS_AN_HOUR)) given.push(await issueReset(harness.resets, user.id))
    assert.equal(await harness.resets.issue(user.id), null)
    assert.equal(await harness.otherNode.resets.issue(user.id), null)
    for (const { token } of given) assert.equal(await harness.resets.isGood(token), true)
    const other = await addAccount(harness.accounts, 'customer')
    await issueReset(harness.resets, other.user.id)
    await harness.probe.ageResets(3_600 + 5)
    await issueReset(harness.resets, user.id)
    for (const { token } of given) assert.equal(await harness.resets.isGood(token), true)
  })

  it('sets the password, ends every session, and takes every other token away', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    await beginSession(harness.sessions, user.id)
    const first = await issueReset(harness.resets, user.id)
    const second = await issueReset(harness.resets, user.id)
    assert.notEqual(first.token, second.token)
    assert.equal(await harness.resets.isGood(first.token), true)
    assert.equal(accepted(await redeem(harness.resets, first.token, 'new')), user.id)
    assert.equal((await harness.accounts.findByEmail(user.email))?.passwordHash, 'new')
    assert.deepEqual(await harness.sessions.list(user.id), [])
    for (const { token } of [first, second]) {
      assert.equal(await harness.resets.isGood(token), false)
      assert.deepEqual(rejectionOf(await redeem(harness.resets, token, 'again')), REFUSED)
    }
    const filter = { actorId: user.id, subjectId: null, type: null, from: null, to: null }
    const { items } = await harness.audit.list(filter, { limit: 10, after: null })
    assert.deepEqual(
      items.map(({ type }) => type),
      ['user.password_reset'],
    )
  })

  it('lets one in of ten who come with one token at the same moment', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    for (const _round of times(10)) {
      const { token } = await issueReset(harness.resets, user.id)
      const results = await Promise.all(
        times(10).map((racer) =>
          redeem((racer % 2 ? harness : harness.otherNode).resets, token, `hash ${racer}`),
        ),
      )
      assert.equal(results.filter(({ ok }) => ok).length, 1)
      const winner = results.findIndex(({ ok }) => ok)
      assert.equal((await harness.accounts.findByEmail(user.email))?.passwordHash, `hash ${winner}`)
    }
  })

  it('opens nothing with a token that was never given, nor for a deactivated account', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    const { token } = await issueReset(harness.resets, user.id)
    for (const other of ['', 'x', `${token}x`, token.slice(1), token.toUpperCase()]) {
      assert.equal(await harness.resets.isGood(other), false)
      assert.deepEqual(rejectionOf(await redeem(harness.resets, other, 'new')), REFUSED)
    }
    await harness.probe.deactivate(user.id, NOW)
    assert.deepEqual(rejectionOf(await redeem(harness.resets, token, 'new')), REFUSED)
    assert.equal((await harness.accounts.findByEmail(user.email))?.passwordHash, 'hash')
  })
}

function expiring(open: OpenHarness): void {
  it('is good for 24 hours, and leaves so many at a time', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    const issue = (id: UserId) => issueReset(harness.resets, id)
    const tokens = await Promise.all(times(7).map(() => issue(user.id)))
    const hour = 3_600_000
    for (const { expiresAt } of tokens) {
      assert(Math.abs(expiresAt - Date.now() - RESET_HOURS * hour) < hour / 60)
    }
    await harness.probe.ageResets(RESET_HOURS * 3_600 - 60)
    assert.equal(await harness.resets.isGood(tokens[0]?.token ?? ''), true)
    assert.equal(await harness.resets.forgetOld(5), 0)
    await harness.probe.ageResets(60)
    assert.equal(await harness.resets.isGood(tokens[0]?.token ?? ''), false)
    assert.deepEqual(rejectionOf(await redeem(harness.resets, tokens[0]?.token ?? '', 'new')), REFUSED)
    const young = await issue(user.id)
    const done = []
    for (const limit of [5, 5, 5]) done.push(await harness.resets.forgetOld(limit))
    assert.deepEqual(done, [5, 2, 0])
    assert.equal(await harness.resets.isGood(young.token), true)
  })

  it('keeps a token that has been used until it expires', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    const [used] = [await harness.resets.issue(user.id), await harness.resets.issue(user.id)]
    assert(used)
    accepted(await redeem(harness.resets, used.token, 'new'))
    await harness.probe.ageResets(RESET_HOURS * 3_600 - 60)
    assert.equal(await harness.resets.forgetOld(5), 0)
    await harness.probe.ageResets(60)
    assert.equal(await harness.resets.forgetOld(5), 1)
  })
}
