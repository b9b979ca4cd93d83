import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate'
import { refuseServer } from '../../src/infrastructure/migrate/server.ts'
import { migrate, pendingMigrations } from '../../src/infrastructure/migrate.ts'
import { dumpSchema } from '../../src/infrastructure/schema-dump.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts'
import { withClient } from '../support/postgres-client.ts'

const ownFolder = new URL('../../migrations/', import.meta.url)
const ownNames = (await readdir(ownFolder))
  .filter((file) => /^\d.*\.sql$/.test(file))
  .map((file) => file.slice(0, -'.sql'.length))
  .sort()

const recordedIn = async ({ query }: TestDatabase): Promise<string[]> =>
  (await query<{ name: string }>('select name from schema_migrations order by id')).map(({ name }) => name)

const relationsIn = async ({ query }: TestDatabase): Promise<string[]> => {
  const statement = `select relname from pg_class where relnamespace = 'public'::regnamespace order by relname`
  return (await query<{ relname: string }>(statement)).map(({ relname }) => relname)
}

const makeFolder = async (t: TestContext, files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'slotwright migrations '))
  t.after(() => rm(folder, { recursive: true }))
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql)
  return folder
}

const one = { '0001_one.sql': 'create table one (id integer);\n' }
const two = { '0002_two.sql': 'create table two (id integer);\n' }
const three = { '0003_three.sql': 'create table three (id integer);\n' }

test('gives an empty database every migration, in order, and says so', async () => {
  await using database = await createEmptyDatabase()
  const lines: string[] = []
  const before = await pendingMigrations({ databaseUrl: database.url })
  assert.deepEqual(before, { applied: 0, pending: ownNames })
  assert.deepEqual(await relationsIn(database), [], 'asking changes nothing')
  const onProgress = (line: string) => lines.push(line)
  assert.deepEqual(await migrate({ databaseUrl: database.url, onProgress }), ownNames)
  assert.deepEqual(
    lines,
    ownNames.map((name) => `Applying ${name}`),
  )
  assert.deepEqual(await recordedIn(database), ownNames)
  const after = await pendingMigrations({ databaseUrl: database.url })
  assert.deepEqual(after, { applied: ownNames.length, pending: [] })
})

test('has nothing to do the second time', async () => {
  await using database = await createTestDatabase()
  const before = await dumpSchema(database.query)
  const onProgress = (line: string) => assert.fail(line)
  assert.deepEqual(await migrate({ databaseUrl: database.url, onProgress }), [])
  assert.equal(await dumpSchema(database.query), before)
})

test('runs each migration once when five processes migrate at once', async () => {
  await using database = await createEmptyDatabase()
  const runs = Array.from({ length: 5 }, () => migrate({ databaseUrl: database.url }))
  const applied = (await Promise.all(runs)).sort((a, b) => a.length - b.length)
  assert.deepEqual(applied, [[], [], [], [], ownNames])
  assert.deepEqual(await recordedIn(database), ownNames)
})

test('gives up after a while when another process goes on migrating, and names the reason', async () => {
  await using database = await createEmptyDatabase()
  await withClient(database.url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [PG_MIGRATE_LOCK_ID])
    const lines: string[] = []
    const onProgress = (line: string) => lines.push(line)
    const patience = delay(20_000, undefined, { ref: false })
    await assert.rejects(
      Promise.race([migrate({ databaseUrl: database.url, waitSeconds: 0.2, onProgress }), patience]),
      /Another process has been migrating this database for more than 0\.2 seconds/,
    )
    assert.deepEqual(lines, ['Waiting for another process that migrates this database'])
  })
  assert.deepEqual(await relationsIn(database), [])
})

test('leaves nothing of a migration that fails half way, nor of those before it, and goes on after the mend', async (t) => {
  const broken = 'create table two (id integer);\n\ninsert into two\nvalues (missing);\n'
  const folder = await makeFolder(t, { ...one, '0002_two.sql': broken, ...three })
  await using database = await createEmptyDatabase()
  await assert.rejects(
    migrate({ databaseUrl: database.url, folder }),
    /^Error: Migration 0002_two\.sql failed at line 4: column "missing" does not exist$/,
  )
  assert.deepEqual(await relationsIn(database), [])
  await writeFile(join(folder, '0002_two.sql'), two['0002_two.sql'])
  const expected = ['0001_one', '0002_two', '0003_three']
  assert.deepEqual(await migrate({ databaseUrl: database.url, folder }), expected)
})

