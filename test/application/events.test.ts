import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type EventsPage, type EventsQuery, listEvents } from '../../src/application/events.ts'
import type { Actor } from '../../src/domain/actor.ts'
import type { BookingId, EventId, UserId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, at, NOW, newId, rejectionOf } from '../support/fixtures.ts'
import { happen } from './event-stage.ts'
import { ADMIN, bookSlot, commandOf, openOffice } from './stage.ts'

const TUESDAY_TEN = at('2030-01-08T10:00:00Z')

async function open() {
  const office = await openOffice()
  const parties = { providerId: office.provider.userId, customerId: office.customer.userId }
  const list = (query: Partial<EventsQuery> = {}, limit = 100, actor: Actor | null = office.customer) =>
    listEvents(office)(
      actor,
      { topics: [{ kind: 'bookings' }], types: new Set(), after: null, ...query },
      limit,
    )
  return { ...office, parties, list, happen: () => happen(office, parties) }
}

const somebody = () => ({ providerId: newId() as UserId, customerId: newId() as UserId })

describe('Listing events', () => {
  it('gives as many as are asked for, and where to go on, until there are no more', async () => {
    const stage = await open()
    const happened = [1, 2, 3, 4, 5].map(stage.happen)
    for (const limit of [1, 2, 5, 6]) {
      const told: EventId[] = []
      let after: string | null = null
      for (let page = 0; page <= happened.length; page++) {
        const { events, next }: EventsPage = accepted(await stage.list({ after }, limit))
        assert(events.length <= limit)
        told.push(...events.map(({ id }) => id))
        after = next
      }
      assert.deepEqual(told, happened, `${limit}`)
      assert.equal(after, await stage.log.end())
    }
  })

  it('gives each only what is theirs, and an admin everything', async () => {
    const stage = await open()
    const own = stage.happen()
    const other = happen(stage, somebody())
    const idsFor = async (actor: Actor) =>
      accepted(await stage.list({}, 100, actor)).events.map(({ id }) => id)
    assert.deepEqual(await idsFor(stage.customer), [own])
    assert.deepEqual(await idsFor(stage.provider), [own])
    assert.deepEqual(await idsFor(ADMIN), [own, other])
  })

  it('follows one booking, or the types that were asked for', async () => {
    const stage = await open()
    const command = commandOf(stage.serviceId, TUESDAY_TEN)
    const { id } = accepted(await bookSlot(stage)(stage.customer, command))
    const cancelled = happen(stage, { ...stage.parties, subjectId: id, type: 'booking.cancelled' })
    stage.happen()
    const one = accepted(await stage.list({ topics: [{ kind: 'booking', id }] }))
    assert.deepEqual(
      one.events.map(({ type, subject }) => [type, subject.id]),
      [
        ['booking.created', id],
        ['booking.cancelled', id],
      ],
    )
    const some = accepted(await stage.list({ types: new Set(['booking.cancelled'] as const) }))
    assert.deepEqual(
      some.events.map((event) => event.id),
      [cancelled],
    )
  })

  it('tells of one moment all at once, though that is more than was asked for', async () => {
    const stage = await open()
    const happened = [stage.happen(), stage.happen()]
    const topics = [
      { kind: 'bookings' },
      { kind: 'availability', providerId: stage.provider.userId },
    ] as const
    const { events, next } = accepted(await stage.list({ topics }, 1))
    assert.deepEqual(
      events.map(({ id, type }) => [id, type]),
      [
        [happened[0], 'booking.created'],
        [happened[0], 'availability.changed'],
      ],
    )
    const rest = accepted(await stage.list({ topics, after: next }, 100))
    assert.deepEqual([...new Set(rest.events.map(({ id }) => id))], happened.slice(1))
  })

  it('looks only so far for what is rare, and says where to go on', async () => {
    const stage = await open()
    for (let made = 0; made < 12_000; made++) happen(stage, somebody())
    const rare = stage.happen()
    const first = accepted(await stage.list())
    assert.deepEqual(first.events, [])
    assert(first.next < (await stage.log.end()))
    const second = accepted(await stage.list({ after: first.next }))
    assert.deepEqual(
      second.events.map(({ id }) => id),
      [rare],
    )
  })

  it('refuses topics that are not there or not one’s own, and cursors that are not of this log', async () => {
    const stage = await open()
    const command = commandOf(stage.serviceId, TUESDAY_TEN)
    const { id } = accepted(await bookSlot(stage)(stage.customer, command))
    const stranger: Actor = { userId: newId() as UserId, roles: ['customer'] }
    const notFound = { code: 'topic-not-found' }
    const mine = { kind: 'booking', id } as const
    for (const actor of [stranger, null]) {
      assert.deepEqual(rejectionOf(await stage.list({ topics: [mine] }, 10, actor)), notFound)
    }
    const unknown = { kind: 'booking', id: newId() as BookingId } as const
    assert.deepEqual(rejectionOf(await stage.list({ topics: [mine, unknown] })), notFound)
    const nobody = { kind: 'availability', providerId: stage.customer.userId } as const
    assert.deepEqual(rejectionOf(await stage.list({ topics: [nobody] })), notFound)
    assert.deepEqual(rejectionOf(await stage.list({}, 10, null)), notFound)
    const elsewhere = await (await open()).log.end()
    for (const after of ['x', elsewhere]) {
      assert.deepEqual(rejectionOf(await stage.list({ after })), { code: 'unknown-cursor' })
    }
  })

  it('tells whoever would have missed something where the log begins', async () => {
    const stage = await open()
    const after = await stage.log.start()
    stage.happen()
    const kept = stage.happen()
    await stage.log.trim({ before: plusMinutes(NOW, 1), now: plusMinutes(NOW, 1) }, 1)
    const refused = rejectionOf(await stage.list({ after }))
    assert(refused.code === 'cursor-expired')
    const { events } = accepted(await stage.list({ after: refused.oldest }))
    assert.deepEqual(
      events.map(({ id }) => id),
      [kept],
    )
  })
})
