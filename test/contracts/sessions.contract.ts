import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Sessions } from '../../src/application/ports/sessions.ts'
import { userEvent } from '../../src/domain/account-changes.ts'
import type { EventId, UserId } from '../../src/domain/ids.ts'
import {
  MOST_SESSIONS,
  REPEAT_SECONDS,
  SESSION_IDLE_DAYS,
  SESSION_MOST_DAYS,
} from '../../src/domain/session.ts'
import {
  accepted,
  addAccount,
  beginSession,
  issueReset,
  NOW,
  newId,
  rejectionOf,
} from '../support/fixtures.ts'
import { type Harness, type OpenHarness, times } from './harness.ts'

const REFUSED = { code: 'invalid-refresh-token' }
const DAY_SECONDS = 86_400

const refresh = (sessions: Sessions, token: string) => sessions.refresh(token, newId() as EventId)
const nextOf = async (sessions: Sessions, token: string) => accepted(await refresh(sessions, token)).token

const tokenOf = async ({ sessions }: Harness, userId: UserId) => (await beginSession(sessions, userId)).token

interface Stage extends Harness {
  readonly userId: UserId
}

async function openStage(open: OpenHarness): Promise<Stage> {
  const harness = await open()
  const { user } = await addAccount(harness.accounts, 'customer')
  return { ...harness, userId: user.id }
}

/** What every implementation of the `Sessions` port keeps. */
export function sessionsContract(name: string, open: OpenHarness): void {
  describe(`${name} sessions`, () => {
    refreshing(open)
    repeating(open)
    reusing(open)
    ending(open)
    proving(open)
    expiring(open)
  })
}

function refreshing(open: OpenHarness): void {
  it('exchanges each token for the next, all of one user, and never gives one twice', async () => {
    await using stage = await openStage(open)
    const tokens = [await tokenOf(stage, stage.userId)]
    for (const turn of times(5)) {
      const refreshed = accepted(await refresh(stage.sessions, tokens[turn] ?? ''))
      assert.equal(refreshed.userId, stage.userId)
      tokens.push(refreshed.token)
    }
    assert.equal(new Set(tokens).size, 6)
  })

  it('knows no token that it has not given', async () => {
    await using stage = await openStage(open)
    const token = await tokenOf(stage, stage.userId)
    const others = ['', 'x', 'ä'.repeat(64), 'A'.repeat(64), `${token} `, `${token}A`, token.slice(1)]
    for (const other of others) {
      assert.deepEqual(rejectionOf(await refresh(stage.sessions, other)), REFUSED)
      assert.equal(await stage.sessions.userOf(other), undefined)
    }
    accepted(await refresh(stage.sessions, token))
  })
}

function repeating(open: OpenHarness): void {
  it('gives whoever comes again at once the very same next token', async () => {
    await using stage = await openStage(open)
    const first = await tokenOf(stage, stage.userId)
    const second = await nextOf(stage.sessions, first)
    assert.equal(await nextOf(stage.sessions, first), second)
    assert.equal(await nextOf(stage.otherNode.sessions, first), second)
    accepted(await refresh(stage.sessions, second))
  })

  it('keeps everyone signed in through a thousand double refreshes at the same moment, on two nodes', async () => {
    await using stage = await openStage(open)
    let tokens = await Promise.all(times(50).map(() => tokenOf(stage, stage.userId)))
    for (const _round of times(20)) {
      tokens = await Promise.all(
        tokens.map(async (token) => {
          const both = await Promise.all([
            nextOf(stage.sessions, token),
            nextOf(stage.otherNode.sessions, token),
          ])
          assert.equal(both[0], both[1])
          return both[0]
        }),
      )
    }
    assert.equal((await stage.sessions.list(stage.userId)).length, 50)
  })

  it('gives ten who come with one token at once one and the same', async () => {
    await using stage = await openStage(open)
    let token = await tokenOf(stage, stage.userId)
    for (const _round of times(10)) {
      const given = await Promise.all(
        times(10).map((racer) => nextOf((racer % 2 ? stage : stage.otherNode).sessions, token)),
      )
      assert.equal(new Set(given).size, 1)
      token = given[0] ?? ''
    }
  })
}

function reusing(open: OpenHarness): void {
  it('ends the session of a token that comes again after a while, and the log says so', async () => {
    await using stage = await openStage(open)
    const other = await tokenOf(stage, stage.userId)
    const stolen = await tokenOf(stage, stage.userId)
    const current = await nextOf(stage.sessions, stolen)
    await stage.probe.ageSessions(stage.userId, REPEAT_SECONDS)
    const eventId = newId() as EventId
    assert.deepEqual(rejectionOf(await stage.sessions.refresh(stolen, eventId)), REFUSED)
    for (const token of [stolen, current]) {
      assert.deepEqual(rejectionOf(await refresh(stage.sessions, token)), REFUSED)
      assert.deepEqual(rejectionOf(await refresh(stage.otherNode.sessions, token)), REFUSED)
    }
    accepted(await refresh(stage.sessions, other))
    const filter = { actorId: null, subjectId: stage.userId, type: 'user.token_reused', from: null, to: null }
    const { items } = await stage.audit.list(filter, { limit: 10, after: null })
    assert.deepEqual(
      items.map(({ id }) => id),
      [eventId],
    )
  })

  it('ends it at once for a token from before the last two', async () => {
    await using stage = await openStage(open)
    const first = await tokenOf(stage, stage.userId)
    const third = await nextOf(stage.sessions, await nextOf(stage.sessions, first))
    assert.deepEqual(rejectionOf(await refresh(stage.sessions, first)), REFUSED)
    assert.deepEqual(rejectionOf(await refresh(stage.sessions, third)), REFUSED)
  })
}

