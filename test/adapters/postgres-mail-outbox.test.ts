import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openPostgres } from '../../src/adapters/postgres/database.ts'
import { postgresEventLog } from '../../src/adapters/postgres/event-log.ts'
import { MAIL_TASK, postgresMailOutbox, readMailOrder } from '../../src/adapters/postgres/mail-outbox.ts'
import { EVENT_TYPES } from '../../src/domain/logged-event.ts'
import { MAIL_EVENT_TYPES } from '../../src/domain/mail.ts'
import { createTestDatabase, everythingIsReadable } from '../support/database.ts'

/** Mail of three nodes on one database, in which an event of every type has happened. */
async function openStage(hasMail: boolean) {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await createTestDatabase())
  const postgres = stack.use(await openPostgres(database.url, { pipelineConnections: 1 }))
  for (const type of EVENT_TYPES) {
    await database.query(
      `insert into events (id, type, occurred_at, subject_type, subject_id, subject_version, data)
       values (gen_random_uuid(), $1, now(), 'booking', gen_random_uuid(), 7, '{}')`,
      [type],
    )
  }
  await everythingIsReadable(database)
  const nodes = [0, 1, 2].map(() => postgresMailOutbox(postgres, postgresEventLog(postgres), { hasMail }))
  const jobs = () =>
    database.query<{ task: string; payload: unknown }>(
      `select tasks.identifier as task, jobs.payload
       from graphile_worker._private_jobs as jobs
       join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id
       order by jobs.id`,
    )
  const handOn = async (limit: number) =>
    (await Promise.all(nodes.map((node) => node.handOn(limit)))).reduce<number>(
      (sum, count) => sum + (count ?? 0),
      0,
    )
  const parts = stack.move()
  return { database, handOn, jobs, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}

type Stage = Awaited<ReturnType<typeof openStage>>

const handOnAll = async ({ handOn }: Stage) => {
  let total = 0
  for (let handedOn = 1; handedOn > 0; total += handedOn) handedOn = await handOn(4)
  return total
}

describe('The outbox of mail', () => {
  it('makes jobs of a few mails each, with each mail in one of them, whichever nodes hand events on, and none of what is not mailed', async () => {
    await using stage = await openStage(true)
    assert.equal(await handOnAll(stage), EVENT_TYPES.length)
    const jobs = await stage.jobs()
    assert(jobs.every(({ task }) => task === MAIL_TASK))
    assert(jobs.length < MAIL_EVENT_TYPES.length, 'events that are handed on together share jobs')
    const orders = jobs.flatMap(({ payload }) => payload as unknown[]).map(readMailOrder)
    assert.deepEqual(
      orders.map(({ about, to, version }) => [about, to, version]),
      MAIL_EVENT_TYPES.flatMap((about) => [
        [about, 'customer', 7],
        [about, 'provider', 7],
      ]),
    )
    const events = await stage.database.query<{ id: string; subject_id: string }>(
      'select id, subject_id from events',
    )
    const subjects = new Map(events.map(({ id, subject_id }) => [id, subject_id]))
    for (const { eventId, bookingId } of orders) assert.equal(subjects.get(eventId), bookingId)
  })

  it('keeps nothing of anybody in the queue but ids', async () => {
    await using stage = await openStage(true)
    await handOnAll(stage)
    for (const order of (await stage.jobs()).flatMap(({ payload }) => payload as object[])) {
      assert.deepEqual(Object.keys(order).toSorted(), ['about', 'booking_id', 'event_id', 'to', 'version'])
    }
  })

  it('passes events over where there is no mail, so that none of them is mailed later', async () => {
    await using stage = await openStage(false)
    assert.equal(await handOnAll(stage), EVENT_TYPES.length)
    assert.deepEqual(await stage.jobs(), [])
  })

  it('takes no job for its own that is something else', () => {
    assert.throws(() => readMailOrder({ about: 'booking.completed' }))
    assert.throws(() => readMailOrder(null))
  })
})
