import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { dumpSchema } from '../../src/infrastructure/schema-dump.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts'
import { goldenFiles, readGolden } from '../support/golden.ts'

for (const golden of goldenFiles) {
  test(`${golden.file} is what \`npm run golden\` writes`, async () => {
    assert.equal(await readGolden(golden), await golden.produce())
  })
}

test('an empty database has an empty dump', async () => {
  await using database = await createEmptyDatabase()
  assert.deepEqual((await dumpSchema(database.query)).trim().split('\n').slice(1), [])
})

test('the dump tells of every kind of change', async () => {
  const changes = [
    'create extension pg_trgm',
    'create schema archive',
    'create sequence tickets as smallint cycle',
    'alter sequence claims_id_seq restart start 1000',
    'alter table reminders add column note text',
    'alter table reminders alter column due_at drop not null',
    'alter table reminders alter column due_at set default now()',
    `alter table reminders add column late boolean generated always as (minutes_before < 5) stored`,
    'alter table reminders add column label text collate "C"',
    'alter table reminders set (fillfactor = 90)',
    'alter table reminders set unlogged',
    'alter table reminders drop constraint reminders_minutes_before_positive',
    'alter table claims add constraint claims_one_seat check (seat = 1) not valid',
    'create index reminders_note_idx on reminders (note) where note is not null',
    'drop index reminders_due_at_idx',
    'create or replace function tick() returns integer language sql as $$ select 1 $$',
    `create or replace function stop() returns trigger language plpgsql as $$ begin return null; end $$`,
    'create trigger reminders_stop before insert on reminders for each row execute function stop()',
    `comment on column reminders.due_at is 'When it''s due'`,
  ]
  await using database = await createTestDatabase()
  const seen = new Set([await dumpSchema(database.query)])
  for (const change of changes) {
    await database.query(change)
    seen.add(await dumpSchema(database.query))
    assert.equal(seen.size, changes.indexOf(change) + 2, change)
  }
})

test('the dump refuses to pass over what it does not know', async () => {
  const unknown = {
    'create view one as select 1 as number': 'view public.one',
    'create materialized view two as select 2 as number': 'materialized view public.two',
    'create table parts (id integer) partition by hash (id)': 'table public.parts',
    'alter table claims enable row level security': 'table public.claims',
    'create policy mine on claims using (true)': 'policy mine on public.claims',
    "create type mood as enum ('good')": 'type public.mood',
    'create type pair as (a integer, b integer)': 'composite type public.pair',
    'create domain small as integer check (value < 10)': 'type public.small',
    'create rule quiet as on insert to reminders do instead nothing': 'rule quiet on public.reminders',
    'create statistics both_ids on booking_id, minutes_before from reminders':
      'statistics object public.both_ids',
    'create aggregate total (integer) (sfunc = int4pl, stype = integer)': 'aggregate public.total(integer)',
  }
  await using database = await createTestDatabase()
  for (const [statement, name] of Object.entries(unknown)) {
    await database.query(statement)
    await assert.rejects(
      dumpSchema(database.query),
      ({ message }: Error) => message.includes(name),
      statement,
    )
  }
})

const namesOf = async ({ query }: TestDatabase, statement: string): Promise<string[]> =>
  (await query<{ name: string }>(statement)).map(({ name }) => name)

/** Names of constraints and indexes that no migration spells out: PostgreSQL has made them up. */
const findGeneratedNames = async (database: TestDatabase): Promise<string[]> => {
  const folder = new URL('../../migrations/', import.meta.url)
  const files = (await readdir(folder)).filter((file) => /^\d.*\.sql$/.test(file))
  const sql = (await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')))).join('\n')
  const written = new Set(
    Array.from(
      sql.matchAll(/\b(?:constraint(?: trigger)?|index)\s+(?:if not exists\s+)?(\w+)/g),
      ([, name]) => name,
    ),
  )
  const statement = `
    select conname as name
    from pg_constraint
    where connamespace::regnamespace::text in ('public', 'auth') and contype <> 'n'
      and conrelid <> 'schema_migrations'::regclass
    union
    select relname
    from pg_class
    where relnamespace::regnamespace::text in ('public', 'auth') and relkind = 'i'
      and relname <> 'schema_migrations_pkey'
    order by name`
  return (await namesOf(database, statement)).filter((name) => !written.has(name))
}

/** Foreign keys without an index that begins with their columns: each delete of the other side reads all rows. */
const findUnindexedKeys = (database: TestDatabase): Promise<string[]> =>
  namesOf(
    database,
    `select conname as name
     from pg_constraint
     where contype = 'f'
       and not exists (
         select
         from pg_index
         join pg_class on pg_class.oid = indexrelid
         join pg_am on pg_am.oid = relam
         where indrelid = conrelid and indisvalid and amname in ('btree', 'gist')
           and (indkey::smallint[])[0:cardinality(conkey) - 1] @> conkey
           and (
             indpred is null
             or pg_get_expr(indpred, indrelid) = format('(%s IS NOT NULL)', pg_get_indexdef(indexrelid, 1, true))
           )
       )
     order by conname`,
  )

test('every constraint and every index has a name of our own', async () => {
  await using database = await createTestDatabase()
  assert.deepEqual(await findGeneratedNames(database), [])
  await database.query('alter table claims add check (seat < 100)')
  await database.query('create index on auth.users (created_at)')
  assert.deepEqual(await findGeneratedNames(database), ['claims_seat_check', 'users_created_at_idx'])
})

test('every foreign key has an index that begins with its columns', async () => {
  await using database = await createTestDatabase()
  assert.deepEqual(await findUnindexedKeys(database), [])
  await database.query('drop index claims_holder_id_idx')
  await database.query('create index claims_seat_holder_id_idx on claims (seat, holder_id)')
  await database.query('create index claims_holder_id_some_idx on claims (holder_id) where seat = 1')
  await database.query('drop index claims_booking_id_idx')
  assert.deepEqual(await findUnindexedKeys(database), ['claims_booking_id_fkey', 'claims_holder_id_fkey'])
})
