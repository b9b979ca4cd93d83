import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { expecting, makeAdmin, openShop, readPages, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
})
after(() => app[Symbol.asyncDispose]())

const urlOf = ({ provider }: Pick<Shop, 'provider'> = shop) => `/v1/providers/${provider.id}/time-off`

const add = (body: object, of = shop, token = of.provider.token) =>
  app.ask('POST', urlOf(of), { token, body })

const versionOf = async ({ provider }: Shop): Promise<number> =>
  (await expecting(200, app.ask('GET', `/v1/providers/${provider.id}/schedule`))).version

const JANUARY_12 = { start: '2026-01-12T00:00:00Z', end: '2026-01-13T00:00:00Z' }

test('time off closes the slots that it overlaps, from the next search on, until it is taken back', async () => {
  const day = 'from=2026-01-12&to=2026-01-13&status=all'
  assert((await shop.slots(day)).every(({ status }) => status === 'available'))
  const version = await versionOf(shop)
  const body = { start: '2026-01-12T10:30:00+01:00', end: '2026-01-12T11:00:00Z', reason: 'Dentist' }
  const response = await add(body)
  const added = await expecting(201, Promise.resolve(response))
  assert.deepEqual(added, {
    id: added.id,
    start: '2026-01-12T09:30:00Z',
    end: '2026-01-12T11:00:00Z',
    reason: 'Dentist',
    schedule_version: version + 1,
    conflicts: [],
    conflict_count: 0,
  })
  assert.equal(response.headers.location, `${urlOf()}/${added.id}`)
  const closed = (await shop.slots(day)).filter(({ reason }) => reason === 'time-off')
  assert.deepEqual(
    closed.map(({ start }) => start.slice(11, 16)),
    ['09:00', '10:00'],
  )
  assertProblem(await shop.book('2026-01-12T10:00:00Z'), 422, 'time-off', { reason: 'time-off' })
  const { token } = shop.provider
  await expecting(204, app.ask('DELETE', `${urlOf()}/${added.id}`, { token }))
  assert((await shop.slots(day)).every(({ status }) => status === 'available'))
  assert.equal(await versionOf(shop), version + 2)
  assertProblem(await app.ask('DELETE', `${urlOf()}/${added.id}`, { token }), 404, 'time-off-not-found')
  assertProblem(await app.ask('GET', `${urlOf()}/${added.id}`), 404, 'time-off-not-found')
  assert.equal(await versionOf(shop), version + 2)
})

test('bookings that it collides with are listed, and stand as they are', async () => {
  const own = await openShop(app)
  const booked: object[] = []
  for (const hour of ['12', '09', '11', '10']) {
    booked.push(await expecting(201, own.book(`2026-01-12T${hour}:00:00Z`)))
  }
  const [noon, nine, eleven, ten] = booked
  const body = { start: '2026-01-12T10:00:00Z', end: '2026-01-12T12:00:00Z' }
  const answer = await expecting(201, add(body, own))
  assert.deepEqual([answer.conflicts, answer.conflict_count, answer.reason], [[ten, eleven], 2, null])
  const later = await expecting(201, add({ ...body, start: '2026-01-12T11:59:59.999Z' }, own))
  assert.deepEqual(later.conflicts, [eleven])
  const { token } = own.customer
  const { data } = await expecting(200, app.ask('GET', '/v1/bookings', { token }))
  assert.deepEqual(data, [nine, ten, eleven, noon])
})

test('at most a hundred bookings are listed, and all are counted', async () => {
  const own = await openShop(app, { service: { duration_minutes: 5 } })
  const starts = (await own.slots('from=2026-01-12&to=2026-01-14')).slice(0, 101).map(({ start }) => start)
  for (const start of starts) await expecting(201, own.book(start))
  const body = { start: '2026-01-12T00:00:00Z', end: '2026-02-01T00:00:00Z' }
  const { conflicts, conflict_count } = await expecting(201, add(body, own))
  assert.deepEqual(
    conflicts.map(({ start }: { start: string }) => start),
    starts.slice(0, 100),
  )
  assert.equal(conflict_count, 101)
})

