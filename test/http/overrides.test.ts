import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { everyDay, expecting, hours, makeAdmin, openShop, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
})
after(() => app[Symbol.asyncDispose]())

const urlOf = (date: string, id = shop.provider.id) => `/v1/providers/${id}/schedule/overrides/${date}`

const put = (date: string, body: object, headers = {}, token = shop.provider.token) =>
  app.ask('PUT', urlOf(date), { token, body, headers })

const remove = (date: string, headers = {}, token = shop.provider.token) =>
  app.ask('DELETE', urlOf(date), { token, headers })

const schedule = (id = shop.provider.id) => expecting(200, app.ask('GET', `/v1/providers/${id}/schedule`))

const startsOf = async (date: string) => {
  const slots = await shop.slots(`from=${date}T00:00:00Z&to=${date}T23:59:59Z`)
  return slots.map(({ start }) => start.slice(11, 16))
}

test('a date has other hours, and a search shows them at once', async () => {
  await startsOf('2026-01-10')
  const { version } = await schedule()
  const response = await put('2026-01-10', { hours: hours('20:00-22:00', '10:00-11:00'), reason: 'Fair' })
  assert.deepEqual(await expecting(200, Promise.resolve(response)), {
    date: '2026-01-10',
    hours: hours('10:00-11:00', '20:00-22:00'),
    reason: 'Fair',
    schedule_version: version + 1,
    conflicts: [],
    conflict_count: 0,
  })
  assert.equal(response.headers.etag, `"${version + 1}"`)
  assert.deepEqual(await startsOf('2026-01-10'), ['10:00', '20:00', '21:00'])
  await expecting(200, put('2026-01-10', { hours: [] }))
  assert.deepEqual(await startsOf('2026-01-10'), [])
  await expecting(200, remove('2026-01-10'))
  assert.equal((await startsOf('2026-01-10')).length, 8)
})

test('a date of a closed weekday can be opened', async () => {
  const closed = await openShop(app, { weeklyHours: {} })
  const body = { hours: hours('23:00-24:00') }
  await expecting(
    200,
    app.ask('PUT', urlOf('2026-01-11', closed.provider.id), { token: closed.provider.token, body }),
  )
  const [slot] = await closed.slots('from=2026-01-11&to=2026-01-12')
  assert.equal(slot?.start, '2026-01-11T23:00:00Z')
  const booked = await closed.book('2026-01-11T23:00:00Z')
  assert.equal(booked.status, 201, booked.text)
})

test('to delete what is not there changes nothing, not even the version', async () => {
  const { version } = await schedule()
  await expecting(200, remove('2026-01-20'))
  assert.equal((await schedule()).version, version)
})

test('the schedule shows the dates to come, from the provider’s own today on', async () => {
  const { provider } = await openShop(app, { timeZone: 'Pacific/Auckland' })
  const { token, id } = provider
  // It is 21:00 on 5 January there.
  for (const date of ['2026-01-07', '2026-01-04', '2026-01-05', '2199-12-31']) {
    await expecting(200, app.ask('PUT', urlOf(date, id), { token, body: { hours: [], reason: date } }))
  }
  const datesOf = async () => (await schedule(id)).overrides.map(({ date }: { date: string }) => date)
  assert.deepEqual(await datesOf(), ['2026-01-05', '2026-01-07', '2199-12-31'])
  assert.deepEqual((await schedule(id)).overrides[0], { date: '2026-01-05', hours: [], reason: '2026-01-05' })
  app.setNow('2026-01-05T11:00:00Z')
  assert.deepEqual(await datesOf(), ['2026-01-07', '2199-12-31'])
  app.setNow('2026-01-05T08:00:00Z')
})

