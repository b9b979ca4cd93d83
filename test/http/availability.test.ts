import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { everyDay, expecting, hours, openShop, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app)
})
after(() => app[Symbol.asyncDispose]())

const search = (query: string, serviceId = shop.serviceId) =>
  app.ask('GET', `/v1/availability?service_id=${serviceId}&${query}`)

/** `09:00 available`, or `09:00 booked/buffer` with the reason. */
const day = async (of: Shop, date: string) =>
  (await of.slots(`from=${date}T00:00:00Z&to=${date}T23:59:00Z&status=all`)).map(
    ({ start, status, reason }) => `${start.slice(11, 16)} ${status}${reason ? `/${reason}` : ''}`,
  )

test('an answer says of when it is true, whose the slots are, and lists them in order of time', async () => {
  const response = await search('from=2026-01-06T09:00:00Z&to=2026-01-06T11:00:00Z')
  assert.deepEqual(await expecting(200, Promise.resolve(response)), {
    as_of: '2026-01-05T08:00:00Z',
    data: [
      {
        service_id: shop.serviceId,
        provider_id: shop.provider.id,
        time_zone: 'UTC',
        duration_minutes: 60,
        slots: [
          { start: '2026-01-06T09:00:00Z', end: '2026-01-06T10:00:00Z', status: 'available' },
          { start: '2026-01-06T10:00:00Z', end: '2026-01-06T11:00:00Z', status: 'available' },
        ],
      },
    ],
  })
})

test('a slot belongs to the range in which it starts', async () => {
  const starts = async (range: string) => (await shop.slots(range)).map(({ start }) => start.slice(11, 16))
  assert.deepEqual(await starts('from=2026-01-06T09:00:00Z&to=2026-01-06T10:00:00Z'), ['09:00'])
  assert.deepEqual(await starts('from=2026-01-06T09:00:01Z&to=2026-01-06T10:00:01Z'), ['10:00'])
  assert.deepEqual(await starts('from=2026-01-06T10:00:00%2B01:00&to=2026-01-06T11:00:00%2B01:00'), ['09:00'])
})

test('every slot that cannot be booked says why', async () => {
  const busy = await openShop(app, {
    weeklyHours: everyDay('08:00-14:00'),
    breaks: everyDay('11:30-11:45'),
    service: { min_notice_minutes: 60, max_horizon_days: 2, weekly_hours: everyDay('10:00-20:00') },
  })
  await app.database.query(
    `insert into time_off (id, provider_id, period, created_at)
     values (gen_random_uuid(), $1, '[2026-01-06 13:00Z, 2026-01-06 13:10Z)', now())`,
    [busy.provider.id],
  )
  await expecting(201, busy.book('2026-01-06T10:00:00Z'))
  assert.deepEqual(await day(busy, '2026-01-06'), [
    '08:00 unavailable/service-hours',
    '09:00 unavailable/service-hours',
    '10:00 booked/booked',
    '11:00 break/break',
    '12:00 available',
    '13:00 unavailable/time-off',
  ])
  app.setNow('2026-01-05T09:30:00Z')
  assert.deepEqual((await day(busy, '2026-01-05')).slice(2, 5), [
    '10:00 unavailable/notice',
    '11:00 break/break',
    '12:00 available',
  ])
  assert.equal((await day(busy, '2026-01-07'))[2], '10:00 unavailable/horizon')
  app.setNow('2026-01-05T08:00:00Z')
})

test('a full day is daily-limit, and a slot inside a buffer is buffer', async () => {
  const full = await openShop(app, { service: { daily_limit: 1 } })
  await expecting(201, full.book('2026-01-06T09:00:00Z'))
  assert.deepEqual((await day(full, '2026-01-06')).slice(0, 2), [
    '09:00 booked/booked',
    '10:00 unavailable/daily-limit',
  ])
  assert.equal((await day(full, '2026-01-07'))[0], '09:00 available')
  const padded = await openShop(app, { service: { buffer_before_minutes: 30, buffer_after_minutes: 30 } })
  await expecting(201, padded.book('2026-01-06T11:00:00Z'))
  assert.deepEqual((await day(padded, '2026-01-06')).slice(0, 5), [
    '09:00 available',
    '10:00 unavailable/buffer',
    '11:00 booked/booked',
    '12:00 unavailable/buffer',
    '13:00 available',
  ])
})

