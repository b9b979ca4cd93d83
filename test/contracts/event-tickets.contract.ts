import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TICKET_SECONDS } from '../../src/application/ports/event-tickets.ts'
import { decideAccount } from '../../src/domain/account-changes.ts'
import type { Role } from '../../src/domain/actor.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { ok, reject } from '../../src/domain/result.ts'
import { accepted, actorOf, addAccount, beginSession, NOW, newId } from '../support/fixtures.ts'
import { type OpenHarness, times } from './harness.ts'

const ROUNDS = 30
const RIVALS = 20
const SHUT_OUT = reject('shut-out')

async function openDoor(open: OpenHarness) {
  const harness = await open()
  const actor = actorOf(await addAccount(harness.accounts, 'customer', { roles: ['customer', 'admin'] }))
  const { sessionId, token } = await beginSession(harness.sessions, actor.userId)
  const admission = { actor, sessionId, sessionEndsAt: plusMinutes(NOW, 60) }
  const dispose = () => harness[Symbol.asyncDispose]()
  return { ...harness, admission, token, [Symbol.asyncDispose]: dispose }
}

/** What every implementation of the `EventTickets` port keeps. */
export function eventTicketsContract(name: string, open: OpenHarness): void {
  describe(`${name} event tickets`, () => {
    admitting(open)
    expiring(open)
  })
}

function admitting(open: OpenHarness): void {
  it('let in whom they were issued to, with every role and until the session ends, and only once', async () => {
    await using door = await openDoor(open)
    const { ticket } = await door.eventTickets.issue(door.admission)
    assert.deepEqual(await door.eventTickets.redeem(ticket), ok(door.admission))
    assert.deepEqual(await door.eventTickets.redeem(ticket), SHUT_OUT)
    assert.deepEqual(await door.probe.keptTickets(), [])
  })

  it('let nobody in once their session has ended, and anybody whose session is not known', async () => {
    await using door = await openDoor(open)
    const ofSession = await door.eventTickets.issue(door.admission)
    const ofNone = await door.eventTickets.issue({ ...door.admission, sessionId: null })
    await door.sessions.end(door.token)
    assert.deepEqual(await door.eventTickets.redeem(ofSession.ticket), SHUT_OUT)
    assert.deepEqual(
      await door.otherNode.eventTickets.redeem(ofNone.ticket),
      ok({ ...door.admission, sessionId: null }),
    )
  })

  it('let nobody in whose account has lost a role meanwhile, and say so once, and in with none that it has got', async () => {
    await using door = await openDoor(open)
    const { actor } = door.admission
    const changeRoles = async (roles: readonly Role[]) => {
      const account = (await door.accounts.find(actor.userId)) ?? assert.fail()
      const change = decideAccount(account, { roles }, actor.userId, NOW, () => newId() as EventId)
      accepted(await door.accounts.change(change))
    }
    const lost = await door.eventTickets.issue(door.admission)
    const asCustomer = { ...door.admission, actor: { ...actor, roles: ['customer'] as const } }
    const got = await door.eventTickets.issue(asCustomer)
    await addAccount(door.accounts, 'customer', { roles: ['admin'] })
    await changeRoles(['provider', 'customer'])
    assert.deepEqual(await door.eventTickets.redeem(lost.ticket), reject('role-lost'))
    assert.deepEqual(await door.eventTickets.redeem(lost.ticket), SHUT_OUT)
    assert.deepEqual(await door.eventTickets.redeem(got.ticket), ok(asCustomer))
  })

  it('let nobody in whose account has been deactivated meanwhile', async () => {
    await using door = await openDoor(open)
    const { ticket } = await door.eventTickets.issue({ ...door.admission, sessionId: null })
    await door.probe.deactivate(door.admission.actor.userId, NOW)
    assert.deepEqual(await door.eventTickets.redeem(ticket), SHUT_OUT)
  })

  it('are good on every node', async () => {
    await using door = await openDoor(open)
    const { ticket } = await door.eventTickets.issue(door.admission)
    assert.deepEqual(await door.otherNode.eventTickets.redeem(ticket), ok(door.admission))
    assert.deepEqual(await door.eventTickets.redeem(ticket), SHUT_OUT)
  })

  it('let in one of many who come with the same, on however many nodes', async () => {
    await using door = await openDoor(open)
    for (const round of times(ROUNDS)) {
      const { ticket } = await door.eventTickets.issue(door.admission)
      const doors = [door.eventTickets, door.otherNode.eventTickets]
      const outcomes = await Promise.all(times(RIVALS).map((rival) => doors[rival % 2]?.redeem(ticket)))
      assert.equal(outcomes.filter((outcome) => outcome?.ok).length, 1, `round ${round}`)
    }
  })

  it('are all different, cannot be guessed from one another, and let nobody in who made one up', async () => {
    await using door = await openDoor(open)
    const tickets = await Promise.all(times(50).map(() => door.eventTickets.issue(door.admission)))
    const texts = tickets.map(({ ticket }) => ticket)
    assert.equal(new Set(texts).size, 50)
    // 256 random bits, in an alphabet that needs no escaping in a URL.
    for (const text of texts) assert.match(text, /^[\w-]{43}$/)
    const [first = ''] = texts
    for (const text of ['', 'x', first.slice(1), `${first}x`, first.toLowerCase(), 'ä\u0000\ud800']) {
      assert.deepEqual(await door.eventTickets.redeem(text), SHUT_OUT, JSON.stringify(text))
    }
    assert.equal((await door.probe.keptTickets()).length, 50)
  })
}

function expiring(open: OpenHarness): void {
  it('say when they expire, thirty seconds after they were issued', async () => {
    await using door = await openDoor(open)
    const before = Date.now()
    const { expiresAt } = await door.eventTickets.issue(door.admission)
    const lasts = TICKET_SECONDS * 1_000
    assert.equal(TICKET_SECONDS, 30)
    // The clocks of the two may differ by a little.
    assert(expiresAt >= before + lasts - 1_000 && expiresAt <= Date.now() + lasts + 1_000, `${expiresAt}`)
  })

  it('let nobody in any more once they have expired', async () => {
    await using door = await openDoor(open)
    const { ticket: late } = await door.eventTickets.issue(door.admission)
    await door.probe.ageTickets(TICKET_SECONDS)
    assert.deepEqual(await door.eventTickets.redeem(late), SHUT_OUT)
    const { ticket: early } = await door.eventTickets.issue(door.admission)
    await door.probe.ageTickets(TICKET_SECONDS - 10)
    assert.deepEqual(await door.eventTickets.redeem(early), ok(door.admission))
  })

  it('are forgotten when they have expired, no more at once than asked for', async () => {
    await using door = await openDoor(open)
    for (const _ of times(5)) await door.eventTickets.issue(door.admission)
    assert.equal(await door.eventTickets.forgetOld(3), 0)
    await door.probe.ageTickets(TICKET_SECONDS)
    const { ticket: young } = await door.eventTickets.issue(door.admission)
    const forgotten = []
    for (const limit of [3, 3, 3]) forgotten.push(await door.eventTickets.forgetOld(limit))
    assert.deepEqual(forgotten, [3, 2, 0])
    assert.equal((await door.probe.keptTickets()).length, 1)
    assert.deepEqual(await door.eventTickets.redeem(young), ok(door.admission))
  })
}
