import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addressOf } from '../../src/adapters/http/client-address.ts'
import { DEFAULT_POLICIES, POLICY_OF_ROUTE } from '../../src/adapters/http/rate-policies.ts'
import { delaySecondsAfter } from '../../src/adapters/http/sign-in-delay.ts'
import { openTestApp, type TestApp, type TestResponse } from '../support/app.ts'
import { type ContractApp, heldToContract } from './support/contract.ts'
import { assertProblem } from './support/problem.ts'
import { openShop } from './support/shop.ts'

const small = {
  address: { quota: 1_000, windowSeconds: 600 },
  account: { quota: 6, windowSeconds: 600 },
  login: { quota: 40, windowSeconds: 600 },
  register: { quota: 20, windowSeconds: 600 },
  searches: { quota: 3, windowSeconds: 600 },
  calls: { quota: 2, windowSeconds: 600 },
}

let app: ContractApp
before(async () => {
  app = await heldToContract(await openTestApp(undefined, { ratePolicies: small }))
})
after(() => app[Symbol.asyncDispose]())

/** A request as if it came from an address. */
const from = (remoteAddress: string, method: 'GET' | 'POST', url: string, payload?: object) =>
  app.send({ method, url, remoteAddress, ...(payload && { payload }) })

const limitsOf = ({ headers }: TestResponse) => [headers['ratelimit-policy'], headers.ratelimit]

test('every answer says what holds and what is left of it', async () => {
  assert.deepEqual(limitsOf(await from('192.0.2.1', 'GET', '/health')), [
    '"address";q=1000;w=600',
    '"address";r=999;t=600',
  ])
  assert.deepEqual(limitsOf(await from('192.0.2.1', 'GET', '/v1/providers')), [
    '"address";q=1000;w=600, "searches";q=3;w=600',
    '"address";r=998;t=600, "searches";r=2;t=600',
  ])
  const { token } = await app.register('customer')
  const mine = await app.ask('GET', '/v1/bookings', { token })
  assert.match(String(mine.headers['ratelimit-policy']), /^"address";q=1000;w=600, "account";q=6;w=600$/)
  const refused = await app.ask('GET', '/v1/bookings', { token: 'x' })
  assert.match(String(refused.headers.ratelimit), /^"address";r=\d+;t=\d+$/)
})

test('a path that names nothing counts as others do, and is answered as safely', async () => {
  for (const [url, left] of [
    ['/v1/nowhere', 999],
    ['/v1/services/', 998],
    ['/v1/bookings//history', 997],
  ] as const) {
    const answer = await from('192.0.2.9', 'GET', url)
    assertProblem(answer, 404, 'route-not-found')
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.equal(answer.headers.ratelimit, `"address";r=${left};t=600`)
  }
})

test('more than the quota is refused with what is asked too often and when to come again', async () => {
  for (let count = 0; count < 3; count++) {
    assert.equal((await from('192.0.2.2', 'GET', '/v1/services')).status, 200)
  }
  const refused = await from('192.0.2.2', 'GET', '/v1/providers')
  assertProblem(refused, 429, 'rate-limited', { policy: 'searches', quota: 3, window_seconds: 600 })
  assert.equal(refused.headers['retry-after'], '600')
  assert.match(String(refused.headers.ratelimit), /"searches";r=0;t=600/)
  // Nobody else, and nothing else.
  assert.equal((await from('192.0.2.3', 'GET', '/v1/services')).status, 200)
  assert.equal((await from('192.0.2.2', 'GET', '/health')).status, 200)
})

test('what is asked for without its body counts as much', async () => {
  const ask = (method: 'GET' | 'HEAD', url: string) => app.send({ method, url, remoteAddress: '192.0.2.5' })
  const paths = ['/v1/services', '/v1/providers', '/v1/services']
  for (const path of paths) assert.equal((await ask('HEAD', path)).status, 200)
  assert.equal((await ask('GET', '/v1/services')).status, 429)
  assert.equal((await ask('HEAD', '/v1/providers')).status, 429)
})

test('an account is counted wherever it comes from, and whoever is behind the same address is not', async () => {
  const [one, other] = [await app.register('customer'), await app.register('customer')]
  const ask = (token: string, remoteAddress: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return app.send({ method: 'GET', url: '/v1/bookings', headers, remoteAddress })
  }
  for (let count = 0; count < 6; count++) {
    assert.equal((await ask(one.token, `198.51.100.${count}`)).status, 200)
  }
  assertProblem(await ask(one.token, '198.51.100.9'), 429, 'rate-limited', {
    policy: 'account',
    quota: 6,
    window_seconds: 600,
  })
  assert.equal((await ask(other.token, '198.51.100.9')).status, 200)
})

test('a webhook can be called by hand only so often, by pings and replays together', async () => {
  const [one, other] = [await app.register('customer'), await app.register('customer')]
  const unknown = '01900000-0000-7000-8000-000000000001'
  const [ping, replay] = ['ping', `deliveries/${unknown}/replay`].map(
    (end) => `/v1/webhooks/${unknown}/${end}`,
  ) as [string, string]
  for (const url of [ping, replay]) {
    assertProblem(await app.ask('POST', url, { token: one.token }), 404, 'webhook-not-found')
  }
  const facts = { policy: 'calls', quota: 2, window_seconds: 600 }
  for (const url of [ping, replay]) {
    assertProblem(await app.ask('POST', url, { token: one.token }), 429, 'rate-limited', facts)
  }
  assertProblem(await app.ask('POST', ping, { token: other.token }), 404, 'webhook-not-found')
})

