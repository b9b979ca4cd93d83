import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertProblem } from './support/problem.ts'
import { everyDay, expecting, hours, openShop, type Shop } from './support/shop.ts'

const NOW = '2026-01-05T08:00:00Z'
const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp(NOW)
  shop = await openShop(app, {
    weeklyHours: { monday: hours('00:00-24:00'), tuesday: hours('09:00-17:00') },
    breaks: { tuesday: hours('12:00-12:30') },
    service: { slot_interval_minutes: 30, min_notice_minutes: 120, max_horizon_days: 14, daily_limit: 1 },
  })
})
after(() => app[Symbol.asyncDispose]())

interface Refusal {
  readonly start: string
  readonly code: string
  readonly facts?: object
}

const refusals: Readonly<Record<string, Refusal>> = {
  'a start before now': { start: '2026-01-05T07:30:00Z', code: 'in-the-past', facts: { now: NOW } },
  'a start years ago': { start: '1999-01-05T09:00:00Z', code: 'in-the-past', facts: { now: NOW } },
  'a start off the grid': {
    start: '2026-01-06T09:10:00Z',
    code: 'off-grid',
    facts: { slot_interval_minutes: 30 },
  },
  'a start between two minutes': {
    start: '2026-01-06T09:00:30Z',
    code: 'off-grid',
    facts: { slot_interval_minutes: 30 },
  },
  'a slot that ends after closing time': { start: '2026-01-06T16:30:00Z', code: 'outside-hours' },
  'a slot before opening time': { start: '2026-01-06T08:30:00Z', code: 'outside-hours' },
  'a weekday without hours': {
    start: '2026-01-07T09:00:00Z',
    code: 'outside-hours',
    facts: { reason: 'day-off' },
  },
  'a slot that runs into a break': {
    start: '2026-01-06T11:30:00Z',
    code: 'in-break',
    facts: { reason: 'break' },
  },
  'a start within the notice': {
    start: '2026-01-05T09:30:00Z',
    code: 'notice-too-short',
    facts: { reason: 'notice', earliest_start: '2026-01-05T10:00:00Z', now: NOW },
  },
  'a start beyond the horizon': {
    start: '2026-01-20T09:00:00Z',
    code: 'beyond-horizon',
    facts: { reason: 'horizon', latest_start: '2026-01-19T08:00:00Z', now: NOW },
  },
}

for (const [name, { start, code, facts }] of Object.entries(refusals)) {
  test(`${name} is refused as ${code} with its facts`, async () => {
    assertProblem(await shop.book(start), 422, code, facts)
  })
}

test('what the facts of a refusal offer can be booked', async () => {
  const generous = await openShop(app, {
    weeklyHours: everyDay('00:00-24:00'),
    service: { min_notice_minutes: 120, max_horizon_days: 14 },
  })
  const early = (await generous.book('2026-01-05T09:00:00Z')).json()
  await expecting(201, generous.book(early.earliest_start))
  const late = (await generous.book('2026-01-19T09:00:00Z')).json()
  await expecting(201, generous.book(late.latest_start))
})

test('the bookings of a local day are counted up to the limit', async () => {
  const full = { reason: 'daily-limit', daily_limit: 1 }
  const { id } = await expecting(201, shop.book('2026-01-06T09:00:00Z'))
  assertProblem(await shop.book('2026-01-06T14:00:00Z'), 422, 'daily-limit-reached', full)
  await expecting(200, app.ask('POST', `/v1/bookings/${id}/cancel`, { token: shop.customer.token }))
  await expecting(201, shop.book('2026-01-06T14:00:00Z'))
})

test('a slot outside the service’s own hours, in time off or overridden is refused with the reason', async () => {
  const narrow = await openShop(app, { service: { weekly_hours: everyDay('10:00-12:00') } })
  const reason = 'service-hours'
  assertProblem(await narrow.book('2026-01-06T09:00:00Z'), 422, 'outside-hours', { reason })
  const { id } = shop.provider
  const period = '[2026-01-13 10:00Z, 2026-01-13 11:00Z)'
  await app.database.query(
    'insert into time_off (id, provider_id, period, created_at) values (gen_random_uuid(), $1, $2, now())',
    [id, period],
  )
  await app.database.query(`insert into schedule_overrides (provider_id, date) values ($1, '2026-01-12')`, [
    id,
  ])
  await app.database.query('update schedules set version = version + 1 where provider_id = $1', [id])
  assertProblem(await shop.book('2026-01-13T10:30:00Z'), 422, 'time-off', { reason: 'time-off' })
  assertProblem(await shop.book('2026-01-12T10:00:00Z'), 422, 'outside-hours', { reason: 'override' })
})

test('providers do not book their own services, and nobody one that there is not', async () => {
  const ask = (token: string, service_id: string) =>
    app.ask('POST', '/v1/bookings', { token, body: { service_id, start: '2026-01-06T14:00:00Z' } })
  assertProblem(await ask(shop.provider.token, shop.serviceId), 422, 'own-service')
  assertProblem(await ask(shop.customer.token, UNKNOWN), 404, 'service-not-found')
})

test('a schedule or a service that has just changed is what a booking is judged by', async () => {
  const moved = await openShop(app)
  await expecting(201, moved.book('2026-01-06T09:00:00Z'))
  const { id, token } = moved.provider
  const body = { time_zone: 'UTC', weekly_hours: everyDay('12:00-20:00') }
  await expecting(200, app.ask('PUT', `/v1/providers/${id}/schedule`, { token, body }))
  assertProblem(await moved.book('2026-01-06T10:00:00Z'), 422, 'outside-hours')
  assert.equal((await expecting(201, moved.book('2026-01-06T19:00:00Z'))).service_version, 1)
  await expecting(
    200,
    app.ask('PATCH', `/v1/services/${moved.serviceId}`, { token, body: { daily_limit: 9 } }),
  )
  assert.equal((await expecting(201, moved.book('2026-01-06T18:00:00Z'))).service_version, 2)
})
