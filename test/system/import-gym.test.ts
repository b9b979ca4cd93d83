import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { UsageError } from '../../src/infrastructure/commands/command.ts'
import { readImportOptions } from '../../src/infrastructure/import/options.ts'
import { countRows } from '../http/support/row-counts.ts'
import type { TestApp } from '../support/app.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { createGym, GYM_PASSWORD, GYM_REASONS } from './import/gym-source.ts'
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
let gym: TestDatabase
before(async () => {
  app = await openInhabitedApp()
  gym = await createGym()
})
after(async () => {
  await gym[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

const options = ['--time-zone', 'Europe/Berlin', '--currency', 'EUR', '--batch-size', '4']
const report = (...more: string[]) =>
  reportImport(app.database, 'trainer-booking', gym.url, ...options, ...more)
const one = async (text: string, ...values: unknown[]) =>
  (await app.database.query<Record<string, unknown>>(text, values))[0]
const sequences = () =>
  one(
    'select (select last_value from auth.users_number_seq) as users, (select last_value from bookings_number_seq) as bookings',
  )

const CAME = {
  trainers: 3,
  members: 4,
  'trainers (services)': 3,
  trainer_schedules: 1,
  training_sessions: 5,
}

test('a dry run says what would come and what could not, and leaves nothing', async () => {
  const before = [await countRows(app.database), await sequences()]
  const dry = await report('--dry-run')
  assert.deepEqual(dry.reasons, GYM_REASONS)
  assert.deepEqual(tally(dry, 'came'), CAME)
  assert.match(dry.stdout, /nothing was written/)
  assert.deepEqual([await countRows(app.database), await sequences()], before)
})

test('a gym moves in, and what cannot is told by table, reason and field', async () => {
  const events = (await countRows(app.database))['public.events']
  const run = await report()
  assert.deepEqual(run.reasons, GYM_REASONS)
  assert.deepEqual(tally(run, 'came'), CAME)
  assert.deepEqual(await strayClaims(app.database), [])
  assert.deepEqual(await strayHistory(app.database), [])
  assert.equal((await countRows(app.database))['public.events'], events, 'no event tells of what moved in')
})

test('nothing is written twice', async () => {
  const before = await countRows(app.database)
  const run = await report()
  assert.deepEqual(tally(run, 'known'), CAME)
  assert.deepEqual(Object.values(tally(run, 'came')), [0, 0, 0, 0, 0])
  assert.deepEqual(await countRows(app.database), before)
})

test('trainers, members and sessions keep their integers, and whoever comes later gets higher ones', async () => {
  const numbers = await app.database.query<{ number: number }>(
    `select number from auth.users where email like '%@gym.example' order by email`,
  )
  // Ben, free lunch, mia, the namesake of trainer 901, otto, root, tina.
  assert.deepEqual(
    numbers.map(({ number }) => (number > 905 ? 'higher' : number)),
    [502, 904, 501, 'higher', 902, 505, 901],
  )
  const sessions = await app.database.query<{ number: string; status: string; price: string }>(
    'select number, status, price from bookings order by number',
  )
  assert.deepEqual(
    sessions.map(({ number, status, price }) => [Number(number), status, Number(price)]),
    [
      [7001, 'confirmed', 75],
      [7003, 'completed', 75],
      [7007, 'cancelled', 75],
      [7011, 'confirmed', 37.5],
      [7013, 'no_show', 75],
    ],
  )
  const later = await app.register('customer')
  const row = await one('select number from auth.users where id = $1', later.id)
  assert(Number(row?.number) > 905)
})

test('hours follow each other as one, a break stays a break, and the zone is the one that was named', async () => {
  const rows = await app.database.query(
    `select weekday, minutes::text, 'hours' as kind from weekly_hours
     union all select weekday, minutes::text, 'break' from weekly_breaks order by kind, weekday`,
  )
  assert.deepEqual(rows, [
    { weekday: 1, minutes: '[660,720)', kind: 'break' },
    { weekday: 1, minutes: '[540,780)', kind: 'hours' },
    { weekday: 7, minutes: '[480,540)', kind: 'hours' },
  ])
  assert.equal((await one(`select time_zone from schedules limit 1`))?.time_zone, 'Europe/Berlin')
})

test('whoever moved in signs in with the old password, finds the session, and may cancel it', async () => {
  const body = { email: 'mia@gym.example', password: GYM_PASSWORD }
  const signedIn = await app.ask('POST', '/v1/auth/login', { body })
  assert.equal(signedIn.status, 200)
  const hash = await one(`select password_hash from auth.users where email = 'mia@gym.example'`)
  assert.match(String(hash?.password_hash), /^\$argon2id\$/)

  const [session] = await app.database.query<{ id: string; service_id: string; starts_at: Date }>(
    'select id, service_id, starts_at from bookings where number = 7001',
  )
  assert(session)
  const start = session.starts_at.toISOString()
  const book = async () => {
    const { token } = await app.register('customer')
    return app.ask('POST', '/v1/bookings', { token, body: { service_id: session.service_id, start } })
  }
  const taken = await book()
  assert.deepEqual([taken.status, taken.json().code], [409, 'slot-taken'])
  const reminders = 'select minutes_before from reminders where booking_id = $1'
  assert.deepEqual(await app.database.query(reminders, [session.id]), [{ minutes_before: 10 }])

  const { access_token: token } = signedIn.json()
  const cancelled = await app.ask('POST', `/v1/bookings/${session.id}/cancel`, { token, body: {} })
  assert.deepEqual([cancelled.status, cancelled.json().status], [200, 'cancelled'])
  assert.equal((await book()).status, 201)
  assert.deepEqual(await strayClaims(app.database), [])
})

test('an account that was here is nobody else by an import', async () => {
  const body = { email: 'casey@elsewhere.example', password: GYM_PASSWORD }
  assert.equal((await app.ask('POST', '/v1/auth/login', { body })).status, 401)
  const root = await one(`select roles, password_hash from auth.users where email = 'root@gym.example'`)
  assert.deepEqual(root, { roles: ['customer'], password_hash: null })
})

test('what cannot be understood is said with the mend, before anything is opened', async () => {
  const { url } = gym
  const mistakes: [string[], RegExp][] = [
    [[], /^<kind> has to be one of marketplace, bookings, trainer-booking/],
    [['salon', url], /^<kind>/],
    [['trainer-booking'], /^<source> has to be a URL/],
    [['trainer-booking', 'mysql://x/y'], /^<source> has to be a URL/],
    [['trainer-booking', url, url], /one argument too many/],
    [['trainer-booking', url, '--time-zone', 'Mars/Olympus'], /^--time-zone Mars\/Olympus is no IANA/],
    [['trainer-booking', url, '--currency', 'EURO'], /^--currency EURO is no ISO 4217/],
    [['trainer-booking', url, '--batch-size', '0'], /^--batch-size/],
    [['trainer-booking', url, '--name', ' '], /^--name/],
    [['trainer-booking', url, '--report', ''], /^--report/],
    [['trainer-booking', url, '--nonsense'], /^Unknown option '--nonsense'/],
  ]
  for (const [args, message] of mistakes) {
    assert.throws(
      () => readImportOptions(args),
      (error: Error) => error instanceof UsageError && message.test(error.message),
      args.join(' '),
    )
  }
})

test('what the source does not say has to be said, and nobody moves in with themselves', async () => {
  const before = await countRows(app.database)
  const failures = [
    await failedImport(app.database, 'trainer-booking', gym.url, '--currency', 'EUR'),
    await failedImport(app.database, 'trainer-booking', gym.url, '--time-zone', 'Europe/Berlin'),
    await failedImport(gym, 'trainer-booking', gym.url, ...options),
  ]
  const said = [/give --time-zone/, /give --currency/, /is the database to move into/]
  for (const [place, error] of failures.entries()) {
    assert(error instanceof UsageError)
    assert.match(error.message, said[place] as RegExp)
  }
  assert.deepEqual(await countRows(app.database), before)
})

test('the command tells by its exit code whether all came, some could not, or it was not understood', async () => {
  const some = await startImport(app.database, ['trainer-booking', gym.url, ...options]).ended
  assert.deepEqual([some.code, some.stderr], [3, ''])
  assert.match(some.stdout, /^training_sessions: 14 of 14, 100 %.*\(5 were here, 9 could not come\)$/m)
  const nothing = await startImport(app.database, ['trainer-booking', gym.url]).ended
  assert.deepEqual([nothing.code, nothing.stdout], [2, ''])
  await using empty = await createEmptyDatabase()
  const other = await startImport(app.database, ['bookings', empty.url]).ended
  assert.deepEqual([other.code, other.stdout], [1, ''])
  await empty.query(`create table bookings (
    id uuid, user_id uuid, provider_id uuid, service_id uuid, start_time timestamptz, end_time timestamptz, status text
  )`)
  const all = await startImport(app.database, ['bookings', empty.url]).ended
  assert.deepEqual([all.code, all.stderr], [0, ''])
})
