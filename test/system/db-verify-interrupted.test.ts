import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate'
import { readSchema } from '../../src/infrastructure/schema-dump/reading.ts'
import { fixDatabase } from '../../src/infrastructure/verify.ts'
import type { TestDatabase } from '../support/database.ts'
import { withClient } from '../support/postgres-client.ts'
import { fingerprint, openVerifiedShop, runScript } from './verified-shop.ts'

/** Two faults, of which the second cannot be mended while somebody reads the services. */
async function openDamaged(): Promise<TestDatabase> {
  const database = await openVerifiedShop()
  await runScript(
    database,
    `alter table bookings drop constraint bookings_version_positive;
     alter table services alter column title drop not null;
     drop index reminders_due_at_idx`,
  )
  return database
}

const stateOf = async (database: TestDatabase) => [
  await readSchema(database.query),
  await fingerprint(database),
]

const readers = `select pid from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and application_name = 'slotwright-migrate'`

test('leaves everything as it was when a lock is not to be had in time, and mends it later', async () => {
  await using database = await openDamaged()
  const before = await stateOf(database)
  const fix = (lockSeconds: number) => fixDatabase({ databaseUrl: database.url, lockSeconds })
  await withClient(database.url, async (client) => {
    await client.query('begin')
    await client.query('lock table services in access share mode')
    await assert.rejects(fix(0.2), /^Error: Nothing was repaired and everything is as it was: .*lock timeout/)
  })
  assert.deepEqual(await stateOf(database), before)
  const { outcomes, after } = await fix(5)
  assert.deepEqual([outcomes.length, after.findings], [3, []])
})

test('leaves everything as it was when its connection is cut in the middle', async () => {
  await using database = await openDamaged()
  const before = await stateOf(database)
  await withClient(database.url, async (client) => {
    await client.query('begin')
    await client.query('lock table services in access share mode')
    let isRunning = true
    const run = fixDatabase({ databaseUrl: database.url }).finally(() => {
      isRunning = false
    })
    const fixing = assert.rejects(run, /everything is as it was/)
    let waiting: { pid: number }[] = []
    while (isRunning && waiting.length === 0) {
      waiting = await database.query(readers)
      await delay(10)
    }
    for (const { pid } of waiting) await database.query('select pg_terminate_backend($1)', [pid])
    await fixing
  })
  assert.deepEqual(await stateOf(database), before)
})

test('does not meddle with a migration that is running', async () => {
  await using database = await openDamaged()
  await withClient(database.url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [PG_MIGRATE_LOCK_ID])
    await assert.rejects(
      fixDatabase({ databaseUrl: database.url }),
      /another process migrates or repairs this database\. Try again/,
    )
  })
})
