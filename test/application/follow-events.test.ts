import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventsQuery } from '../../src/application/events.ts'
import { followEvents } from '../../src/application/follow-events.ts'
import type { Actor } from '../../src/domain/actor.ts'
import type { BookingId, EventId, UserId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { LoggedEvent, Topic } from '../../src/domain/logged-event.ts'
import { accepted, NOW, newId, rejectionOf } from '../support/fixtures.ts'
import { happen, openHub, settled, watchedLog } from './event-stage.ts'
import { openOffice } from './stage.ts'

async function open(before?: () => Promise<unknown>) {
  const office = await openOffice()
  const log = watchedLog(office.log, before)
  const stage = { ...office, ...openHub({ log, bell: office.bell }), log }
  const happened: EventId[] = []
  const parties = { providerId: office.provider.userId, customerId: office.customer.userId }
  const queryOf = (query: Partial<EventsQuery> = {}): EventsQuery => ({
    topics: [{ kind: 'bookings' }],
    types: new Set(),
    after: null,
    ...query,
  })
  return {
    ...stage,
    happened,
    happen: (count = 1) => {
      for (let made = 0; made < count; made++) happened.push(happen(office, parties))
    },
    follow: (query: Partial<EventsQuery> = {}, actor: Actor | null = office.customer) =>
      followEvents(stage)(actor, queryOf(query)),
    [Symbol.asyncDispose]: () => stage.hub[Symbol.asyncDispose](),
  }
}

function listener(ready: () => Promise<void> = async () => {}) {
  const heard: LoggedEvent[] = []
  return {
    heard,
    ready,
    deliver: (event: LoggedEvent) => void heard.push(event),
    ids: () => heard.map(({ id }) => id),
  }
}

describe('Following events', () => {
  it('begins now where no cursor is given, and behind the cursor where one is', async () => {
    await using stage = await open()
    stage.happen(3)
    const [first] = accepted(await stage.log.read(await stage.log.start(), 1)).events
    const [now, since] = [listener(), listener()]
    accepted(await accepted(await stage.follow()).start(now))
    accepted(await accepted(await stage.follow({ after: first?.cursor ?? null })).start(since))
    await settled()
    stage.happen()
    stage.bell.ring()
    await settled()
    assert.deepEqual(now.ids(), stage.happened.slice(3))
    assert.deepEqual(since.ids(), stage.happened.slice(1))
  })

  it('begins where it was when it was asked, not when it is started', async () => {
    await using stage = await open()
    const following = accepted(await stage.follow())
    stage.happen(2)
    const one = listener()
    accepted(await following.start(one))
    assert.deepEqual(one.ids(), stage.happened)
    assert.deepEqual(accepted(await stage.log.read(following.cursor, 10)).events, one.heard)
  })

  it('leaves no gap and tells nothing twice, whatever happens while it catches up and joins', async () => {
    await using stage = await open(settled)
    const all: { from: number; one: ReturnType<typeof listener> }[] = []
    const starting: Promise<unknown>[] = []
    for (let round = 0; round < 40; round++) {
      const from = stage.happened.length
      const cursor = await stage.log.end()
      const one = listener(round % 2 ? settled : undefined)
      all.push({ from, one })
      starting.push(stage.follow({ after: cursor }).then((following) => accepted(following).start(one)))
      for (let turn = 0; turn < (round * 13) % 120; turn++) {
        if (turn % 4 === round % 4) stage.happen()
        if (turn % 7 === round % 7) stage.bell.ring()
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    for (let turn = 0; turn < 40; turn++) {
      stage.bell.ring()
      await stage.tick()
    }
    await Promise.all(starting)
    for (const { from, one } of all) assert.deepEqual(one.ids(), stage.happened.slice(from))
  })

  it('waits with what happened before until the listener has room for more of it', async () => {
    await using stage = await open()
    const following = accepted(await stage.follow())
    stage.happen(130)
    let makeRoom = () => {}
    let asked = 0
    const one = listener(() => {
      asked++
      return new Promise((resolve) => {
        makeRoom = resolve
      })
    })
    const started = following.start(one)
    const seen = [0]
    while (one.heard.length < 130) {
      makeRoom()
      await settled()
      seen.push(one.heard.length)
    }
    assert.deepEqual([...new Set(seen)], [0, 50, 100, 130])
    assert.equal(asked, 3)
    for (let turn = 0; turn < 5; turn++) {
      makeRoom()
      await settled()
    }
    accepted(await started)
    assert.deepEqual(one.ids(), stage.happened)
  })

  it('tells nothing more once it is stopped, before it has started, while it catches up or afterwards', async () => {
    await using stage = await open(settled)
    const early = accepted(await stage.follow())
    early.stop()
    const [never, partly, later] = [listener(), listener(), listener()]
    stage.happen(1_500)
    accepted(await early.start(never))
    const start = await stage.log.start()
    const middle = accepted(await stage.follow({ after: start }))
    const catching = middle.start({
      ...partly,
      deliver: (event) => partly.heard.push(event) === 700 && middle.stop(),
    })
    accepted(await catching)
    const last = accepted(await stage.follow({ after: start }))
    accepted(await last.start(later))
    last.stop()
    stage.happen()
    stage.bell.ring()
    await stage.tick()
    assert.deepEqual([never.heard.length, partly.heard.length, later.heard.length], [0, 700, 1_500])
  })
})

describe('Following what one may follow', () => {
  it('tells each only of what is theirs, and of the types that they asked for', async () => {
    await using stage = await open()
    const stranger: Actor = { userId: newId() as UserId, roles: ['customer'] }
    const types = new Set(['booking.cancelled'] as const)
    const [own, other, some] = [listener(), listener(), listener()]
    accepted(await accepted(await stage.follow()).start(own))
    accepted(await accepted(await stage.follow({}, stranger)).start(other))
    accepted(await accepted(await stage.follow({ types })).start(some))
    await settled()
    stage.happen(2)
    const parties = { providerId: stage.provider.userId, customerId: stage.customer.userId }
    const cancelled = happen(stage, { ...parties, type: 'booking.cancelled' })
    stage.bell.ring()
    await settled()
    assert.deepEqual(own.ids(), [...stage.happened, cancelled])
    assert.deepEqual([other.ids(), some.ids()], [[], [cancelled]])
  })

  it('refuses topics that are not there or not one’s own, and cursors from elsewhere', async () => {
    await using stage = await open()
    const topics: readonly [Topic, Actor | null][] = [
      [{ kind: 'bookings' }, null],
      [{ kind: 'booking', id: newId() as BookingId }, stage.customer],
      [{ kind: 'availability', providerId: stage.customer.userId }, stage.customer],
    ]
    for (const [topic, actor] of topics) {
      const refused = await stage.follow({ topics: [topic] }, actor)
      assert.deepEqual(rejectionOf(refused), { code: 'topic-not-found' })
    }
    const other = await open()
    for (const after of ['', 'x', await other.log.end()]) {
      assert.deepEqual(rejectionOf(await stage.follow({ after })), { code: 'unknown-cursor' })
    }
    await other.hub[Symbol.asyncDispose]()
  })

  it('tells whoever comes from before the log begins that their cursor has expired, and where it begins', async () => {
    await using stage = await open()
    const after = await stage.log.start()
    const following = accepted(await stage.follow({ after }))
    stage.happen(3)
    await stage.log.trim({ before: plusMinutes(NOW, 1), now: plusMinutes(NOW, 1) }, 2)
    const one = listener()
    const refused = rejectionOf(await following.start(one))
    assert.deepEqual(refused, { code: 'cursor-expired', oldest: await stage.log.start() })
    assert.deepEqual(one.heard, [])
  })
})