test('a header cannot make one client pass for many', async () => {
  for (let count = 0; count < 4; count++) {
    const headers = { 'x-forwarded-for': `203.0.113.${count}`, forwarded: `for=203.0.113.${count}` }
    const sent = { method: 'GET', url: '/v1/services', remoteAddress: '192.0.2.4', headers } as const
    assert.equal((await app.send(sent)).status, count < 3 ? 200 : 429)
  }
})

const guess = (email: string, password: string, remoteAddress: string) =>
  from(remoteAddress, 'POST', '/v1/auth/login', { email, password })

test('whoever guesses has to wait longer and longer, and the owner elsewhere never', async () => {
  const { email } = await app.register('customer')
  for (let count = 0; count < 5; count++) {
    assertProblem(await guess(email, 'wrong horse', '192.0.2.66'), 401, 'invalid-credentials')
  }
  // The right password does not help where too many wrong ones came from, in whatever case the address is written.
  for (const spelled of [email, email.toUpperCase()]) {
    const refused = await guess(spelled, 'correct horse', '192.0.2.66')
    assertProblem(refused, 429, 'too-many-attempts')
    assert.equal(refused.headers['retry-after'], '1')
  }
  assert.equal((await guess(email, 'correct horse', '192.0.2.67')).status, 200)
})

test('no spelling of an address is another count, if it is the same account', async () => {
  const person = { password: 'correct horse', role: 'customer', first_name: 'Ni', last_name: 'Na' }
  const email = 'ninasσ@example.com'
  assert.equal((await app.ask('POST', '/v1/auth/register', { body: { ...person, email } })).status, 201)
  const spellings = [email, 'nİnasσ@example.com', 'NINASΣ@example.com', 'nina\u017fσ@example.com']
  const same = []
  for (const spelled of spellings) {
    const elsewhere = await guess(spelled, 'correct horse', '192.0.2.70')
    if (elsewhere.status === 200) same.push(spelled)
  }
  assert(same.length > 1)
  for (let count = 0; count < 5; count++) await guess(email, 'wrong horse', '192.0.2.71')
  for (const spelled of same) {
    assertProblem(await guess(spelled, 'correct horse', '192.0.2.71'), 429, 'too-many-attempts')
  }
})

test('an account that there is not is guarded alike', async () => {
  const seen: unknown[] = []
  for (const email of ['nobody@example.com', (await app.register('customer')).email]) {
    const answers: TestResponse[] = []
    for (let count = 0; count < 6; count++) answers.push(await guess(email, 'wrong', '192.0.2.68'))
    seen.push(answers.map(({ status, headers }) => [status, headers['retry-after']]))
  }
  assert.deepEqual(seen[0], seen[1])
})

test('a right password in between makes forgotten what was mistyped', async () => {
  const { email } = await app.register('customer')
  for (let round = 0; round < 3; round++) {
    for (let count = 0; count < 4; count++) {
      assert.equal((await guess(email, 'wrong horse', '192.0.2.69')).status, 401)
    }
    assert.equal((await guess(email, 'correct horse', '192.0.2.69')).status, 200)
  }
})

test('the wait doubles with each failure after the fifth, to a quarter of an hour', () => {
  assert.deepEqual(
    [0, 4, 5, 6, 7, 10, 14, 15, 16, 1_000].map(delaySecondsAfter),
    [0, 0, 1, 2, 4, 32, 512, 900, 900, 900],
  )
})

test('clients are told apart by IPv4 address, or by what one subscriber has of IPv6', () => {
  const address = (ip: string) => addressOf({ ip })
  assert.equal(address('192.0.2.1'), '192.0.2.1')
  assert.equal(address('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(address('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(address('2001:db8:1:2::9'), '2001:db8:1:2::/64')
  assert.equal(address('2001:db8::1'), '2001:db8:0:0::/64')
  assert.equal(address('::1'), '0:0:0:0::/64')
  assert.equal(address('fe80::'), 'fe80:0:0:0::/64')
})

test('every route that is named with a policy is one that there is, or is still to come', async () => {
  const coming = /password-reset|refresh/
  for (const route of Object.keys(POLICY_OF_ROUTE)) {
    const [method = '', url = ''] = route.split(' ')
    const isThere = app.application.app.hasRoute({ method: method as 'GET', url })
    assert(isThere || coming.test(url), route)
  }
})

test('nothing is counted where limits are off', async () => {
  await using free: TestApp = await openTestApp(undefined, { ratePolicies: null })
  const { provider } = await openShop(free)
  for (let count = 0; count < 7; count++) {
    const body = { email: provider.email, password: 'wrong horse' }
    const answer = await free.ask('POST', '/v1/auth/login', { body })
    assertProblem(answer, 401, 'invalid-credentials')
    assert.deepEqual(limitsOf(answer), [undefined, undefined])
  }
})

test('the defaults leave room for a shop full of people behind one address', () => {
  for (const { quota, windowSeconds } of Object.values(DEFAULT_POLICIES)) {
    assert(quota >= 60 && windowSeconds <= 3_600)
  }
})
