import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openTestApp, type TestApp } from '../support/app.ts'

const command = fileURLToPath(new URL('../../src/infrastructure/commands/init-schedules.ts', import.meta.url))

let app: TestApp
before(async () => {
  app = await openTestApp()
})
after(() => app[Symbol.asyncDispose]())

const run = (...args: readonly string[]) => {
  const env = { ...process.env, DATABASE_URL: app.database.url }
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [command, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

const numberOf = async (id: string) => {
  const [row] = await app.database.query<{ number: number }>('select number from auth.users where id = $1', [
    id,
  ])
  return row?.number
}

test('every active provider without hours gets the usual week, once; all others are left alone', async () => {
  const idle = await app.register('provider', 'Europe/Berlin')
  const busy = await app.register('provider')
  const gone = await app.register('provider')
  await app.register('customer')
  const week = { time_zone: 'UTC', weekly_hours: { monday: [{ start: '09:00', end: '10:00' }] } }
  await app.ask('PUT', `/v1/providers/${busy.id}/schedule`, { token: busy.token, body: week })
  await app.database.query('update auth.users set deactivated_at = now() where id = $1', [gone.id])
  const number = await numberOf(idle.id)
  const outputs: string[] = []
  for (const args of [['--dry-run'], [], [], ['--dry-run']]) {
    const { code, stdout, stderr } = await run(...args)
    assert.deepEqual([code, stderr], [0, ''])
    outputs.push(stdout)
  }
  assert.deepEqual(outputs, [
    `Would give provider ${number} the usual week\n1 provider would get the usual week.\n`,
    `Provider ${number} has the usual week\nDone: 1 provider got the usual week.\n`,
    'Nothing to do: every active provider has hours.\n',
    'Nothing to do: every active provider has hours.\n',
  ])
  const { time_zone, weekly_hours } = (await app.ask('GET', `/v1/providers/${idle.id}/schedule`)).json()
  assert.equal(time_zone, 'Europe/Berlin')
  assert.deepEqual(weekly_hours.saturday, [{ start: '07:00', end: '20:00' }])
  assert.deepEqual(weekly_hours.sunday, [{ start: '08:00', end: '16:00' }])
  const untouched = (await app.ask('GET', `/v1/providers/${busy.id}/schedule`)).json()
  assert.deepEqual(untouched.weekly_hours.tuesday ?? [], [])
})

test('it goes through more providers than one page has', async () => {
  await app.database.query(`
    insert into auth.users (id, email, roles, created_at, updated_at)
    select gen_random_uuid(), 'many-' || place || '@example.com', '{provider}', now(), now()
    from generate_series(1, 205) as place
  `)
  await app.database.query(`
    insert into profiles (id, first_name, last_name, created_at, updated_at)
    select id, 'Many', 'Hands', now(), now()
    from auth.users
    where email like 'many-%'
  `)
  const { code, stdout } = await run()
  assert.equal(code, 0)
  assert.match(stdout, /\nDone: 205 providers got the usual week\.\n$/)
  const [row] = await app.database.query<{ count: number }>(
    'select count(*)::integer as count from auth.users where not has_hours(id) and email like $1',
    ['many-%'],
  )
  assert.equal(row?.count, 0)
})

test('a database that is not there is said in a line', async () => {
  const env = { ...process.env, DATABASE_URL: 'postgres://me:hushhush@127.0.0.1:1/x' }
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [command], { env }, (_error, stdout, stderr) => resolve({ stdout, stderr }))
  })
  assert.equal(stdout, '')
  assert.doesNotMatch(stderr, /hushhush|\n\s+at /)
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
})
