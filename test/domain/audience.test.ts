import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Actor } from '../../src/domain/actor.ts'
import { audienceIndex, audiencesFor, audiencesOf } from '../../src/domain/audience.ts'
import type { BookingId, EventId, UserId } from '../../src/domain/ids.ts'
import type { Instant } from '../../src/domain/instant.ts'
import {
  type Cursor,
  EVENT_TYPES,
  type LoggedEvent,
  type Topic,
  viewsOf,
} from '../../src/domain/logged-event.ts'

/** A place before every event. */
const BEGINNING = '' as Cursor

const users = ['u1', 'u2', 'u3'] as UserId[]
const someUser = fc.constantFrom(...users)
const someBooking = fc.constantFrom('b1', 'b2') as fc.Arbitrary<BookingId>

const someEvent = fc.record({
  id: fc.constant('e1' as EventId),
  cursor: fc.constant('c1' as Cursor),
  type: fc.constantFrom(...EVENT_TYPES),
  occurredAt: fc.constant(0 as Instant),
  subject: fc.record({
    type: fc.constantFrom('booking', 'hold', 'schedule', 'service'),
    id: someBooking,
    version: fc.constant(1),
  }),
  providerId: fc.option(someUser),
  customerId: fc.option(someUser),
  data: fc.constant({}),
}) as fc.Arbitrary<LoggedEvent>

const someListener = fc.option(
  fc.record({
    userId: someUser,
    roles: fc.subarray(['customer', 'provider', 'admin'] as const, { minLength: 1 }),
  }) as fc.Arbitrary<Actor>,
)

const someTopic = fc.oneof(
  fc.constant<Topic>({ kind: 'bookings' }),
  fc.record({ kind: fc.constant('booking' as const), id: someBooking }),
  fc.record({ kind: fc.constant('availability' as const), providerId: someUser }),
)

describe('the audiences of an event', () => {
  it('hold every listener who is told of it', () => {
    const told = { yes: 0, no: 0 }
    fc.assert(
      fc.property(
        someEvent,
        someListener,
        fc.array(someTopic, { minLength: 1, maxLength: 3 }),
        (event, actor, topics) => {
          const views = viewsOf(event, actor, { topics, types: new Set() }, BEGINNING)
          told[views.length > 0 ? 'yes' : 'no']++
          if (views.length === 0) return
          const groups: readonly string[] = audiencesFor(actor, topics)
          assert(audiencesOf(event).some((audience) => groups.includes(audience)))
        },
      ),
      { numRuns: 3_000 },
    )
    assert(told.yes > 300 && told.no > 300)
  })

  it('leave out whoever has nothing to do with it', () => {
    const actor: Actor = { userId: users[2] as UserId, roles: ['customer'] }
    const audiences: readonly string[] = audiencesFor(actor, [{ kind: 'bookings' }])
    assert.equal(audiences.length, 1)
    fc.assert(
      fc.property(someEvent, (event) => {
        const isTheirs = event.customerId === actor.userId || event.providerId === actor.userId
        assert.equal(
          audiencesOf(event).some((audience) => audiences.includes(audience)),
          isTheirs,
        )
      }),
    )
  })
})

describe('an index of listeners', () => {
  it('shares events out to whoever may be told of them, once and in order, for as long as they are in it', () => {
    const index = audienceIndex<string>()
    const [ada, bob] = users as [UserId, UserId]
    const event = (id: string, providerId: UserId | null, customerId: UserId | null) =>
      ({ id, providerId, customerId }) as unknown as LoggedEvent
    const both = audiencesFor({ userId: ada, roles: ['provider'] }, [
      { kind: 'bookings' },
      { kind: 'availability', providerId: ada },
    ])
    assert.equal(both.length, 2)
    const leave = index.add('ada', both)
    index.add('bob', audiencesFor({ userId: bob, roles: ['customer'] }, [{ kind: 'bookings' }]))
    index.add('admin', audiencesFor({ userId: bob, roles: ['admin'] }, [{ kind: 'bookings' }]))
    const events = [event('e1', ada, bob), event('e2', ada, null), event('e3', null, null)]
    const shares = () =>
      Object.fromEntries(
        [...index.share(events)].map(([name, told]) => [name, told.map(({ id }) => id).join()]),
      )
    assert.deepEqual(shares(), { ada: 'e1,e2', bob: 'e1', admin: 'e1,e2,e3' })
    leave()
    leave()
    assert.deepEqual(shares(), { bob: 'e1', admin: 'e1,e2,e3' })
    assert.equal(index.size(), 2)
  })
})

describe('what everyone may know of an event', () => {
  it('comes after the event itself, and is told to whoever has left in between', () => {
    const [ada] = users as [UserId]
    const event = {
      ...(fc.sample(someEvent, 1)[0] as LoggedEvent),
      cursor: 'c1' as Cursor,
      type: 'booking.created',
      providerId: ada,
      subject: { type: 'booking', id: 'b1', version: 1 },
    } as const
    const actor: Actor = { userId: ada, roles: ['provider'] }
    const topics: Topic[] = [{ kind: 'availability', providerId: ada }, { kind: 'bookings' }]
    const told = (place: string) => viewsOf(event, actor, { topics, types: new Set() }, place as Cursor)
    const [first, second] = told('b9z')
    assert.deepEqual([first?.type, second?.type], ['booking.created', 'availability.changed'])
    assert.ok('b9z' < (first?.cursor ?? '') && (first?.cursor ?? '') < 'c1' && second?.cursor === 'c1')
    assert.deepEqual(told(first?.cursor ?? ''), [second])
    assert.deepEqual(told('c1'), [])
  })

  it('is made once, however many listen', () => {
    const event = fc.sample(
      someEvent.filter(({ type, providerId }) => type === 'booking.created' && providerId !== null),
      1,
    )[0] as LoggedEvent
    const topics: Topic[] = [{ kind: 'availability', providerId: event.providerId as UserId }]
    const [first, second] = [1, 2].map(() => viewsOf(event, null, { topics, types: new Set() }, BEGINNING)[0])
    assert.equal(first?.type, 'availability.changed')
    assert.equal(first, second)
  })
})
