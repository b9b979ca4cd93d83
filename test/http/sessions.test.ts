import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { REPEAT_SECONDS } from '../../src/domain/session.ts'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed, assertProblem } from './support/problem.ts'
import { expecting } from './support/shop.ts'
import { readToken } from './support/tokens.ts'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const refresh = (token: unknown) => app.ask('POST', '/v1/auth/refresh', { body: { refresh_token: token } })
const readMe = (token: string) => app.ask('GET', '/v1/me', { token })
const logOut = (body: object, token?: string) => app.ask('POST', '/v1/auth/logout', { body, token })

const logIn = async (email: string) =>
  expecting(200, app.ask('POST', '/v1/auth/login', { body: { email, password: 'correct horse' } }))

const passTime = (seconds: number) =>
  app.database.query('update auth.sessions set refreshed_at = refreshed_at - make_interval(secs => $1)', [
    seconds,
  ])

test('a refresh gives new tokens, the access token with the roles of now', async () => {
  const { id, email } = await app.register('customer')
  const first = await logIn(email)
  await app.database.query(`update auth.users set roles = '{customer,provider}' where id = $1`, [id])
  const second = await expecting(200, refresh(first.refresh_token))
  assert.equal(second.user.id, id)
  assert.deepEqual(readToken(second.access_token).claims.roles, ['customer', 'provider'])
  assert.notEqual(second.refresh_token, first.refresh_token)
  await expecting(200, app.ask('GET', '/v1/me', { token: second.access_token }))
})

test('only what a token is known by is kept of it', async () => {
  const { email } = await app.register('customer')
  const { refresh_token: token } = await logIn(email)
  const text = `select count(*)::integer as count from auth.sessions where sessions::text like '%' || $1 || '%'`
  assert.deepEqual(await app.database.query(text, [token]), [{ count: 0 }])
})

test('two tabs that refresh at once are given the same next token, and stay signed in', async () => {
  const { email } = await app.register('customer')
  let { refresh_token: token } = await logIn(email)
  for (let round = 0; round < 20; round++) {
    const both = await Promise.all([refresh(token), refresh(token)])
    assert.deepEqual(
      both.map(({ status }) => status),
      [200, 200],
    )
    const [left, right] = both.map((answer) => answer.json().refresh_token)
    assert.equal(left, right)
    token = left
  }
})

test('after the first reuse of a stolen token nothing of its session works, and the other sessions do', async () => {
  const { email } = await app.register('customer')
  const other = await logIn(email)
  const { refresh_token: stolen, access_token: first } = await logIn(email)
  const { refresh_token: owned, access_token: second } = await expecting(200, refresh(stolen))
  await passTime(REPEAT_SECONDS)
  for (const token of [stolen, owned, stolen]) {
    assertProblem(await refresh(token), 401, 'invalid-refresh-token')
  }
  for (const token of [first, second]) assertProblem(await readMe(token), 401, 'unauthenticated')
  await expecting(200, readMe(other.access_token))
  await expecting(200, refresh(other.refresh_token))
})

test('what is no refresh token is refused without a trace of why', async () => {
  for (const token of ['x', 'A'.repeat(64), '%00', "' or 1=1 --", 'ä'.repeat(64)]) {
    assertProblem(await refresh(token), 401, 'invalid-refresh-token')
  }
  assertMalformed(await refresh(''), '/refresh_token minLength')
  assertMalformed(await refresh('x'.repeat(257)), '/refresh_token maxLength')
  assertMalformed(await refresh({ $ne: '' }), '/refresh_token type')
})

test('whoever signs out ends this session, and signing out again is no error', async () => {
  const { email } = await app.register('customer')
  const [here, there] = [await logIn(email), await logIn(email)]
  await expecting(204, logOut({ refresh_token: here.refresh_token }))
  await expecting(204, logOut({ refresh_token: here.refresh_token }))
  assertProblem(await refresh(here.refresh_token), 401, 'invalid-refresh-token')
  assertProblem(await readMe(here.access_token), 401, 'unauthenticated')
  await expecting(200, refresh(there.refresh_token))
  await expecting(200, readMe(there.access_token))
})

test('every access token of a session ends with it, those from before a refresh too', async () => {
  const { email } = await app.register('customer')
  const first = await logIn(email)
  const second = await expecting(200, refresh(first.refresh_token))
  for (const { access_token } of [first, second]) await expecting(200, readMe(access_token))
  await expecting(204, logOut({ refresh_token: second.refresh_token }))
  for (const { access_token } of [first, second]) {
    assertProblem(await readMe(access_token), 401, 'unauthenticated')
  }
})

test('whoever signs out everywhere ends every session, by a refresh token or by an access token', async () => {
  const { email } = await app.register('customer')
  for (const way of ['refresh token', 'access token']) {
    const all = [await logIn(email), await logIn(email)]
    const [{ refresh_token, access_token }] = all as [(typeof all)[number]]
    if (way === 'refresh token') await expecting(204, logOut({ refresh_token, everywhere: true }))
    else await expecting(204, logOut({ everywhere: true }, access_token))
    for (const one of all) {
      assertProblem(await refresh(one.refresh_token), 401, 'invalid-refresh-token')
      assertProblem(await readMe(one.access_token), 401, 'unauthenticated')
    }
  }
})

test('signing out says what it needs', async () => {
  assertMalformed(await logOut({}), ' minProperties')
  assertMalformed(await logOut({ everywhere: false }), '/refresh_token required')
  assertProblem(await logOut({ everywhere: true }), 401, 'unauthenticated')
})