test('everyone sees when a provider is away; why, only the provider and admins', async () => {
  const own = await openShop(app)
  const { id } = await expecting(201, add({ ...JANUARY_12, reason: 'Surgery' }, own))
  const silent = { id, ...JANUARY_12 }
  const full = { ...silent, reason: 'Surgery' }
  const { token: stranger } = await app.register('provider')
  const { token: admin } = await makeAdmin(app)
  for (const [token, expected] of [
    [undefined, silent],
    [own.customer.token, silent],
    [stranger, silent],
    [own.provider.token, full],
    [admin, full],
  ] as const) {
    assert.deepEqual(await expecting(200, app.ask('GET', `${urlOf(own)}/${id}`, { token })), expected)
    const { data } = await expecting(200, app.ask('GET', urlOf(own), { token }))
    assert.deepEqual(data, [expected])
  }
})

test('it has an ETag of what its reader sees, which changes when that does', async () => {
  const own = await openShop(app)
  const { id } = await expecting(201, add({ ...JANUARY_12, reason: 'Surgery' }, own))
  const one = `${urlOf(own)}/${id}`
  const tagOf = async (url: string, token?: string) =>
    String((await app.ask('GET', url, { token })).headers.etag)
  for (const url of [urlOf(own), one]) {
    const tag = await tagOf(url)
    assert.equal(await tagOf(url, own.customer.token), tag)
    assert.notEqual(await tagOf(url, own.provider.token), tag)
    const known = await app.ask('GET', url, { headers: { 'if-none-match': tag } })
    assert.deepEqual([known.status, known.text], [304, ''])
  }
  const [list, kept] = [await tagOf(urlOf(own)), await tagOf(one)]
  await expecting(201, add({ start: '2026-03-01T00:00:00Z', end: '2026-03-02T00:00:00Z' }, own))
  assert.notEqual(await tagOf(urlOf(own)), list)
  assert.equal(await tagOf(one), kept)
})