test('bookings that fall outside are listed, and stand as they are', async () => {
  const { provider, customer, book } = await openShop(app)
  const booked: object[] = []
  for (const start of [
    '2026-01-12T15:00:00Z',
    '2026-01-12T09:00:00Z',
    '2026-01-12T11:00:00Z',
    '2026-01-13T09:00:00Z',
  ]) {
    booked.push(await expecting(201, book(start)))
  }
  const [three, nine, eleven, tomorrow] = booked
  const { token, id } = provider
  const body = { hours: hours('10:00-12:00') }
  const answer = await expecting(200, app.ask('PUT', urlOf('2026-01-12', id), { token, body }))
  assert.deepEqual([answer.conflicts, answer.conflict_count], [[nine, three], 2])
  const week = { time_zone: 'UTC', weekly_hours: everyDay('10:00-17:00') }
  const changed = await expecting(200, app.ask('PUT', `/v1/providers/${id}/schedule`, { token, body: week }))
  assert.deepEqual([changed.conflicts, changed.conflict_count], [[nine, three, tomorrow], 3])
  const { data } = await expecting(200, app.ask('GET', '/v1/bookings', { token: customer.token }))
  assert.deepEqual(data, [nine, eleven, three, tomorrow])
  const { id: cancelled } = nine as { id: string }
  await expecting(200, app.ask('POST', `/v1/bookings/${cancelled}/cancel`, { token, body: {} }))
  const again = await expecting(200, app.ask('PUT', urlOf('2026-01-12', id), { token, body }))
  assert.deepEqual(again.conflicts, [three])
})

test('to give a date its weekday back lists the bookings that only the override had room for', async () => {
  const { provider, book } = await openShop(app)
  const { token, id } = provider
  const url = urlOf('2026-01-12', id)
  await expecting(200, app.ask('PUT', url, { token, body: { hours: hours('09:00-10:00', '20:00-22:00') } }))
  await expecting(201, book('2026-01-12T09:00:00Z'))
  const evening = await expecting(201, book('2026-01-12T20:00:00Z'))
  const removed = await app.ask('DELETE', url, { token })
  const { version } = await schedule(id)
  assert.deepEqual(await expecting(200, Promise.resolve(removed)), {
    date: '2026-01-12',
    schedule_version: version,
    conflicts: [evening],
    conflict_count: 1,
  })
  assert.equal(removed.headers.etag, `"${version}"`)
  const nothing = await expecting(200, app.ask('DELETE', urlOf('2026-01-13', id), { token }))
  assert.deepEqual([nothing.conflicts, nothing.schedule_version], [[], version])
})

test('the version of the schedule guards it', async () => {
  const { version } = await schedule()
  for (const stale of [
    await put('2026-02-01', { hours: [] }, { 'if-match': '"999"' }),
    await remove('2026-02-01', { 'if-match': `"${version - 1}"` }),
  ]) {
    assertProblem(stale, 412, 'version-mismatch', { version })
  }
  assertMalformed(await put('2026-02-01', { hours: [] }, { 'if-match': 'x' }), '/headers/if-match format')
  assert.equal((await schedule()).version, version)
  await expecting(200, put('2026-02-01', { hours: [] }, { 'if-match': `"${version}"` }))
  await expecting(200, remove('2026-02-01', { 'if-match': `"${version + 1}"` }))
  assert.equal((await schedule()).version, version + 2)
})

test('hours that cannot be are refused, each by its place, and nothing is written', async () => {
  const counts = await countRows(app.database)
  assertInvalid(
    await put('2026-02-02', { hours: hours('09:00-12:00', '11:00-13:00', '17:00-09:00', '24:00-24:00') }),
    '/hours/1 overlapping-interval',
    '/hours/2 empty-interval',
    '/hours/3 empty-interval',
  )
  assertMalformed(
    await put('2026-02-02', { hours: [{ start: '24:30', end: '25:00' }, { start: '09:00' }] }),
    '/hours/0/start format',
    '/hours/0/end format',
    '/hours/1/end required',
  )
  assertMalformed(
    await put('2026-02-02', { hour: [], reason: 'x'.repeat(201) }),
    '/hour unknown-field',
    '/hours required',
    '/reason maxLength',
  )
  const many = Array.from({ length: 25 }, (_, hour) => ({ start: `${hour}:00`, end: `${hour}:01` }))
  assert.match((await put('2026-02-02', { hours: many })).text, /maxItems/)
  assertMalformed(await put('2026-02-02', { hours: null, reason: null }), '/hours type', '/reason type')
  assert.deepEqual(await countRows(app.database), counts)
  await expecting(200, put('2026-02-02', { hours: [], reason: '😀'.repeat(200) }))
})