test('leaves a database that is in use as it was when one of several migrations fails half way', async (t) => {
  const folder = await makeFolder(t, one)
  await using database = await createEmptyDatabase()
  await migrate({ databaseUrl: database.url, folder })
  await database.query('insert into one values (1), (1)')
  const state = async () => [
    await dumpSchema(database.query),
    await recordedIn(database),
    await database.query('select id from one'),
  ]
  const before = await state()
  const halfWay = `alter table one add column name text not null default 'x';
    update one set id = id + 1;
    create table made (id integer);
    create function answer() returns integer language sql as 'select 42';
    alter table one add constraint one_id_key unique (id);`
  const more = { ...two, '0003_three.sql': halfWay, '0004_four.sql': 'create table four (id integer)' }
  for (const [name, sql] of Object.entries(more)) await writeFile(join(folder, name), sql)
  await assert.rejects(
    migrate({ databaseUrl: database.url, folder }),
    /Migration 0003_three\.sql failed: could not/,
  )
  assert.deepEqual(await state(), before)
  await database.query('delete from one where ctid = (select min(ctid) from one)')
  const expected = ['0002_two', '0003_three', '0004_four']
  assert.deepEqual(await migrate({ databaseUrl: database.url, folder }), expected)
  assert.deepEqual(await database.query('select id, name, answer() from one'), [
    { id: 2, name: 'x', answer: 42 },
  ])
})

