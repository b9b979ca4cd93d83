import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestUser } from '../support/app.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { addService, expecting, haircut, hours } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let provider: TestUser
before(async () => {
  app = await openContractApp()
  provider = await app.register('provider')
})
after(() => app[Symbol.asyncDispose]())

const create = (changes: object) =>
  app.ask('POST', '/v1/services', { token: provider.token, body: { ...haircut, ...changes } })

const emptyWeek = Object.fromEntries(
  ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [day, []]),
)

test('a service that names only what it must gets the documented terms', async () => {
  const response = await create({})
  const service = await expecting(201, Promise.resolve(response))
  assert.equal(response.headers.location, `/v1/services/${service.id}`)
  assert.equal(response.headers.etag, '"1"')
  assert.deepEqual(service, {
    id: service.id,
    provider_id: provider.id,
    version: 1,
    ...haircut,
    description: '',
    slot_interval_minutes: 60,
    buffer_before_minutes: 0,
    buffer_after_minutes: 0,
    min_notice_minutes: 0,
    max_horizon_days: 365,
    daily_limit: null,
    requires_confirmation: false,
    cancellation_window_minutes: 0,
    reminder_minutes: [10],
    weekly_hours: null,
    images: [],
    is_active: true,
    created_at: '2026-01-05T08:00:00Z',
    updated_at: '2026-01-05T08:00:00Z',
  })
})

test('a service is read as it was made, with every term it can have', async () => {
  const terms = {
    title: 'Colour ✂️',
    description: 'Two hours.',
    category: 'hair',
    price: { amount: '7500', currency: 'JPY' },
    duration_minutes: 5,
    slot_interval_minutes: 1440,
    buffer_before_minutes: 15,
    buffer_after_minutes: 30,
    min_notice_minutes: 525_600,
    max_horizon_days: 730,
    daily_limit: 1000,
    requires_confirmation: true,
    cancellation_window_minutes: 1440,
    reminder_minutes: [10, 1440],
    weekly_hours: { ...emptyWeek, monday: hours('09:00-12:00', '13:00-24:00') },
    images: ['https://example.com/a.png'],
    is_active: true,
  }
  const made = await expecting(201, create(terms))
  const { id, provider_id, version, created_at, updated_at, ...read } = await expecting(
    200,
    app.ask('GET', `/v1/services/${made.id}`),
  )
  assert.deepEqual(read, terms)
  assert.deepEqual([provider_id, version, created_at], [provider.id, 1, updated_at])
})

test('a client that has the version already is told so, in every spelling of it', async () => {
  const id = await addService(app, provider)
  const read = (etag: string) => app.ask('GET', `/v1/services/${id}`, { headers: { 'if-none-match': etag } })
  for (const etag of ['"1"', 'W/"1"', '"7", "1"']) {
    const response = await read(etag)
    assert.deepEqual([response.status, response.text, response.headers.etag], [304, '', '"1"'], etag)
  }
  for (const etag of ['"2"', '1', '"11"']) assert.equal((await read(etag)).status, 200, etag)
})

test('a service that nobody made is not found', async () => {
  assertProblem(await app.ask('GET', `/v1/services/${UNKNOWN}`), 404, 'service-not-found')
  assertMalformed(await app.ask('GET', '/v1/services/1'), '/id format')
})

test('terms outside their bounds are refused, all of them at once', async () => {
  const response = await create({
    title: '',
    category: 'x'.repeat(51),
    description: 'x'.repeat(4001),
    price: { amount: '75,00', currency: 'usd' },
    duration_minutes: 4,
    slot_interval_minutes: 1441,
    buffer_before_minutes: -1,
    buffer_after_minutes: 1441,
    min_notice_minutes: 525_601,
    max_horizon_days: 731,
    daily_limit: 0,
    requires_confirmation: 'yes',
    cancellation_window_minutes: 1.5,
    reminder_minutes: [0],
    weekly_hours: { monday: [{ start: '9:00', end: '25:00' }] },
    images: ['ftp://example.com/a.png'],
    is_active: null,
  })
  assertMalformed(
    response,
    '/title minLength',
    '/category maxLength',
    '/description maxLength',
    '/price/amount pattern',
    '/price/currency pattern',
    '/duration_minutes minimum',
    '/slot_interval_minutes maximum',
    '/buffer_before_minutes minimum',
    '/buffer_after_minutes maximum',
    '/min_notice_minutes maximum',
    '/max_horizon_days maximum',
    '/daily_limit minimum',
    '/requires_confirmation type',
    '/cancellation_window_minutes type',
    '/reminder_minutes/0 minimum',
    '/weekly_hours/monday/0/end format',
    '/weekly_hours/monday/0/start format',
    '/images/0 pattern',
    '/is_active type',
  )
})

test('money has its currency’s own number of digits and is more than nothing', async () => {
  const withPrice = (amount: string, currency: string) => create({ price: { amount, currency } })
  for (const [amount, currency] of [
    ['75', 'USD'],
    ['75.000', 'USD'],
    ['0.00', 'USD'],
    ['75.00', 'JPY'],
  ] as const) {
    assertInvalid(await withPrice(amount, currency), '/price/amount invalid-amount')
  }
  assertInvalid(await withPrice('75.00', 'ZZZ'), '/price/currency unknown-currency')
  await expecting(201, withPrice('0.001', 'KWD'))
})

test('hours of a service that overlap or end before they begin are refused', async () => {
  const weekly_hours = { monday: hours('09:00-12:00', '11:00-13:00'), friday: hours('12:00-12:00') }
  assertInvalid(
    await create({ weekly_hours }),
    '/weekly_hours/monday/1 overlapping-interval',
    '/weekly_hours/friday/0 empty-interval',
  )
})
