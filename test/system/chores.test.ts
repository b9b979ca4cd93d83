import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createTestDatabase } from '../support/database.ts'
import { startServer } from '../support/server-process.ts'

/** A hold that is over already, past every door. */
const EXPIRED_HOLD = `
  insert into claims (
    provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at
  )
  select
    users.number, tstzrange(now(), now() + interval '1 hour'), now(), now() + interval '1 hour', services.id,
    gen_random_uuid(), users.id, now() - interval '1 second'
  from services
  join auth.users on users.id = services.provider_id
  limit 1
  returning hold_id
`

const PATIENCE_MILLISECONDS = 20_000

test('a server that runs tidies up by itself: a hold that has expired is written down as over', async () => {
  await using database = await createTestDatabase()
  await using _server = await startServer({ DATABASE_URL: database.url, SAMPLE_DATA: 'true' })
  const [hold] = await database.query<{ hold_id: string }>(EXPIRED_HOLD)
  assert(hold)
  const text = 'select type from events where subject_id = $1'
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  let events: { type: string }[] = []
  while (events.length === 0 && Date.now() < deadline) {
    await delay(50)
    events = await database.query(text, [hold.hold_id])
  }
  assert.deepEqual(events, [{ type: 'hold.expired' }])
  assert.deepEqual(await database.query('select from claims where hold_id = $1', [hold.hold_id]), [])
})