test('leaves nothing of a migration whose connection is cut', async (t) => {
  const folder = await makeFolder(t, { ...one, '0002_two.sql': 'select pg_sleep(60);' })
  await using database = await createEmptyDatabase()
  let isRunning = true
  const run = migrate({ databaseUrl: database.url, folder }).finally(() => {
    isRunning = false
  })
  const outcome = assert.rejects(run, /Migration 0002_two\.sql failed/)
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()`
  while (isRunning && (await database.query(cut)).length === 0) await delay(10)
  await outcome
  assert.deepEqual(await relationsIn(database), [])
})

test('does not cut a migration at a comment, a limit on time or another search path', async (t) => {
  const sql = `create table two (id integer);\n-- down migration: there is none\nselect pg_sleep(0.2);\n`
  const folder = await makeFolder(t, { ...one, '0002_two.sql': `${sql}create table last (id integer);` })
  await using database = await createEmptyDatabase()
  const [row] = await database.query<{ name: string }>('select current_database() as name')
  await database.query(`alter database ${row?.name} set statement_timeout = '100ms'`)
  await database.query('create schema elsewhere')
  await database.query(`alter database ${row?.name} set search_path = elsewhere`)
  await migrate({ databaseUrl: database.url, folder })
  const relations = await relationsIn(database)
  assert.deepEqual(
    relations.filter((name) => !name.startsWith('schema_migrations')),
    ['last', 'one', 'two'],
  )
})

test('refuses a migration that comes before one that has run', async (t) => {
  const folder = await makeFolder(t, { ...one, ...three })
  await using database = await createEmptyDatabase()
  await migrate({ databaseUrl: database.url, folder })
  await writeFile(join(folder, '0002_two.sql'), two['0002_two.sql'])
  const refusal = /Migration 0002_two comes before 0003_three, which has already run\..*after 0003_three/
  await assert.rejects(migrate({ databaseUrl: database.url, folder }), refusal)
  await assert.rejects(pendingMigrations({ databaseUrl: database.url, folder }), refusal)
  assert.deepEqual(await recordedIn(database), ['0001_one', '0003_three'])
})

test('refuses when a migration that has run was renamed or removed', async (t) => {
  const folder = await makeFolder(t, { ...one, ...two, ...three })
  await using database = await createEmptyDatabase()
  await migrate({ databaseUrl: database.url, folder })
  await rename(join(folder, '0002_two.sql'), join(folder, '0002_second.sql'))
  const renamed = /Migration 0002_two has run on this database, but where it was there is 0002_second/
  await assert.rejects(migrate({ databaseUrl: database.url, folder }), renamed)
  await rm(join(folder, '0002_second.sql'))
  const removed = /Migration 0002_two has run on this database, but where it was there is 0003_three/
  await assert.rejects(migrate({ databaseUrl: database.url, folder }), removed)
})

/** A hold of half an hour on a service for ten, as it was before holds had terms. */
const HOLD_WITHOUT_TERMS = `
  insert into auth.users (id, email, roles, created_at, updated_at)
  values (gen_random_uuid(), 'ada@example.com', '{provider}', now(), now());
  insert into services (
    id, provider_id, title, category, price, currency, duration_minutes, slot_interval_minutes, max_horizon_days,
    version, cancellation_window_minutes, requires_confirmation, reminder_minutes, created_at, updated_at
  )
  select gen_random_uuid(), id, 'Haircut', 'hair', 10, 'EUR', 30, 30, 60, 7, 120, true, '{}', now(), now()
  from auth.users;
  insert into claims (provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at)
  select
    users.number, tstzrange(now(), now() + interval '30 minutes'), now(), now() + interval '30 minutes', services.id,
    gen_random_uuid(), users.id, now() + interval '5 minutes'
  from services
  join auth.users on users.id = services.provider_id;
`

test('gives holds that are there the terms of their services', async (t) => {
  const folder = await makeFolder(t, {})
  const files = ownNames.map((name) => `${name}.sql`)
  const copy = (file: string) => copyFile(new URL(file, ownFolder), join(folder, file))
  for (const file of files.filter((name) => name < '0028')) await copy(file)
  await using database = await createEmptyDatabase()
  await migrate({ databaseUrl: database.url, folder })
  await withClient(database.url, (client) => client.query(HOLD_WITHOUT_TERMS))
  for (const file of files) await copy(file)
  await migrate({ databaseUrl: database.url, folder })
  const terms = 'service_version, price::float, currency, cancellation_window_minutes, requires_confirmation'
  assert.deepEqual(await database.query(`select ${terms} from claims`), [
    {
      service_version: 7,
      price: 10,
      currency: 'EUR',
      cancellation_window_minutes: 120,
      requires_confirmation: true,
    },
  ])
})

test('refuses a database that is newer than the code', async (t) => {
  const folder = await makeFolder(t, { ...one, ...two, ...three })
  await using database = await createEmptyDatabase()
  await migrate({ databaseUrl: database.url, folder })
  await rm(join(folder, '0002_two.sql'))
  await rm(join(folder, '0003_three.sql'))
  const refusal = /newer than this version of Slotwright, which does not know 0002_two, 0003_three/
  await assert.rejects(migrate({ databaseUrl: database.url, folder }), refusal)
})

const badFiles = {
  'is misnamed': [
    { 'accounts.sql': '' },
    /accounts\.sql is not a migration: name it like 0001_accounts\.sql/,
  ],
  'has a number twice': [{ ...one, '0001_two.sql': '' }, /0001_two\.sql has the number of 0001_one\.sql/],
  'ends its transaction': [{ '0001_one.sql': 'select 1;\n  COMMIT;' }, /controls its own transaction/],
} as const

for (const [fault, [files, refusal]] of Object.entries(badFiles)) {
  test(`refuses a file that ${fault}`, async (t) => {
    const folder = await makeFolder(t, files)
    await using database = await createEmptyDatabase()
    await assert.rejects(migrate({ databaseUrl: database.url, folder }), refusal)
  })
}

test('refuses a server that is older than PostgreSQL 15 or lacks btree_gist', () => {
  refuseServer({ versionNumber: 150_000, hasBtreeGist: true })
  assert.throws(
    () => refuseServer({ versionNumber: 140_022, hasBtreeGist: true }),
    /needs PostgreSQL 15 or later, this server is 14\./,
  )
  assert.throws(
    () => refuseServer({ versionNumber: 180_004, hasBtreeGist: false }),
    /lacks the extension btree_gist/,
  )
})

test('keeps the password of an address that it cannot use to itself', async () => {
  for (const databaseUrl of ['postgres://me:hushhush@host:99999/x', 'postgres://me:hushhush@127.0.0.1:1/x']) {
    await assert.rejects(migrate({ databaseUrl }), (error) => !inspect(error).includes('hushhush'))
  }
})