test('an override takes the place of the weekly hours of its date', async () => {
  const moved = await openShop(app)
  const { id } = moved.provider
  await app.database.query(`insert into schedule_overrides (provider_id, date) values ($1, '2026-01-06')`, [
    id,
  ])
  await app.database.query(
    `insert into override_hours (provider_id, date, minutes) values ($1, '2026-01-06', '[960, 1140)')`,
    [id],
  )
  const slots = await day(moved, '2026-01-06')
  assert.deepEqual(slots.slice(-4), [
    '15:00 unavailable/override',
    '16:00 available',
    '17:00 available',
    '18:00 available',
  ])
  assertProblem(await moved.book('2026-01-06T15:00:00Z'), 422, 'outside-hours', { reason: 'override' })
  await expecting(201, moved.book('2026-01-06T18:00:00Z'))
})

test('only what can be booked is shown unless all is asked for', async () => {
  const half = await openShop(app, { weeklyHours: everyDay('09:00-11:00') })
  await expecting(201, half.book('2026-01-06T09:00:00Z'))
  const range = 'from=2026-01-06&to=2026-01-07'
  assert.equal((await half.slots(range)).length, 1)
  assert.equal((await half.slots(`${range}&status=available`)).length, 1)
  assert.equal((await half.slots(`${range}&status=all`)).length, 2)
})

test('times are written in the zone that is asked for, and dates are its local midnights', async () => {
  const tokyo = await openShop(app, {
    timeZone: 'Asia/Tokyo',
    weeklyHours: { tuesday: hours('00:00-24:00') },
  })
  const own = await expecting(200, search('from=2026-01-06&to=2026-01-07', tokyo.serviceId))
  assert.equal(own.data[0].time_zone, 'Asia/Tokyo')
  assert.equal(own.data[0].slots[0].start, '2026-01-05T15:00:00Z')
  assert.equal(own.data[0].slots.length, 24)
  const asked = await expecting(
    200,
    search('from=2026-01-06&to=2026-01-07&time_zone=Asia/Kolkata', tokyo.serviceId),
  )
  assert.equal(asked.data[0].time_zone, 'Asia/Kolkata')
  assert.equal(asked.data[0].slots.length, 20)
  assert.deepEqual(asked.data[0].slots[0], {
    start: '2026-01-06T00:30:00+05:30',
    end: '2026-01-06T01:30:00+05:30',
    status: 'available',
  })
  const mixed = await expecting(200, search('from=2026-01-06&to=2026-01-05T17:00:00Z', tokyo.serviceId))
  assert.equal(mixed.data[0].slots.length, 2)
})

test('a range is in order and at most 62 days long', async () => {
  assertInvalid(await search('from=2026-01-06&to=2026-01-06'), '/to range-reversed')
  assertInvalid(await search('from=2026-01-07&to=2026-01-06'), '/to range-reversed')
  await expecting(200, search('from=2026-01-06&to=2026-03-09'))
  assertInvalid(await search('from=2026-01-06&to=2026-03-10'), '/to range-too-long')
  assertInvalid(await search('from=2026-01-06T00:00:00Z&to=2026-03-09T00:00:01Z'), '/to range-too-long')
  assertInvalid(await search('from=1970-01-01&to=2199-12-31'), '/to range-too-long')
})

test('what is no search is refused', async () => {
  assertMalformed(
    await app.ask('GET', '/v1/availability'),
    '/from required',
    '/service_id required',
    '/to required',
  )
  assertMalformed(await search('from=2026-01-06T09:00:00&to=2026-02-30'), '/from format', '/to format')
  assertMalformed(await search('from=2026-01-06&to=2026-01-07&status=booked'), '/status enum')
  assertMalformed(await search('from=2026-01-06&to=2026-01-07', 'mine'), '/service_id/0 format')
  assertInvalid(await search('from=2026-01-06&to=2026-01-07&time_zone=Mars'), '/time_zone unknown-time-zone')
  assertProblem(await search('from=2026-01-06&to=2026-01-07', UNKNOWN), 404, 'service-not-found', {
    service_ids: [UNKNOWN],
  })
})
