import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'slonik'
import { z } from 'zod'
import { openPostgres, type PostgresDatabase } from '../../src/adapters/postgres/database.ts'
import { postgresEventLog } from '../../src/adapters/postgres/event-log.ts'
import { type EventReader, handOnEvents } from '../../src/adapters/postgres/event-reader.ts'
import { createTestDatabase, everythingIsReadable, type TestDatabase } from '../support/database.ts'
import { withClient } from '../support/postgres-client.ts'

/** Keeps the ids of what it is handed in a table of the test, in the transaction that it is given. */
const keeping: EventReader = {
  name: 'mail',
  prepare: async (events) => async (tx) => {
    for (const { id } of events) {
      await tx.query(sql.type(z.object({}))`insert into handed_on (event_id) values (${id})`)
    }
  },
}

interface Stage extends AsyncDisposable {
  readonly database: TestDatabase
  /** Hands on by a node of its own. */
  handOn(reader: EventReader, limit: number): Promise<number | null>
  happen(count: number): Promise<void>
  handedOn(): Promise<string[]>
  happened(): Promise<string[]>
}

async function openStage(): Promise<Stage> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await createTestDatabase())
  await database.query('create table handed_on (place serial, event_id uuid)')
  const nodes: PostgresDatabase[] = []
  for (let node = 0; node < 3; node++) {
    nodes.push(stack.use(await openPostgres(database.url, { pipelineConnections: 1, poolSize: 2 })))
  }
  let turn = 0
  const ids = async (text: string) => (await database.query<{ id: string }>(text)).map(({ id }) => id)
  const parts = stack.move()
  return {
    database,
    handOn(reader, limit) {
      const node = nodes[turn++ % nodes.length] as PostgresDatabase
      return handOnEvents(node, postgresEventLog(node), reader, limit)
    },
    async happen(count) {
      for (let made = 0; made < count; made++) {
        await database.query(
          `insert into events (id, type, occurred_at, subject_type, subject_id, subject_version, data)
           values (gen_random_uuid(), 'booking.created', now(), 'booking', gen_random_uuid(), 1, '{}')`,
        )
      }
      await everythingIsReadable(database)
    },
    handedOn: () => ids('select event_id as id from handed_on order by place'),
    happened: () => ids('select id from events order by xid, sequence'),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

describe('A reader of events', () => {
  it('is handed each event once and in order, however many nodes are at it', async () => {
    await using stage = await openStage()
    await stage.happen(60)
    const node = async () => {
      for (let idle = 0; idle < 20; ) {
        if (!(await stage.handOn(keeping, 7))) {
          idle++
          await delay(5)
        } else idle = 0
      }
    }
    await Promise.all([node(), node(), node(), stage.happen(30)])
    while (await stage.handOn(keeping, 100));
    const happened = await stage.happened()
    assert.equal(happened.length, 90)
    assert.deepEqual(await stage.handedOn(), happened)
  })

  it('is handed the same events again when writing about them failed, of which nothing is left', async () => {
    await using stage = await openStage()
    await stage.happen(3)
    const failing: EventReader = {
      ...keeping,
      prepare: async (events) => async (tx) => {
        await (await keeping.prepare(events))?.(tx)
        throw new Error('no room')
      },
    }
    await assert.rejects(stage.handOn(failing, 10), /no room/)
    assert.deepEqual(await stage.handedOn(), [])
    assert.equal(await stage.handOn(keeping, 10), 3)
    assert.deepEqual(await stage.handedOn(), await stage.happened())
    assert.equal(await stage.handOn(keeping, 10), 0)
  })

  it('is not handed what its node cannot say it has passed on, and holds no other reader up', async () => {
    await using stage = await openStage()
    await stage.happen(2)
    const { promise: end, resolve: finish } = Promise.withResolvers<void>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const slow: EventReader = {
      name: 'mail',
      prepare: async () => () => {
        begin()
        return end
      },
    }
    const busy = stage.handOn(slow, 10)
    await begun
    assert.equal(await stage.handOn(keeping, 10), null, 'another node is at it')
    assert.equal(await stage.handOn({ ...keeping, name: 'webhooks' }, 10), 2)
    finish()
    assert.equal(await busy, 2)
  })

  it('is not handed again what there was nothing to write about, and passes nothing over that another node is at', async () => {
    await using stage = await openStage()
    await stage.happen(3)
    const idle: EventReader = { name: 'mail', prepare: async () => null }
    assert.equal(await stage.handOn(idle, 2), 2)
    await withClient(stage.database.url, async (other) => {
      await other.query('begin; select from event_readers for update')
      assert.equal(await stage.handOn(idle, 10), null, 'another node is at it')
    })
    assert.equal(await stage.handOn(keeping, 10), 1)
    assert.deepEqual(await stage.handedOn(), (await stage.happened()).slice(2))
  })

  it('says so when events were removed before it came to them, and goes on with those that are left', async () => {
    await using stage = await openStage()
    await stage.happen(4)
    const [, second, third, fourth] = await stage.happened()
    await stage.database.query(
      `with gone as (delete from events where (xid, sequence) <= (select xid, sequence from events where id = $1)
         returning xid, sequence)
       update event_log_state set (trimmed_xid, trimmed_sequence) =
         (select xid, sequence from gone order by xid desc, sequence desc limit 1)`,
      [second],
    )
    await assert.rejects(stage.handOn(keeping, 10), /removed from the log before they were handed on to mail/)
    assert.equal(await stage.handOn(keeping, 10), 2)
    assert.deepEqual(await stage.handedOn(), [third, fourth])
  })
})