test('a date that does not exist, or in a year that is not reckoned with, is refused', async () => {
  for (const date of [
    '2026-02-30',
    '2026-13-01',
    '2026-1-1',
    '1969-12-31',
    '2200-01-01',
    'today',
    '2026-02-01T00:00:00Z',
  ]) {
    assertMalformed(await put(encodeURIComponent(date), { hours: [] }), '/date format')
    assertMalformed(await remove(encodeURIComponent(date)), '/date format')
  }
  for (const date of ['1970-01-01', '2028-02-29', '2199-12-31']) {
    await expecting(200, put(date, { hours: [] }))
    await expecting(200, remove(date))
  }
})

test('only the provider and admins do it', async () => {
  const stranger = await app.register('provider')
  const { version } = await schedule()
  for (const { token } of [stranger, shop.customer]) {
    assertProblem(await put('2026-02-03', { hours: [] }, {}, token), 403, 'forbidden')
    assertProblem(await remove('2026-02-03', {}, token), 403, 'forbidden')
  }
  assert.equal((await schedule()).version, version)
  const admin = await makeAdmin(app)
  await expecting(200, put('2026-02-03', { hours: [] }, {}, admin.token))
  await expecting(200, remove('2026-02-03', {}, admin.token))
  for (const method of ['PUT', 'DELETE'] as const) {
    const ask = { token: admin.token, ...(method === 'PUT' && { body: { hours: [] } }) }
    assertProblem(await app.ask(method, urlOf('2026-02-03', UNKNOWN), ask), 404, 'provider-not-found')
  }
})

test('there is room for a thousand dates to come', async () => {
  const { provider } = await openShop(app)
  const { token, id } = provider
  await app.database.query(
    `insert into schedule_overrides (provider_id, date)
     select $1, date '2026-01-05' + days from generate_series(0, 999) as days`,
    [id],
  )
  const one = (date: string) => app.ask('PUT', urlOf(date, id), { token, body: { hours: [] } })
  assertProblem(await one('2030-01-01'), 422, 'too-many-overrides', { limit: 1_000 })
  await expecting(200, one('2026-01-05'))
  await expecting(200, one('2026-01-04'))
  await expecting(200, app.ask('DELETE', urlOf('2026-01-06', id), { token }))
  await expecting(200, one('2030-01-01'))
})

test('of the past, the newest thousand dates and more are reckoned with, and all to come', async () => {
  const { provider, serviceId } = await openShop(app)
  const { token, id } = provider
  await app.database.query(
    `insert into schedule_overrides (provider_id, date)
     select $1, date '2026-01-05' - days from generate_series(1, 2000) as days`,
    [id],
  )
  await expecting(200, app.ask('PUT', urlOf('2026-01-12', id), { token, body: { hours: [] } }))
  const hoursOn = async (date: string) => {
    const { slots } = await expecting(
      200,
      app.ask('GET', `/v1/providers/${id}/days/${date}?service_id=${serviceId}`),
    )
    return new Set(slots.map(({ reason }: { reason?: string }) => reason))
  }
  for (const date of ['2026-01-12', '2026-01-04', '2023-04-12', '2020-07-16']) {
    assert.deepEqual(await hoursOn(date), new Set(['override']), date)
  }
  assert.deepEqual(await hoursOn('2020-07-15'), new Set(['notice']))
})
