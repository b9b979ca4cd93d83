import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { withoutLiterals } from '../../src/infrastructure/status/literals.ts'
import { describeStatus } from '../../src/infrastructure/status/text.ts'
import { readStatus } from '../../src/infrastructure/status.ts'
import { describeVerification } from '../../src/infrastructure/verify/report.ts'
import { verifyDatabase } from '../../src/infrastructure/verify.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts'
import { ask, makeFolder, started } from '../support/embedded-postgres-owner.ts'
import { withClient } from '../support/postgres-client.ts'

type Command = 'db-verify' | 'db-status'

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const run = (command: Command, variables: Record<string, string>, ...args: string[]): Promise<Outcome> => {
  const file = fileURLToPath(new URL(`../../src/infrastructure/commands/${command}.ts`, import.meta.url))
  const { DATABASE_URL: _, ...environment } = process.env
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [file, ...args],
      { env: { ...environment, ...variables } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database[Symbol.asyncDispose]())

test('db:verify says in one line that a database is healthy, and notes what is not ours', async () => {
  const healthy = await run('db-verify', { DATABASE_URL: database.url })
  assert.match(
    healthy.stdout,
    /^Healthy: \S+ on PostgreSQL [\d.]+ is as \d+ migrations made it, \d+ tables [^\n]+\.\n$/,
  )
  assert.deepEqual([healthy.code, healthy.stderr], [0, ''])

  await using other = await createTestDatabase()
  const strangers = [
    'create schema reports',
    'create table reports.daily (day date primary key)',
    'create table wishes (id integer)',
    'create view busy as select provider_number from claims',
    'create function tick() returns integer language sql as $$ select 1 $$',
    'create index bookings_created_at_idx on bookings (created_at)',
    'alter table bookings add column remarks text',
    'alter table bookings add constraint cheap check (price < 1000000)',
    'create trigger watch before insert on bookings for each row execute function suppress_redundant_updates_trigger()',
  ]
  for (const statement of strangers)
    await other.query(statement).catch((error) => assert.fail(`${statement}: ${error}`))
  for (const options of [[], ['--fix']]) {
    const { code, stdout } = await run('db-verify', { DATABASE_URL: other.url }, ...options)
    assert.match(stdout, /^Healthy: [^\n]+\n\nLeft alone, and no fault:\n- /)
    for (const name of ['schema reports', 'table reports.daily', 'public.wishes', 'public.busy', 'tick()']) {
      assert(stdout.includes(name), name)
    }
    for (const name of ['bookings_created_at_idx', 'remarks', 'cheap', 'watch'])
      assert(stdout.includes(name), name)
    assert.equal(code, 0)
  }
  assert.deepEqual(await other.query('select from reports.daily'), [])
})

test('db:verify explains, prints what it is about to do, does it, and says so to programs too', async () => {
  await using other = await createTestDatabase()
  const damage = () => other.query('alter table profiles drop constraint profiles_id_fkey')
  await damage()
  const told = await run('db-verify', { DATABASE_URL: other.url })
  assert.match(
    told.stdout,
    /: 1 finding\n\n1\. constraint profiles_id_fkey on public\.profiles\n {3}The foreign key is missing\./,
  )
  assert.match(told.stdout, /With --fix: Add it again/)
  assert.deepEqual([told.code, told.stderr], [1, ''])
  const statement =
    'alter table public.profiles add constraint profiles_id_fkey FOREIGN KEY (id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE CASCADE'

  const mended = await run('db-verify', { DATABASE_URL: other.url }, '--fix')
  assert(
    mended.stdout.includes(`\nbegin;\n${statement};\ncommit;\n\nRepaired: 1 finding.\n\nHealthy: `),
    mended.stdout,
  )
  assert.deepEqual([mended.code, mended.stderr], [0, ''])

  await damage()
  const { code, stdout, stderr } = await run('db-verify', { DATABASE_URL: other.url }, '--fix', '--json')
  const { healthy, before: found, repairs, after: left } = JSON.parse(stdout)
  assert.deepEqual([code, healthy, found.healthy, left.healthy], [0, true, false, true])
  assert.deepEqual([found.findings[0].code, found.findings[0].repair], ['foreign-key-missing', [statement]])
  assert.deepEqual(repairs, [
    { object: 'constraint profiles_id_fkey on public.profiles', statements: [statement], refusal: null },
  ])
  assert(stderr.includes(statement))
})

const says = async ({ url }: TestDatabase): Promise<string> => {
  const verification = await verifyDatabase({ databaseUrl: url })
  assert.equal(verification.findings.length, 1)
  return describeVerification(verification)
}

test('db:verify says first that migrations are pending or not ours, and compares nothing then', async () => {
  await using empty = await createEmptyDatabase()
  assert.match(await says(empty), /No migration has run on this database[\s\S]*npm run migrate/)
  await using other = await createTestDatabase()
  await other.query('delete from schema_migrations where id = (select max(id) from schema_migrations)')
  await other.query('drop table event_readers')
  assert.match(await says(other), /1 pending: \d{4}_/)
  await other.query(`insert into schema_migrations (name, run_on) values ('9999_future', now())`)
  assert.match(await says(other), /newer than this version of Slotwright, which does not know 9999_future/)
  assert.match(describeStatus(await readStatus(other.url)), /^migrations +The database is newer/m)
})

const unreachable = [
  [
    'db-verify',
    { DATABASE_URL: 'postgres://me:hushhush@127.0.0.1:1/x' },
    /^Cannot connect to PostgreSQL at 127/,
    2,
  ],
  [
    'db-status',
    { DATABASE_URL: 'postgres://me:hushhush@127.0.0.1:1/x' },
    /^Cannot connect to PostgreSQL at 127/,
    2,
  ],
  ['db-verify', { DATA_DIR: '/nowhere' }, /^DATABASE_URL is not set and there is no embedded database in/, 2],
  ['db-status', { NODE_ENV: 'production' }, /^DATABASE_URL is missing/, 1],
] as const

for (const [command, variables, line, expected] of unreachable) {
  test(`${command} with ${JSON.stringify(variables)} is one line and exit code ${expected}`, async () => {
    const { code, stdout, stderr } = await run(command, variables, '--json')
    assert.match(stderr, line)
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
    assert.doesNotMatch(stderr, /hushhush/)
    assert.deepEqual([code, stdout], [expected, ''])
  })
}

test('both find the embedded database, be it running or not, and leave it as it was', async (t) => {
  const folder = await makeFolder(t)
  const owner = await started(folder)
  const running = await run('db-verify', { DATA_DIR: folder })
  assert.match(running.stdout, /No migration has run on this database/)
  assert.equal((await ask(owner.url, 'select 1')).length, 1)
  await owner.stop()
  const stopped = await run('db-status', { DATA_DIR: folder })
  assert.match(stopped.stdout, /^migrations +0 applied, \d+ pending/m)
  assert.deepEqual([running.code, running.stderr, stopped.code, stopped.stderr], [1, '', 0, ''])
  await assert.rejects(ask(owner.url, 'select 1'), 'it goes on running')
})

test('db:status shows what there is, to people and to programs', async () => {
  await withClient(database.url, async (client) => {
    await client.query('begin')
    await client.query(`select pg_current_xact_id(), 'hushhush@example.com', 31415`)
    const { code, stdout, stderr } = await run('db-status', { DATABASE_URL: database.url })
    assert.deepEqual([code, stderr], [0, ''])
    for (const line of [
      /^migrations +\d+ applied, none pending$/m,
      /^connections +\d+ of \d+ \(\d+ %\), \d+ to this database$/m,
      /^oldest transaction +\d+ (s|min|h|d), pid \d+, /m,
      /^event fence +events are kept back since \d+ s$/m,
      /^xid age +[\d,]+, multixacts [\d,]+; freezing is forced at [\d,]+ \(\d+ %\)$/m,
      /^replication +none$/m,
      /^public\.bookings +(unknown|\d+) +\d+ (B|kB) +\d+ (B|kB) +\d+ +\d+ % +\S+/m,
      /^public\.claims_no_overlap +public\.claims +\d+ (B|kB) +\d+ +keeps a rule$/m,
      /^Indexes that were never read since .*: .*public\.bookings_starts_at_idx/m,
      /estimates of PostgreSQL/,
    ]) {
      assert.match(stdout, line)
    }
    assert.doesNotMatch(stdout, /hushhush|31415/)
    const status = await readStatus(database.url)
    assert.equal(status.tables.filter(({ name }) => name === 'auth.users').length, 1)
    assert(status.fenceAgeSeconds !== null && status.overview.sizeBytes > 1_000_000)
    const { pid } = (await client.query('select pg_backend_pid() as pid')).rows[0]
    if (status.oldestTransaction?.pid === pid) {
      assert.equal(status.oldestTransaction?.query, 'select pg_current_xact_id(), ?, ?')
    }
    assert(
      JSON.parse((await run('db-status', { DATABASE_URL: database.url }, '--json')).stdout).overview.database,
    )
  })
})

test('a statement is shown without what is written into it', () => {
  const shown = {
    "select * from users where email = 'o''hara@example.com' and id=12":
      'select * from users where email = ? and id=?',
    "update t1 set a = E'it\\'s', b = $1, c = $tag$ secret $tag$ where d = 1.5e3":
      'update t1 set a = ?, b = $1, c = ? where d = ?',
    'select 1 -- it\'s hush\n from "T 1" /* hush */ where x = \'cut off': 'select ? from "T 1" where x = ?',
    "values (X'ff', u&'hush', null, $$ hush": 'values (?, ?, null, ?',
    'insert into a_1 values (-5, 0x1F)': 'insert into a_1 values (-?, ?)',
  }
  for (const [statement, expected] of Object.entries(shown))
    assert.equal(withoutLiterals(statement), expected)
  assert.equal(withoutLiterals(`select ${'a, '.repeat(500)}`).length, 200)
})
