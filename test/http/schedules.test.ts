import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestUser } from '../support/app.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { everyDay, expecting, hours, makeAdmin, readPages } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let provider: TestUser
before(async () => {
  app = await openContractApp()
  provider = await app.register('provider', 'Europe/Berlin')
})
after(() => app[Symbol.asyncDispose]())

const url = (id = provider.id) => `/v1/providers/${id}/schedule`

const put = (body: object, headers = {}, token = provider.token) =>
  app.ask('PUT', url(), { token, body, headers })

const berlin = (weekly_hours: object, breaks?: object) => ({
  time_zone: 'Europe/Berlin',
  weekly_hours,
  ...(breaks && { breaks }),
})

const read = () => expecting(200, app.ask('GET', url()))

test('a week is read as it was put, in order, with the days that were left out closed', async () => {
  const lunch = [{ start: '12:00', end: '13:00', label: 'Lunch' }]
  const week = { monday: hours('13:00-17:00', '09:00-12:00'), sunday: hours('00:00-24:00') }
  const { version } = await read()
  const response = await put(berlin(week, { monday: lunch, sunday: hours('23:00-24:00') }))
  const schedule = await expecting(200, Promise.resolve(response))
  const closed = { ...everyDay(), monday: hours('09:00-12:00', '13:00-17:00'), sunday: hours('00:00-24:00') }
  assert.deepEqual(schedule, {
    provider_id: provider.id,
    version: version + 1,
    time_zone: 'Europe/Berlin',
    weekly_hours: closed,
    breaks: { ...everyDay(), monday: lunch, sunday: hours('23:00-24:00') },
    overrides: [],
    conflicts: [],
    conflict_count: 0,
  })
  assert.equal(response.headers.etag, `"${version + 1}"`)
  const { conflicts, conflict_count, ...recorded } = schedule
  assert.deepEqual(await read(), recorded)
})

test('intervals may touch', async () => {
  await expecting(200, put(berlin({ monday: hours('09:00-12:00', '12:00-17:00') })))
})

test('another week takes the place of the whole week before it, breaks and zone as well', async () => {
  await expecting(200, put(berlin(everyDay('09:00-17:00'), everyDay('12:00-13:00'))))
  await expecting(200, put({ time_zone: 'UTC', weekly_hours: {} }))
  const { time_zone, weekly_hours, breaks } = await read()
  assert.deepEqual([time_zone, weekly_hours, breaks], ['UTC', everyDay(), everyDay()])
})

test('a client that has the version already is told so, and a stale one changes nothing', async () => {
  const { version } = await read()
  const known = await app.ask('GET', url(), { headers: { 'if-none-match': `"${version}"` } })
  assert.deepEqual([known.status, known.text], [304, ''])
  const week = berlin(everyDay('09:00-17:00'))
  assertProblem(await put(week, { 'if-match': '"999"' }), 412, 'version-mismatch', { version })
  assertMalformed(await put(week, { 'if-match': 'three' }), '/headers/if-match format')
  assert.equal((await read()).version, version)
  await expecting(200, put(week, { 'if-match': `"${version}"` }))
})

test('everything that is wrong with a week is named at once', async () => {
  const week = {
    time_zone: 'Mars/Olympus',
    weekly_hours: { monday: hours('09:00-12:00', '11:00-13:00'), tuesday: hours('17:00-09:00') },
    breaks: { friday: hours('12:00-12:00'), sunday: hours('12:00-13:00', '12:30-12:45') },
  }
  const { version } = await read()
  assertInvalid(
    await put(week),
    '/time_zone unknown-time-zone',
    '/weekly_hours/monday/1 overlapping-interval',
    '/weekly_hours/tuesday/0 empty-interval',
    '/breaks/friday/0 empty-interval',
    '/breaks/sunday/1 overlapping-interval',
  )
  assert.equal((await read()).version, version)
})

test('what is no wall time is refused', async () => {
  for (const end of ['25:00', '24:01', '9:00', '09:60', '09:00:00', '', '09:00Z', 1020, null]) {
    const response = await put(berlin({ monday: [{ start: '08:00', end }] }))
    const code = typeof end === 'string' ? 'format' : 'type'
    assertMalformed(response, `/weekly_hours/monday/0/end ${code}`)
  }
  assertInvalid(await put(berlin({ monday: hours('24:00-24:00') })), '/weekly_hours/monday/0 empty-interval')
})

test('a week has seven days, and a day has intervals of a start and an end', async () => {
  assertMalformed(
    await put(
      berlin({
        funday: [],
        monday: [{ start: '09:00' }],
        tuesday: {},
        friday: [{ ...hours('09:00-10:00')[0], label: 'x' }],
      }),
    ),
    '/weekly_hours/funday unknown-field',
    '/weekly_hours/monday/0/end required',
    '/weekly_hours/tuesday type',
    '/weekly_hours/friday/0/label unknown-field',
  )
  const many = Array.from({ length: 25 }, () => ({ start: '09:00', end: '10:00' }))
  assertMalformed(await put(berlin({ monday: many })), '/weekly_hours/monday maxItems')
  assertMalformed(await put({ breaks: {} }), '/time_zone required', '/weekly_hours required')
})

test('only the provider and admins set when a provider works', async () => {
  const stranger = await app.register('provider')
  const week = berlin(everyDay('10:00-11:00'))
  const { version } = await read()
  assertProblem(await put(week, {}, stranger.token), 403, 'forbidden')
  assertProblem(await put(week, {}, (await app.register('customer')).token), 403, 'forbidden')
  assert.equal((await read()).version, version)
  const admin = await makeAdmin(app)
  await expecting(200, put(week, {}, admin.token))
  const unknown = await app.ask('PUT', url(UNKNOWN), { token: admin.token, body: week })
  assertProblem(unknown, 404, 'provider-not-found')
  assertProblem(await app.ask('GET', url(UNKNOWN)), 404, 'provider-not-found')
})

test('providers are listed by number, page by page, without what is private', async () => {
  for (let count = 0; count < 4; count++) await app.register('provider')
  const all = await readPages(app, '/v1/providers', 100)
  const numbers = all.map((row) => (row as { id: string; number?: number }).number ?? 0)
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => a - b),
  )
  assert(all.some(({ id }) => id === provider.id) && all.length >= 5)
  for (const limit of [1, 2, 5]) assert.deepEqual(await readPages(app, '/v1/providers', limit), all)
  const one = await expecting(200, app.ask('GET', `/v1/providers/${provider.id}`))
  assert.deepEqual(Object.keys(one).sort(), ['first_name', 'id', 'last_name', 'number', 'time_zone'])
  assert.deepEqual(
    all.find(({ id }) => id === provider.id),
    one,
  )
  for (const cursor of ['x', Buffer.from('["x","y"]').toString('base64url')]) {
    assertMalformed(await app.ask('GET', `/v1/providers?cursor=${cursor}`), '/cursor format')
  }
})

test('a provider who is deactivated is not found', async () => {
  const gone = await app.register('provider')
  await app.database.query('update auth.users set deactivated_at = now() where id = $1', [gone.id])
  assertProblem(await app.ask('GET', `/v1/providers/${gone.id}`), 404, 'provider-not-found')
  assert(!(await readPages(app, '/v1/providers', 100)).some(({ id }) => id === gone.id))
})
