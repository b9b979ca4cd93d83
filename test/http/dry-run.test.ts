import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { countRows } from './support/row-counts.ts'
import { everyDay, expecting, openShop, type Shop } from './support/shop.ts'

const UNKNOWN = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
let shop: Shop
before(async () => {
  app = await openContractApp()
  shop = await openShop(app, {
    breaks: everyDay('12:00-12:30'),
    service: { min_notice_minutes: 120, daily_limit: 2, cancellation_window_minutes: 60 },
  })
})
after(() => app[Symbol.asyncDispose]())

const ask = (start: string, more: object = {}, url = '/v1/bookings?dry_run=true', headers = {}) =>
  app.ask('POST', url, {
    token: shop.customer.token,
    headers,
    body: { service_id: shop.serviceId, start, ...more },
  })

test('a dry run says what the booking would be, and leaves no trace, not even of its key', async () => {
  const start = '2026-01-06T09:00:00Z'
  const rows = await countRows(app.database)
  const key = { 'idempotency-key': 'dry' }
  const verdict = await expecting(200, ask(start, { notes: 'x' }, undefined, key))
  assert.deepEqual(await countRows(app.database), rows)
  const booking = await expecting(201, ask(start, {}, '/v1/bookings', key))
  const same = Object.fromEntries(Object.keys(verdict).map((name) => [name, booking[name]]))
  assert.deepEqual(verdict, same)
  assert.deepEqual([verdict.status, verdict.cancellable_until], ['confirmed', '2026-01-06T08:00:00Z'])
})

/** Lets the day be another for as long as something takes. */
async function at<T>(now: string, work: () => Promise<T>): Promise<T> {
  app.setNow(now)
  return work().finally(() => app.setNow('2026-01-05T08:00:00Z'))
}

test('a refusal is the one that booking gives, with all that is in the way at once', async () => {
  await expecting(201, ask('2026-01-07T10:00:00Z', {}, '/v1/bookings'))
  await expecting(201, ask('2026-01-07T14:00:00Z', {}, '/v1/bookings'))
  const rows = await countRows(app.database)
  const now = '2026-01-07T09:00:00Z'
  const dry = await at(now, () => ask('2026-01-07T10:00:00Z'))
  const real = await at(now, () => ask('2026-01-07T10:00:00Z', {}, '/v1/bookings'))
  assert.deepEqual(await countRows(app.database), rows)
  const { violations, instance: _, ...rest } = dry.json()
  const { instance: __, ...answer } = real.json()
  assert.deepEqual(rest, answer)
  const codes = violations.map(({ code }: { code: string }) => code)
  assert.equal(codes[0], answer.code)
  assert.deepEqual(codes.toSorted(), ['notice-too-short', 'slot-taken'])
  for (const { code, alternatives } of violations)
    assert.equal(Array.isArray(alternatives), code === 'slot-taken')
})

test('of two things that are wrong both are named', async () => {
  const answer = await at('2026-01-09T11:00:00Z', () => ask('2026-01-09T12:00:00Z'))
  const codes = answer.json().violations.map(({ code }: { code: string }) => code)
  assert.deepEqual(codes.toSorted(), ['in-break', 'notice-too-short'])
})

test('what stands before every rule is all that is named', async () => {
  const start = '2026-01-06T10:00:00Z'
  for (const [more, status, code] of [
    [{ service_id: UNKNOWN }, 404, 'service-not-found'],
    [{ hold_id: UNKNOWN }, 404, 'hold-not-found'],
    [{ customer_id: UNKNOWN }, 403, 'forbidden'],
  ] as const) {
    assertProblem(await ask(start, more), status, code, { violations: [{ code }] })
  }
})

test('a hold is judged and stays', async () => {
  const start = '2026-01-08T09:00:00Z'
  const body = { service_id: shop.serviceId, start }
  const { token } = shop.customer
  const hold = await expecting(201, app.ask('POST', '/v1/holds', { token, body }))
  await expecting(200, ask(start, { hold_id: hold.id }))
  const facts = { service_id: shop.serviceId, start }
  assertProblem(await ask('2026-01-08T10:00:00Z', { hold_id: hold.id }), 422, 'hold-mismatch', {
    ...facts,
    violations: [{ code: 'hold-mismatch', ...facts }],
  })
  assert.equal((await ask(start)).json().code, 'slot-taken')
  const all = await at('2026-01-08T12:00:00Z', () => ask('2026-01-08T11:00:00Z', { hold_id: hold.id }))
  const codes = all.json().violations?.map(({ code }: { code: string }) => code)
  assert.deepEqual(codes, ['hold-mismatch', 'in-the-past'])
  await expecting(200, app.ask('GET', `/v1/holds/${hold.id}`, { token }))
})

test('of a hold of the provider’s own that is on another slot everything is named', async () => {
  const { token } = shop.provider
  const body = { service_id: shop.serviceId, start: '2026-01-09T09:00:00Z' }
  const hold = await expecting(201, app.ask('POST', '/v1/holds', { token, body }))
  const order = { ...body, start: '2026-01-09T14:00:00Z', hold_id: hold.id }
  const answer = await app.ask('POST', '/v1/bookings?dry_run=true', { token, body: order })
  const violations = [{ code: 'hold-mismatch', ...body }, { code: 'own-service' }]
  assertProblem(answer, 422, 'hold-mismatch', { ...body, violations })
})

test('whether it is a dry run is true or false', async () => {
  const rows = await countRows(app.database)
  assertMalformed(await ask('2026-01-06T10:00:00Z', {}, '/v1/bookings?dry_run=yes'), '/dry_run type')
  assert.deepEqual(await countRows(app.database), rows)
  await expecting(201, ask('2026-01-13T10:00:00Z', {}, '/v1/bookings?dry_run=false'))
})
