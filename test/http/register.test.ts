import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertInvalid, assertMalformed, assertProblem } from './support/problem.ts'
import { expecting } from './support/shop.ts'
import { readToken } from './support/tokens.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const person = {
  email: 'ada@example.com',
  password: 'correct horse',
  role: 'customer',
  first_name: 'Ada',
  last_name: 'Byron',
}

const register = (changes: object) =>
  app.ask('POST', '/v1/auth/register', { body: { ...person, ...changes } })

for (const role of ['customer', 'provider']) {
  test(`anyone may register as ${role} and is signed in by it`, async () => {
    const email = `${role}@example.com`
    const contact = { phone_number: '+1 555 0100', account_type: 'business', address: '1 Main Street' }
    const more = { ...contact, time_zone: 'Europe/Berlin' }
    const {
      user,
      profile,
      access_token: token,
      refresh_token: refreshToken,
      ...rest
    } = await expecting(201, register({ email, role, ...more }))
    const { id, number, ...account } = user
    assert.deepEqual(account, { email, roles: [role], created_at: '2026-01-05T08:00:00Z' })
    assert(Number.isInteger(number))
    const name = { first_name: 'Ada', last_name: 'Byron' }
    assert.deepEqual(profile, { id, ...name, ...more, created_at: '2026-01-05T08:00:00Z' })
    assert.match(refreshToken, /^[\w-]{64}$/)
    assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3600 })
    assert.deepEqual(readToken(token).claims.roles, [role])
    await expecting(200, app.ask('GET', '/v1/bookings', { token }))
  })
}

test('what is left out of a profile is null, personal and UTC', async () => {
  const { profile } = await expecting(201, register({ email: 'short@example.com' }))
  const { phone_number, account_type, address, time_zone } = profile
  assert.deepEqual([phone_number, account_type, address, time_zone], [null, 'personal', null, 'UTC'])
})

test('a provider begins with an empty schedule in the zone of the profile, a customer with none', async () => {
  const { id } = await app.register('provider', 'Asia/Kolkata')
  const schedule = await expecting(200, app.ask('GET', `/v1/providers/${id}/schedule`))
  assert.equal(schedule.time_zone, 'Asia/Kolkata')
  assert.deepEqual(Object.values(schedule.weekly_hours).flat(), [])
  const customer = await app.register('customer')
  assertProblem(await app.ask('GET', `/v1/providers/${customer.id}/schedule`), 404, 'provider-not-found')
  assertProblem(await app.ask('GET', `/v1/providers/${customer.id}`), 404, 'provider-not-found')
})

test('an address is registered once, whatever the case of its letters', async () => {
  await expecting(201, register({ email: 'Grace.Hopper@Example.com' }))
  const again = await register({ email: 'grace.hopper@example.COM', role: 'provider' })
  assertProblem(again, 409, 'email-already-registered')
})

test('of two who register one address at the same moment one is registered', async () => {
  const both = await Promise.all([
    register({ email: 'twin@example.com' }),
    register({ email: 'TWIN@example.com' }),
  ])
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409])
})

test('nobody registers as admin, alone or among other roles', async () => {
  assertMalformed(await register({ role: 'admin' }), '/role enum')
  assertMalformed(await register({ role: ['customer', 'admin'] }), '/role type')
  assertMalformed(await register({ roles: ['admin'] }), '/roles unknown-field')
})

test('a password has 8 to 128 characters', async () => {
  const withPassword = (length: number) =>
    register({ email: `password-${length}@example.com`, password: 'é'.repeat(length) })
  assertMalformed(await withPassword(7), '/password minLength')
  await expecting(201, withPassword(8))
  await expecting(201, withPassword(128))
  assertMalformed(await withPassword(129), '/password maxLength')
})

test('a name has more than spaces in it', async () => {
  for (const name of [' ', '\t \u00a0', '\u3000']) {
    const response = await register({ email: 'blank@example.com', first_name: name })
    assertMalformed(response, '/first_name pattern')
    assert.match(response.text, /must have more than spaces in it/)
  }
  assertMalformed(await register({ email: 'blank@example.com', last_name: '' }), '/last_name minLength')
})

test('an unknown time zone is refused, and so is an offset', async () => {
  for (const zone of ['Mars/Olympus', '+02:00', '../etc/passwd']) {
    assertInvalid(
      await register({ email: 'zone@example.com', time_zone: zone }),
      '/time_zone unknown-time-zone',
    )
  }
})

test('what is no e-mail address is refused', async () => {
  for (const email of [
    '',
    'ada',
    'ada@',
    '@example.com',
    'a b@example.com',
    'a@b@example.com',
    'ada@example',
  ]) {
    assert.equal((await register({ email })).status, 400, email)
  }
  assertMalformed(await register({ email: `${'a'.repeat(64)}@${'b.'.repeat(100)}com` }), '/email maxLength')
})