test('it is listed by start, then by id, page by page', async () => {
  const own = await openShop(app)
  const ids: string[] = []
  for (const start of ['2026-03-01', '1971-01-01', '2199-12-30', '2026-03-01', '2026-03-01']) {
    const body = { start: `${start}T00:00:00.5Z`, end: `${start}T12:00:00Z` }
    ids.push((await expecting(201, add(body, own))).id)
  }
  const expected = [1, 0, 3, 4, 2].map((index) => ids[index])
  for (const limit of [1, 2, 3, 5]) {
    assert.deepEqual(
      (await readPages(app, urlOf(own), limit)).map(({ id }) => id),
      expected,
    )
  }
  const cursorOf = (...key: unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url')
  for (const cursor of [
    'x',
    cursorOf('x', UNKNOWN),
    cursorOf('1', '2'),
    cursorOf('99999999999999', UNKNOWN),
  ]) {
    assertMalformed(await app.ask('GET', `${urlOf(own)}?cursor=${cursor}`), '/cursor format')
  }
  const far = cursorOf('9999999999999', UNKNOWN)
  assert.deepEqual((await expecting(200, app.ask('GET', `${urlOf(own)}?cursor=${far}`))).data, [])
  assertProblem(await app.ask('GET', `/v1/providers/${UNKNOWN}/time-off`), 404, 'provider-not-found')
})

test('what is no stretch of time is refused, and nothing is written', async () => {
  const counts = await countRows(app.database)
  const { start, end } = JANUARY_12
  assertInvalid(await add({ start: end, end: start }), '/end range-reversed')
  assertInvalid(await add({ start, end: start }), '/end range-reversed')
  assertInvalid(await add({ start, end: '2029-01-15T00:00:00Z' }), '/end range-too-long')
  for (const no of [
    '2026-01-12',
    '2026-01-12T00:00:00',
    '2026-02-30T00:00:00Z',
    '2200-01-01T00:00:00Z',
    '',
  ]) {
    assertMalformed(await add({ start: no, end }), '/start format')
  }
  assertMalformed(
    await add({ end: null, reason: 'x'.repeat(201), id: UNKNOWN }),
    '/start required',
    '/end type',
    '/reason maxLength',
    '/id unknown-field',
  )
  assert.deepEqual(await countRows(app.database), counts)
  await expecting(
    201,
    add({ start, end: '2029-01-14T00:00:00Z', reason: '😀'.repeat(200) }, await openShop(app)),
  )
})

test('only the provider and admins take it and take it back', async () => {
  const own = await openShop(app)
  const { id } = await expecting(201, add(JANUARY_12, own))
  const version = await versionOf(own)
  const other = await openShop(app)
  for (const { token } of [other.provider, own.customer]) {
    assertProblem(await add(JANUARY_12, own, token), 403, 'forbidden')
    assertProblem(await app.ask('DELETE', `${urlOf(own)}/${id}`, { token }), 403, 'forbidden')
  }
  // Under another provider's name it does not exist.
  const elsewhere = await app.ask('DELETE', `${urlOf(other)}/${id}`, { token: other.provider.token })
  assertProblem(elsewhere, 404, 'time-off-not-found')
  assertProblem(await app.ask('GET', `${urlOf(other)}/${id}`), 404, 'time-off-not-found')
  assert.equal(await versionOf(own), version)
  const { token } = await makeAdmin(app)
  const unknown = { provider: { ...own.provider, id: UNKNOWN } }
  assertProblem(await app.ask('POST', urlOf(unknown), { token, body: JANUARY_12 }), 404, 'provider-not-found')
  assertProblem(await app.ask('DELETE', `${urlOf(unknown)}/${id}`, { token }), 404, 'provider-not-found')
  await expecting(204, app.ask('DELETE', `${urlOf(own)}/${id}`, { token }))
  assertMalformed(await app.ask('DELETE', `${urlOf(own)}/1`, { token }), '/time_off_id format')
})

test('there is room for a thousand stretches that are not over', async () => {
  const own = await openShop(app)
  await app.database.query(
    `insert into time_off (id, provider_id, period, created_at)
     select gen_random_uuid(), $1, tstzrange('2026-01-05T07:00Z', '2026-01-05T09:00Z'), now()
     from generate_series(1, 1000)`,
    [own.provider.id],
  )
  assertProblem(await add(JANUARY_12, own), 422, 'too-much-time-off', { limit: 1_000 })
  await expecting(201, add({ start: '2026-01-05T07:00:00Z', end: '2026-01-05T08:00:00Z' }, own))
  app.setNow('2026-01-05T09:00:00Z')
  await expecting(201, add(JANUARY_12, own))
  app.setNow('2026-01-05T08:00:00Z')
})

test('of what is over, the thousand stretches and more that ended last are reckoned with, and all to come', async () => {
  const own = await openShop(app)
  await app.database.query(
    `insert into time_off (id, provider_id, period, created_at)
     select
       gen_random_uuid(),
       $1,
       tstzrange('2026-01-05T00:00Z'::timestamptz - make_interval(days => day), '2026-01-05T01:00Z'::timestamptz - make_interval(days => day)),
       now()
     from generate_series(1, 1999) as day`,
    [own.provider.id],
  )
  const reasonsOn = async (from: string, to: string) => {
    const slots = await own.slots(`from=${from}&to=${to}&status=all`)
    return new Set(slots.map(({ reason }) => reason))
  }
  await expecting(201, add({ start: '2020-01-06T00:00:00Z', end: '2020-01-07T00:00:00Z' }, own))
  assert.deepEqual(await reasonsOn('2020-01-06', '2020-01-07'), new Set(['time-off']))
  await expecting(201, add(JANUARY_12, own))
  assert.deepEqual(await reasonsOn('2020-01-06', '2020-01-07'), new Set(['notice']))
  assert.deepEqual(await reasonsOn('2026-01-12', '2026-01-13'), new Set(['time-off']))
  const { data } = await expecting(200, app.ask('GET', `${urlOf(own)}?limit=1`))
  assert.equal(data[0].start, '2020-01-06T00:00:00Z')
})
