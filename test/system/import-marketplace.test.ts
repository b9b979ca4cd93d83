import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { countRows } from '../http/support/row-counts.ts'
import type { TestApp } from '../support/app.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import {
  addBookings,
  createMarketplace,
  MARKET_PASSWORD,
  MARKET_REASONS,
  marketId,
  RESET_TOKEN,
} from './import/marketplace-source.ts'
import {
  failedImport,
  openInhabitedApp,
  reportImport,
  startImport,
  strayClaims,
  strayHistory,
  tally,
} from './import/run-import.ts'

let app: TestApp
let market: TestDatabase
before(async () => {
  app = await openInhabitedApp()
  market = await createMarketplace()
})
after(async () => {
  await market[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

const args = () => ['marketplace', market.url, '--time-zone', 'UTC']
const report = (...more: string[]) => reportImport(app.database, ...args(), ...more)
const logIn = (email: string, password = MARKET_PASSWORD) =>
  app.ask('POST', '/v1/auth/login', { body: { email, password } })

const CAME = {
  'auth.users': 3,
  profiles: 0,
  services: 2,
  'services (hours)': 1,
  bookings: 5,
  password_reset_tokens: 1,
}

test('a dry run says what would come and what could not, and leaves nothing', async () => {
  const before = await countRows(app.database)
  const dry = await report('--dry-run')
  assert.deepEqual(dry.reasons, MARKET_REASONS)
  assert.deepEqual(tally(dry, 'came'), CAME)
  assert.deepEqual(await countRows(app.database), before)
})

test('a marketplace moves in with its ids, its terms and its hours', async () => {
  const events = (await countRows(app.database))['public.events']
  const run = await report()
  assert.deepEqual(run.reasons, MARKET_REASONS)
  assert.deepEqual(tally(run, 'came'), CAME)
  assert.equal((await countRows(app.database))['public.events'], events)
  assert.deepEqual(await strayClaims(app.database), [])
  assert.deepEqual(await strayHistory(app.database), [])

  const bookings = await app.database.query(
    'select id, status, cancelled_by, cancellation_reason from bookings order by id',
  )
  const left = { cancelled_by: null, cancellation_reason: null }
  const dropped = { cancelled_by: 'system', cancellation_reason: 'Not confirmed before its start' }
  assert.deepEqual(bookings, [
    { id: marketId('c', 2), status: 'pending', ...left },
    { id: marketId('c', 3), status: 'cancelled', ...dropped },
    { id: marketId('c', 4), status: 'completed', ...left },
    { id: marketId('c', 5), status: 'completed', ...left },
    { id: marketId('c', 13), status: 'cancelled', ...dropped, cancellation_reason: null },
  ])
  const week = await app.database.query(
    'select weekday, minutes::text, time_zone from weekly_hours join schedules using (provider_id) order by weekday',
  )
  assert.deepEqual(week, [
    { weekday: 1, minutes: '[540,1140)', time_zone: 'America/New_York' },
    { weekday: 5, minutes: '[540,600)', time_zone: 'America/New_York' },
  ])
  const beard = (await app.ask('GET', `/v1/services/${marketId('b', 2)}`)).json()
  assert.deepEqual(beard.price, { amount: '20.50', currency: 'USD' })
  assert.deepEqual(beard.weekly_hours.monday, [{ start: '16:00', end: '19:00' }])
})

test('only bookings to come are reminded of, and none in the past', async () => {
  const rows = await app.database.query(
    'select booking_id from reminders where due_at <= now() or booking_id <> $1',
    [marketId('c', 2)],
  )
  assert.deepEqual(rows, [])
  assert.equal((await countRows(app.database))['public.reminders'], 1)
})

test('people sign in with the password they had; who was banned does not, and nobody gets into an account that was here', async () => {
  assert.equal((await logIn('carl@market.example')).status, 200)
  assert.equal((await logIn('banned@market.example')).status, 401)
  assert.equal((await logIn('casey@elsewhere.example')).status, 401)
  assert.equal((await logIn('casey@elsewhere.example', 'correct horse')).status, 200)
})

test('a link for a new password that was sent by the old system still works, once', async () => {
  const body = { token: RESET_TOKEN, password: 'a new one altogether' }
  const confirm = () => app.ask('POST', '/v1/auth/password-reset/confirm', { body })
  assert.deepEqual([(await confirm()).status, (await confirm()).status], [204, 422])
  for (const prefix of ['used-', 'old-', 'far-', 'no-']) {
    const other = { ...body, token: `${prefix}${RESET_TOKEN}` }
    assert.equal((await app.ask('POST', '/v1/auth/password-reset/confirm', { body: other })).status, 422)
  }
})

test('an import that is killed between batches goes on where it was, and writes nothing twice', async () => {
  const many = 400
  await market.query(addBookings(many))
  const done = async () =>
    (await app.database.query<{ count: number }>(`select count(*)::integer as count from bookings`))[0]
      ?.count ?? 0
  const already = await done()
  for (const part of [1, 2]) {
    const { child, ended } = startImport(app.database, [...args(), '--batch-size', '3'])
    while ((await done()) < already + part * 20) await delay(5)
    child.kill('SIGKILL')
    assert.equal((await ended).code, null)
    assert((await done()) < already + many, 'it was killed before its end')
  }
  const killedAt = await done()
  const rest = await report()
  assert.equal(tally(rest, 'came').bookings, already + many - killedAt)
  assert.equal(await done(), already + many)
  assert.deepEqual(await strayClaims(app.database), [])
  assert.deepEqual(await strayHistory(app.database), [])
  const again = await report()
  assert.deepEqual(new Set(Object.values(tally(again, 'came'))), new Set([0]))
  assert.equal(await done(), already + many)
})

test('bookings of the microservice find the people and services that are here by their ids', async () => {
  await using source = await createEmptyDatabase()
  const person = (place: number) => `'${marketId('a', place)}'`
  await source.query(`
    create table bookings (
      id uuid primary key, user_id uuid, provider_id uuid, service_id uuid, start_time timestamp, end_time timestamp,
      status text, created_at timestamp default now()
    )`)
  const row = (place: number, values: string) => `('dddddddd-0000-4000-8000-00000000000${place}', ${values})`
  const usual = `${person(2)}, ${person(1)}, '${marketId('b', 1)}'`
  const slot = `date_trunc('day', now()) + interval '50 days 12 hours'`
  const until = `date_trunc('day', now()) + interval '50 days 13 hours'`
  await source.query(`
    insert into bookings (id, user_id, provider_id, service_id, start_time, end_time, status, created_at) values
      ${row(1, `${usual}, ${slot}, ${until}, 'confirmed', now() - interval '1 hour'`)},
      ${row(2, `${usual}, ${slot}, ${until}, 'pending', now()`)},
      ${row(3, `${usual}, ${until}, ${slot}, 'pending', now()`)},
      ${row(4, `${person(77)}, ${person(1)}, '${marketId('b', 1)}', ${slot}, ${until}, 'pending', now()`)},
      ${row(5, `${usual}, now() - interval '8 days', now() - interval '8 days' + interval '30 minutes', 'no-show', null`)}`)
  const bookings = ['bookings', source.url]
  assert.match((await failedImport(app.database, ...bookings)).message, /names no time zone/)
  const reasons = {
    'bookings slot-taken start': 1,
    'bookings end-before-start end_time': 1,
    'bookings orphan customer': 1,
  }
  for (const more of [['--dry-run'], [], []]) {
    const run = await reportImport(app.database, ...bookings, '--time-zone', 'Asia/Kolkata', ...more)
    assert.deepEqual(run.reasons, reasons)
  }
  const rows = await app.database.query<{ hour: string; price: string; status: string }>(
    `select to_char(starts_at at time zone 'Asia/Kolkata', 'HH24:MI') as hour, price, status
     from bookings where id::text like 'dddddddd%' order by status`,
  )
  assert.deepEqual(
    rows.map(({ status, price }) => [status, Number(price)]),
    [
      ['confirmed', 80],
      ['no_show', 80],
    ],
  )
  assert.equal(rows[0]?.hour, '12:00')
  assert.deepEqual(await strayClaims(app.database), [])
})

test('all that a source lacks is said at once, and nothing is written', async () => {
  await using source = await createEmptyDatabase()
  await source.query('create table profiles (id uuid, first_name text)')
  await source.query('create table services (id integer, title text)')
  const before = await countRows(app.database)
  const { message } = await failedImport(app.database, 'marketplace', source.url, '--time-zone', 'UTC')
  for (const complaint of [
    'There is no table auth.users or users',
    'There is no table bookings',
    'profiles has no column last_name',
    'services.id is integer, which is not read as uuid',
    'services has no column provider_id',
  ]) {
    assert(message.includes(complaint), `${complaint} is not said:\n${message}`)
  }
  assert.deepEqual(await countRows(app.database), before)
})
