import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { parseInstant } from '../../src/domain/instant.ts'
import { type Application, compose } from '../../src/infrastructure/compose.ts'
import { TEST_SECRET, type TestUser } from '../support/app.ts'
import { everythingIsReadable } from '../support/database.ts'
import { KEPT_MAIL } from '../support/mail.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { expecting, makeAdmin, openShop, readPages } from './support/shop.ts'

let app: ContractApp
let other: Application
let admin: TestUser
before(async () => {
  app = await openContractApp()
  admin = await makeAdmin(app)
  other = await compose({
    databaseUrl: app.database.url,
    redisUrl: null,
    mail: KEPT_MAIL,
    jwtSecret: TEST_SECRET,
    publicUrl: '/',
    accessTokenSeconds: 3600,
    eventRetentionDays: 7,
    ratePolicies: null,
    logger: pino({ level: 'silent' }),
    clock: () => parseInstant('2026-01-05T08:00:00Z') ?? assert.fail(),
  })
})
after(async () => {
  await other[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

const change = (id: string, body: object, headers: Record<string, string> = {}, token = admin.token) =>
  app.ask('PATCH', `/v1/users/${id}`, { token, body, headers })

/** The statuses of the same request on both nodes. */
const onBothNodes = async (token: string, url = '/v1/me') => {
  const headers = { authorization: `Bearer ${token}` }
  const there = await other.app.inject({ method: 'GET', url, headers })
  return [(await app.ask('GET', url, { token })).status, there.statusCode]
}

test('an admin lists users by role, activity and the beginning of the address', async () => {
  const jane = await app.register('provider')
  await app.database.query(`update auth.users set email = 'Jane_Doe@example.com' where id = $1`, [jane.id])
  const ids = async (query: string) =>
    (await readPages(app, `/v1/users?${query}`, 2, { token: admin.token })).map(({ id }) => id)
  const everyone = await ids('')
  assert(everyone.includes(jane.id) && everyone.includes(admin.id))
  assert.deepEqual(await ids('q=jane_'), [jane.id])
  assert.deepEqual(await ids('q=jane%25'), [])
  assert.deepEqual(await ids('role=admin'), [admin.id])
  assert.deepEqual(await ids('active=false'), [])
  const user = await expecting(200, app.ask('GET', `/v1/users/${jane.id}`, { token: admin.token }))
  assert.equal(user.is_active, true)
  assert.equal(user.profile.first_name, 'Ada')
  const list = '/v1/users?cursor=eHh4'
  assertMalformed(await app.ask('GET', list, { token: admin.token }), '/cursor format')
})

test('a deactivated user is refused by the next request on every node, and let in when brought back, by a new sign-in', async () => {
  const user = await app.register('customer')
  const login = { email: user.email, password: 'correct horse' }
  const signIn = () => expecting(200, app.ask('POST', '/v1/auth/login', { body: login }))
  const { refresh_token } = await signIn()
  for (let round = 0; round < 5; round++) {
    const { access_token: token } = await signIn()
    assert.deepEqual(await onBothNodes(token), [200, 200])
    const off = await expecting(200, change(user.id, { is_active: false }))
    assert.deepEqual([off.is_active, off.deactivated_at], [false, '2026-01-05T08:00:00Z'])
    assert.deepEqual(await onBothNodes(token), [401, 401])
    assertProblem(await app.ask('POST', '/v1/auth/login', { body: login }), 401, 'invalid-credentials')
    await expecting(200, change(user.id, { is_active: true }))
    assert.deepEqual(await onBothNodes(token), [401, 401])
  }
  const refreshed = await app.ask('POST', '/v1/auth/refresh', { body: { refresh_token } })
  assertProblem(refreshed, 401, 'invalid-refresh-token')
})

test('a role that is taken away is gone on every node at once, whatever the token says', async () => {
  const helper = await makeAdmin(app)
  assert.deepEqual(await onBothNodes(helper.token, '/v1/users'), [200, 200])
  await expecting(200, change(helper.id, { roles: ['customer'] }))
  assert.deepEqual(await onBothNodes(helper.token, '/v1/users'), [403, 403])
})

test('a customer who becomes a provider has a schedule and may sell', async () => {
  const user = await app.register('customer')
  const { roles } = await expecting(200, change(user.id, { roles: ['customer', 'provider'] }))
  assert.deepEqual(roles, ['customer', 'provider'])
  await expecting(200, app.ask('GET', `/v1/providers/${user.id}/schedule`))
})

test('the last active admin stays, and stays an admin', async () => {
  for (const body of [{ roles: ['customer'] }, { is_active: false }]) {
    assertProblem(await change(admin.id, body), 409, 'last-admin')
  }
  assertProblem(await app.ask('DELETE', '/v1/me', { token: admin.token }), 409, 'last-admin')
})

test('a change names the version it is of, and changes nothing that is as it should be', async () => {
  const user = await app.register('customer')
  const url = `/v1/users/${user.id}`
  const { headers } = await app.ask('GET', url, { token: admin.token })
  assert.equal(headers.etag, '"1"')
  assert.equal((await change(user.id, { roles: ['customer'], is_active: true })).headers.etag, '"1"')
  const changed = await change(user.id, { roles: ['provider'] }, { 'if-match': '"1"' })
  assert.equal(changed.headers.etag, '"2"')
  assertProblem(await change(user.id, { is_active: false }, { 'if-match': '"1"' }), 412, 'version-mismatch', {
    version: 2,
  })
  const known = { 'if-none-match': '"2"' }
  assert.equal((await app.ask('GET', url, { token: admin.token, headers: known })).status, 304)
})

test('what cannot be decided is refused', async () => {
  const { id } = await app.register('customer')
  assertMalformed(await change(id, {}), ' minProperties')
  assertMalformed(await change(id, { roles: [] }), '/roles minItems')
  assertMalformed(await change(id, { roles: ['king'] }), '/roles/0 enum')
  assertMalformed(await change(id, { roles: ['customer', 'customer'] }), '/roles uniqueItems')
  assertMalformed(await change(id, { email: 'x@example.com' }), '/email unknown-field')
  const nobody = '01900000-0000-7000-8000-00000000dead'
  assertProblem(await change(nobody, { is_active: false }), 404, 'user-not-found')
  assertProblem(await app.ask('GET', `/v1/users/${nobody}`, { token: admin.token }), 404, 'user-not-found')
})

test('the audit says who did what to whom, and says no name', async () => {
  const user = await app.register('customer')
  await expecting(200, change(user.id, { roles: ['customer', 'provider'], is_active: false }))
  await expecting(200, change(user.id, { is_active: true }))
  const body = { first_name: 'Grace', phone_number: '+1 555' }
  const login = { email: user.email, password: 'correct horse' }
  const { access_token: token } = await expecting(200, app.ask('POST', '/v1/auth/login', { body: login }))
  await expecting(200, app.ask('PATCH', '/v1/me', { token, body }))
  const read = async (query: string) =>
    (await expecting(200, app.ask('GET', `/v1/audit?${query}`, { token: admin.token }))).data
  const lines = (await read(`subject_id=${user.id}`)) as { type: string; actor_id: string; data: object }[]
  assert.deepEqual(
    lines.map(({ type, actor_id, data }) => ({ type, by: actor_id === admin.id ? 'admin' : 'user', data })),
    [
      { type: 'user.profile_changed', by: 'user', data: { changed: ['first_name', 'phone_number'] } },
      { type: 'user.reactivated', by: 'admin', data: {} },
      { type: 'user.deactivated', by: 'admin', data: {} },
      { type: 'user.roles_changed', by: 'admin', data: { from: ['customer'], to: ['customer', 'provider'] } },
      { type: 'user.registered', by: 'user', data: { roles: ['customer'] } },
    ],
  )
  const byAdmin = await readPages(app, `/v1/audit?subject_id=${user.id}&actor_id=${admin.id}`, 1, {
    token: admin.token,
  })
  assert.equal(byAdmin.length, 3)
  assert.equal((await read(`subject_id=${user.id}&type=user.registered`)).length, 1)
  assert.equal((await read(`subject_id=${user.id}&from=2026-01-05T08:00:01Z`)).length, 0)
  assert.equal((await read(`subject_id=${user.id}&to=2026-01-05T08:00:00Z`)).length, 0)
  assert.equal((await read(`subject_id=${user.id}&from=2026-01-05T08:00:00Z`)).length, 5)
})

test('the audit goes on only where it has left off', async () => {
  const nowhere = '01900000-0000-7000-8000-000000000000'
  for (const place of ['123', '1.', '.1', '1.1.1', '-1.1', `${'9'.repeat(20)}.1`, `1.${'9'.repeat(19)}`]) {
    const cursor = Buffer.from(JSON.stringify([place, nowhere])).toString('base64url')
    assertMalformed(
      await app.ask('GET', `/v1/audit?cursor=${cursor}`, { token: admin.token }),
      '/cursor format',
    )
  }
})

test('nobody who listens to events is told of accounts, not even an admin', async () => {
  await app.register('customer')
  await everythingIsReadable(app.database)
  const { data } = await expecting(200, app.ask('GET', '/v1/events?limit=100', { token: admin.token }))
  assert.deepEqual(
    data.filter(({ subject }: { subject: { type: string } }) => subject.type === 'user'),
    [],
  )
})

test('what a provider sells is off sale without the role, and on sale again with it; bookings stand', async () => {
  const shop = await openShop(app)
  const booked = await expecting(201, shop.book('2026-01-06T09:00:00Z'))
  const listed = async () =>
    (await expecting(200, app.ask('GET', `/v1/services?provider_id=${shop.provider.id}`))).data
  const offered = async () => {
    const range = 'from=2026-01-06T00:00:00Z&to=2026-01-07T00:00:00Z'
    const url = `/v1/availability?service_id=${shop.serviceId}&${range}`
    return (await expecting(200, app.ask('GET', url))).data[0].slots
  }
  assert((await offered()).length > 0 && (await listed()).length === 1)
  await expecting(200, change(shop.provider.id, { roles: ['customer'] }))
  assert.deepEqual([await offered(), await listed()], [[], []])
  assertProblem(await shop.book('2026-01-06T11:00:00Z'), 422, 'service-retired')
  const hold = { service_id: shop.serviceId, start: '2026-01-06T11:00:00Z' }
  const held = await app.ask('POST', '/v1/holds', { token: shop.customer.token, body: hold })
  assertProblem(held, 422, 'service-retired')
  const url = `/v1/bookings/${booked.id}`
  assert.equal(
    (await expecting(200, app.ask('GET', url, { token: shop.customer.token }))).status,
    'confirmed',
  )
  await expecting(200, change(shop.provider.id, { roles: ['provider'] }))
  assert((await offered()).length > 0 && (await listed()).length === 1)
  await expecting(201, shop.book('2026-01-06T11:00:00Z'))
})
