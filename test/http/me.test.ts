import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { escapeIdentifier } from 'pg'
import { everythingIsReadable } from '../support/database.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { expecting, makeAdmin, openShop, type Shop } from './support/shop.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const change = (token: string, body: object, headers: Record<string, string> = {}) =>
  app.ask('PATCH', '/v1/me', { token, body, headers })

/** Someone who can be told from everyone else by every word. */
const person = {
  email: 'Wilhelmina.Quux@example.com',
  password: 'correct horse',
  first_name: 'Wilhelmina',
  last_name: 'Quuxington',
  phone_number: '+1 555 0199 77',
  address: '99 Zanzibar Lane',
}
const TRACES = ['quux', 'wilhelmina', '0199 77', 'zanzibar', 'xylophone']

const openPerson = async (role: string) =>
  expecting(201, app.ask('POST', '/v1/auth/register', { body: { ...person, role } }))

/** Where in the database a text is found, in whatever case. */
async function findTraces(text: string): Promise<string[]> {
  const tables = await app.database.query<{ schema: string; name: string }>(
    `select schemaname as schema, tablename as name
     from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const found: string[] = []
  for (const { schema, name } of tables) {
    const rows = await app.database.query<{ row: string }>(
      `select found::text as row
       from ${escapeIdentifier(schema)}.${escapeIdentifier(name)} as found
       where strpos(lower(found::text), $1) > 0`,
      [text],
    )
    found.push(...rows.map(({ row }) => `${schema}.${name}: ${row}`))
  }
  return found
}

test('one reads oneself, with the version', async () => {
  const { id, email, token } = await app.register('customer')
  const answer = await app.ask('GET', '/v1/me', { token })
  assert.equal(answer.headers.etag, '"1"')
  const { user, profile } = answer.json()
  assert.deepEqual([user.id, user.email, profile.id, profile.first_name], [id, email, id, 'Ada'])
  const known = { 'if-none-match': '"1"' }
  assert.equal((await app.ask('GET', '/v1/me', { token, headers: known })).status, 304)
})

test('what is left out of a change stays, null takes away, and the version is minded', async () => {
  const { token } = await app.register('customer')
  const first = await change(token, { phone_number: '+1 555', time_zone: 'Asia/Tokyo' })
  assert.equal(first.headers.etag, '"2"')
  const { profile } = await expecting(200, change(token, { phone_number: null, last_name: 'Lovelace' }))
  assert.deepEqual(
    [profile.first_name, profile.last_name, profile.phone_number, profile.time_zone],
    ['Ada', 'Lovelace', null, 'Asia/Tokyo'],
  )
  assertProblem(await change(token, { first_name: 'Eve' }, { 'if-match': '"2"' }), 412, 'version-mismatch', {
    version: 3,
  })
  assert.equal((await change(token, { last_name: 'Lovelace' })).headers.etag, '"3"')
})

test('nobody makes more of oneself than a profile', async () => {
  const { token } = await app.register('customer')
  for (const field of ['id', 'email', 'roles', 'is_active', 'password_hash', 'version']) {
    assertMalformed(await change(token, { first_name: 'Eve', [field]: 'x' }), `/${field} unknown-field`)
  }
  assertMalformed(await change(token, {}), ' minProperties')
  assertMalformed(await change(token, { first_name: '' }), '/first_name minLength')
  assertInvalid(await change(token, { time_zone: 'Mars/Olympus' }), '/time_zone unknown-time-zone')
})

const start = '2026-01-06T10:00:00Z'
const said = { notes: 'Wilhelmina here, xylophone lesson', metadata: { phone: '+1 555 0199 77' } }

const bookAs = (shop: Shop, token: string, at: string, body: object = said) =>
  app.ask('POST', '/v1/bookings', {
    token,
    headers: { 'idempotency-key': `book ${at}` },
    body: { service_id: shop.serviceId, start: at, ...body },
  })

/** A call to the provider's own endpoint that told of a booking. */
async function deliver({ provider }: Shop, bookingId: string, reason: string): Promise<void> {
  const body = { url: 'https://salon.example.com/', types: ['booking.cancelled'] }
  const { id } = await expecting(201, app.ask('POST', '/v1/webhooks', { token: provider.token, body }))
  const sent = JSON.stringify({ type: 'booking.cancelled', data: { cancellation_reason: reason } })
  await app.database.query(
    'insert into webhook_lanes (endpoint_id, lane) values ($1, 0) on conflict do nothing',
    [id],
  )
  await app.database.query(
    `insert into webhook_deliveries (id, endpoint_id, lane, event_id, event_type, subject_id, body, status, created_at)
     values (gen_random_uuid(), $1, 0, gen_random_uuid(), 'booking.cancelled', $2, $3, 'delivered', now())`,
    [id, bookingId, sent],
  )
}

test('an erased customer leaves nothing that identifies, and the books stay', async () => {
  const shop = await openShop(app)
  const { access_token: token, refresh_token, user } = await openPerson('customer')
  const past = await expecting(201, bookAs(shop, token, start))
  const coming = await expecting(201, bookAs(shop, token, '2026-01-08T10:00:00Z'))
  const cancelled = await expecting(201, bookAs(shop, token, '2026-01-09T10:00:00Z'))
  const reason = { body: { reason: 'Wilhelmina has a xylophone concert' } }
  const { token: providerToken } = shop.provider
  const cancel = { ...reason, token: providerToken, headers: { 'idempotency-key': 'cancel' } }
  await expecting(200, app.ask('POST', `/v1/bookings/${cancelled.id}/cancel`, cancel))
  await expecting(201, app.ask('POST', '/v1/events/tickets', { token }))
  const endpoint = {
    url: 'https://wilhelmina.example.com/',
    types: ['booking.cancelled'],
    description: 'Xylophone',
  }
  await expecting(201, app.ask('POST', '/v1/webhooks', { token, body: endpoint }))
  await deliver(shop, cancelled.id, 'Wilhelmina has a xylophone concert')
  const hold = { token, body: { service_id: shop.serviceId, start: '2026-01-10T10:00:00Z' } }
  await expecting(201, app.ask('POST', '/v1/holds', hold))
  const forgotten = await app.ask('POST', '/v1/auth/password-reset', { body: { email: person.email } })
  assert.equal(forgotten.status, 202)
  for (const trace of TRACES) assert.notDeepEqual(await findTraces(trace), [], trace)
  app.setNow('2026-01-06T12:00:00Z')

  await expecting(204, app.ask('DELETE', '/v1/me', { token }))
  app.setNow('2026-01-05T08:00:00Z')
  for (const trace of TRACES) assert.deepEqual(await findTraces(trace), [], trace)
  assertProblem(await app.ask('GET', '/v1/me', { token }), 401, 'unauthenticated')
  const refreshed = await app.ask('POST', '/v1/auth/refresh', { body: { refresh_token } })
  assertProblem(refreshed, 401, 'invalid-refresh-token')
  const read = (id: string) => expecting(200, app.ask('GET', `/v1/bookings/${id}`, { token: providerToken }))
  const kept = await read(past.id)
  assert.deepEqual([kept.status, kept.notes, kept.metadata, kept.price], ['confirmed', null, {}, past.price])
  assert.deepEqual(
    [(await read(coming.id)).status, (await read(coming.id)).cancelled_by],
    ['cancelled', 'customer'],
  )
  const counts = await app.database.query(`
    select
      (select count(*)::integer from auth.users where id = '${user.id}') as users,
      (select count(*)::integer from profiles where id = '${user.id}') as profiles,
      (select count(*)::integer from claims where holder_id = '${user.id}') as holds
  `)
  assert.deepEqual(counts, [{ users: 1, profiles: 1, holds: 0 }])
  await everythingIsReadable(app.database)
  const events = await expecting(
    200,
    app.ask('GET', '/v1/events?types=booking.cancelled', { token: providerToken }),
  )
  assert.equal(events.data.length, 2)

  const again = await openPerson('customer')
  assert.notEqual(again.user.id, user.id)
  await expecting(204, app.ask('DELETE', '/v1/me', { token: again.access_token }))
})

test('an erased provider takes the customers’ bookings to come along, and says so', async () => {
  const { access_token: token, user } = await openPerson('provider')
  const customer = await app.register('customer')
  const week = { time_zone: 'UTC', weekly_hours: { tuesday: [{ start: '09:00', end: '17:00' }] } }
  const schedule = `/v1/providers/${user.id}`
  await expecting(200, app.ask('PUT', `${schedule}/schedule`, { token, body: week }))
  const away = { start: '2026-06-01T00:00:00Z', end: '2026-06-02T00:00:00Z', reason: 'Xylophone camp' }
  await expecting(201, app.ask('POST', `${schedule}/time-off`, { token, body: away }))
  const service = {
    ...{ title: 'Lesson', category: 'music', duration_minutes: 60, description: 'With Wilhelmina' },
    price: { amount: '75.00', currency: 'USD' },
  }
  const { id: serviceId } = await expecting(201, app.ask('POST', '/v1/services', { token, body: service }))
  const body = { service_id: serviceId, start }
  const booking = await expecting(201, app.ask('POST', '/v1/bookings', { token: customer.token, body }))
  await expecting(204, app.ask('DELETE', '/v1/me', { token }))
  for (const trace of TRACES) assert.deepEqual(await findTraces(trace), [], trace)
  const url = `/v1/bookings/${booking.id}`
  const kept = await expecting(200, app.ask('GET', url, { token: customer.token }))
  assert.deepEqual([kept.status, kept.cancelled_by], ['cancelled', 'provider'])
  assert.equal((await expecting(200, app.ask('GET', `/v1/services/${serviceId}`))).is_active, false)
  assertProblem(await app.ask('GET', `${schedule}`), 404, 'provider-not-found')
})

test('an admin finds nobody who has been erased, and brings nobody back', async () => {
  const admin = await makeAdmin(app)
  const { id, token } = await app.register('customer')
  await expecting(204, app.ask('DELETE', '/v1/me', { token }))
  const body = { is_active: true }
  const answer = await app.ask('PATCH', `/v1/users/${id}`, { token: admin.token, body })
  assertProblem(answer, 404, 'user-not-found')
  const { data } = await expecting(200, app.ask('GET', '/v1/users?limit=100', { token: admin.token }))
  assert(!data.some((user: { id: string }) => user.id === id))
})

test('everything that is held about a person can be taken along', async () => {
  const shop = await openShop(app)
  const { id, email, token } = await app.register('customer')
  const booked = await expecting(201, bookAs(shop, token, '2026-01-07T10:00:00Z'))
  await expecting(200, change(token, { address: '1 Main Street' }))
  const hook = { url: 'https://receiver.example/hooks', types: ['booking.created'], description: 'mine' }
  const { secret, ...webhook } = await expecting(201, app.ask('POST', '/v1/webhooks', { token, body: hook }))
  const name = { issuer: 'https://login.example.com/', subject: 'me' }
  await app.database.query(
    'insert into auth.outside_identities (issuer, subject, user_id, created_at) values ($1, $2, $3, now())',
    [name.issuer, name.subject, id],
  )
  const mine = await expecting(200, app.ask('GET', '/v1/me/export', { token }))
  assert.equal(mine.user.email, email)
  assert.deepEqual(mine.identities, [name])
  assert.deepEqual(mine.webhooks, [webhook])
  assert(!JSON.stringify(mine).includes(secret))
  assert.equal(mine.profile.address, '1 Main Street')
  assert.equal(mine.sessions.length, 1)
  assert.equal(mine.schedule, null)
  assert.deepEqual([mine.services, mine.time_off], [[], []])
  assert.equal(mine.bookings.length, 1)
  const [{ history, ...booking }] = mine.bookings
  assert.deepEqual(booking, booked)
  assert.deepEqual(
    history.map((entry: { change: string }) => entry.change),
    ['booking.created'],
  )
  const types = mine.activity.map(({ type }: { type: string }) => type)
  assert.deepEqual(types, ['user.profile_changed', 'booking.created', 'user.registered'])
  const theirs = await expecting(200, app.ask('GET', '/v1/me/export', { token: shop.provider.token }))
  assert.equal(theirs.services.length, 1)
  assert.deepEqual([theirs.webhooks, theirs.identities], [[], []])
  assert.equal(theirs.bookings.length, 1)
  assert.equal(theirs.schedule.time_zone, 'UTC')
  assert(!JSON.stringify(theirs).includes('password'))
})
