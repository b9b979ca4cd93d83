import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Unavailable } from '../../src/application/ports/unavailable.ts'
import type { Application } from '../../src/infrastructure/compose.ts'
import { composeTestNode, openTestApp, type TestApp } from '../support/app.ts'
import { openCutOffDatabase } from './support/cut-off-database.ts'
import { assertIsProblem, assertTellsNothing } from './support/problem.ts'
import { openShop, type Shop } from './support/shop.ts'

/** The application again, on another way to a database. */
const composeOn = (databaseUrl: string): Promise<Application> => composeTestNode({ databaseUrl })

const ask = async (
  { app }: Application,
  method: 'GET' | 'POST',
  url: string,
  token?: string,
  payload?: object,
) => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await app.inject({ method, url, headers, ...(payload && { payload }) })
  return { status: response.statusCode, headers: response.headers, text: response.body, json: response.json }
}

const everything = (application: Application, { serviceId, provider, customer }: Shop) => {
  const read = (url: string, token?: string) => () => ask(application, 'GET', url, token)
  const write = (url: string, token: string | undefined, body: object) => () =>
    ask(application, 'POST', url, token, body)
  const person = {
    email: 'ada@example.com',
    password: 'correct horse',
    first_name: 'Ada',
    last_name: 'Byron',
  }
  return [
    read('/v1/services'),
    read(`/v1/services/${serviceId}`),
    read('/v1/providers'),
    read(`/v1/providers/${provider.id}/schedule`),
    read(`/v1/availability?service_id=${serviceId}&from=2026-01-06&to=2026-01-07`),
    read('/v1/bookings', customer.token),
    write('/v1/bookings', customer.token, { service_id: serviceId, start: '2026-01-06T10:00:00Z' }),
    write('/v1/auth/login', undefined, { email: person.email, password: person.password }),
    write('/v1/auth/register', undefined, { ...person, role: 'customer' }),
  ]
}

const assertUnavailable = async (application: Application, shop: Shop) => {
  for (const request of everything(application, shop)) {
    const response = await request()
    assert.equal(response.status, 503, response.text)
    assert.equal(response.json().code, 'unavailable')
    assert.match(String(response.headers['retry-after']), /^[1-9]\d*$/)
    assertIsProblem(response)
    assertTellsNothing(response)
  }
  const health = await ask(application, 'GET', '/health')
  assert.deepEqual([health.status, health.json()], [200, { status: 'ok' }])
  const ready = await ask(application, 'GET', '/ready')
  assert.deepEqual(
    [ready.status, ready.json()],
    [503, { status: 'unavailable', database: 'down', redis: 'memory' }],
  )
}

const countBookings = async ({ database }: TestApp) => (await database.query('select from bookings')).length

test('without its database a server asks to try again, stays alive, is not ready, and recovers by itself', async () => {
  await using testApp = await openTestApp()
  const shop = await openShop(testApp)
  await using way = await openCutOffDatabase(testApp.database.url)
  await using application = await composeOn(way.url)
  const booking = (start: string) =>
    ask(application, 'POST', '/v1/bookings', shop.customer.token, { service_id: shop.serviceId, start })
  assert.equal((await booking('2026-01-06T09:00:00Z')).status, 201)
  assert.equal((await ask(application, 'GET', '/v1/services')).status, 200)

  await way.cut()
  await assertUnavailable(application, shop)
  assert.equal(await countBookings(testApp), 1)

  await way.mend()
  assert.equal((await booking('2026-01-06T10:00:00Z')).status, 201)
  assert.equal((await ask(application, 'GET', '/ready')).status, 200)
  assert.equal((await ask(application, 'GET', '/v1/services')).status, 200)
})

test('an application that is made while its database cannot be reached says so instead of coming up', async () => {
  await using testApp = await openTestApp()
  await using way = await openCutOffDatabase(testApp.database.url)
  await way.cut()
  await assert.rejects(composeOn(way.url), Unavailable)
})