function ending(open: OpenHarness): void {
  it('ends one session by its token or the one before it, and leaves the others', async () => {
    await using stage = await openStage(open)
    const [other, first] = [await tokenOf(stage, stage.userId), await tokenOf(stage, stage.userId)]
    const second = await nextOf(stage.sessions, first)
    assert.equal(await stage.sessions.userOf(first), stage.userId)
    assert.equal(await stage.sessions.end(first), stage.userId)
    assert.equal(await stage.sessions.end(first), undefined)
    assert.deepEqual(rejectionOf(await refresh(stage.sessions, second)), REFUSED)
    accepted(await refresh(stage.sessions, other))
  })

  it('ends all sessions of a user and of nobody else', async () => {
    await using stage = await openStage(open)
    const { user } = await addAccount(stage.accounts, 'customer')
    const mine = await Promise.all(times(3).map(() => tokenOf(stage, stage.userId)))
    const other = await tokenOf(stage, user.id)
    assert.equal(await stage.sessions.endAll(stage.userId), 3)
    for (const token of mine) assert.deepEqual(rejectionOf(await refresh(stage.sessions, token)), REFUSED)
    accepted(await refresh(stage.sessions, other))
    assert.deepEqual(await stage.sessions.list(stage.userId), [])
  })
}

function proving(open: OpenHarness): void {
  it('begins none for a password that was changed meanwhile, nor for an account that is not active', async () => {
    await using stage = await openStage(open)
    assert.equal(await stage.sessions.begin(stage.userId, 'another hash'), undefined)
    assert.equal(await stage.sessions.begin(newId() as UserId, 'hash'), undefined)
    await stage.probe.deactivate(stage.userId, NOW)
    assert.equal(await stage.sessions.begin(stage.userId, 'hash'), undefined)
    assert.deepEqual(await stage.sessions.list(stage.userId), [])
  })

  it('leaves none of an old password, however many sign in while a new one is set', async () => {
    await using stage = await openStage(open)
    for (const round of times(10)) {
      const { user } = await addAccount(stage.accounts, 'customer', { email: `racer-${round}@example.com` })
      const { token } = await issueReset(stage.resets, user.id)
      const nodes = [stage.sessions, stage.otherNode.sessions]
      await Promise.all([
        ...times(6).map((racer) => nodes[racer % 2]?.begin(user.id, 'hash')),
        stage.resets.redeem(token, 'new hash', ({ id, version }) =>
          userEvent(newId() as EventId, 'user.password_reset', { user: { id }, version }, id, NOW),
        ),
        ...times(6).map((racer) => nodes[racer % 2]?.begin(user.id, 'hash')),
      ])
      assert.deepEqual(await stage.sessions.list(user.id), [])
    }
  })

  it('makes room for another by the one that was refreshed longest ago', async () => {
    await using stage = await openStage(open)
    const oldest = await tokenOf(stage, stage.userId)
    await stage.probe.ageSessions(stage.userId, 60)
    const refreshed = await tokenOf(stage, stage.userId)
    const next = await nextOf(stage.sessions, refreshed)
    for (const _ of times(MOST_SESSIONS - 1)) await tokenOf(stage, stage.userId)
    assert.equal((await stage.sessions.list(stage.userId)).length, MOST_SESSIONS)
    assert.equal(await stage.sessions.userOf(oldest), undefined)
    assert.equal(await stage.sessions.userOf(next), stage.userId)
  })
}

function expiring(open: OpenHarness): void {
  it('forgets one that has ended when its access tokens are over, so many at a time', async () => {
    await using stage = await openStage(open)
    for (const _ of times(4)) await tokenOf(stage, stage.userId)
    assert.equal(await stage.sessions.endAll(stage.userId), 4)
    assert.equal(await stage.sessions.forgetEnded(3), 0)
    await stage.probe.ageEndedSessions(3_600 + 60)
    const done = []
    for (const limit of [3, 3, 3]) done.push(await stage.sessions.forgetEnded(limit))
    assert.deepEqual(done, [3, 1, 0])
  })

  it('lasts for as long as it is refreshed, up to its end', async () => {
    await using stage = await openStage(open)
    let token = await tokenOf(stage, stage.userId)
    const step = (SESSION_IDLE_DAYS - 1) * DAY_SECONDS
    for (let aged = step; aged < SESSION_MOST_DAYS * DAY_SECONDS; aged += step) {
      await stage.probe.ageSessions(stage.userId, step)
      token = await nextOf(stage.sessions, token)
    }
    const [session] = await stage.sessions.list(stage.userId)
    assert(session && session.expiresAt - session.createdAt <= SESSION_MOST_DAYS * DAY_SECONDS * 1_000)
    await stage.probe.ageSessions(stage.userId, step)
    assert.deepEqual(rejectionOf(await refresh(stage.sessions, token)), REFUSED)
  })

  it('is over when nobody has refreshed it for long, and leaves so many at a time', async () => {
    await using stage = await openStage(open)
    const tokens = await Promise.all(times(7).map(() => tokenOf(stage, stage.userId)))
    assert.equal(await stage.sessions.forgetOld(5), 0)
    await stage.probe.ageSessions(stage.userId, SESSION_IDLE_DAYS * DAY_SECONDS)
    const young = await tokenOf(stage, stage.userId)
    assert.deepEqual(rejectionOf(await refresh(stage.sessions, tokens[0] ?? '')), REFUSED)
    assert.equal(await stage.sessions.end(tokens[1] ?? ''), undefined)
    assert.equal((await stage.sessions.list(stage.userId)).length, 1)
    const done = []
    for (const limit of [5, 5, 5]) done.push(await stage.sessions.forgetOld(limit))
    assert.deepEqual(done, [5, 2, 0])
    accepted(await refresh(stage.sessions, young))
  })
}
